// The secrets that are made here for a person, shown once, and kept only hashed or sealed.
import { randomInt } from "node:crypto";
import { Secret } from "otpauth";
import type { StaffId } from "#core/ids.ts";
import { needsSecondFactor, type StaffRole } from "#core/staff/authority.ts";
import { MADE_PIN_DIGITS } from "#core/staff/pin.ts";
import { staffAsks } from "../cards/password-shares.ts";
import type { PasswordHasher, Sealer } from "./secrets.ts";

/** 80 bits, read out in groups of four. */
const PASSWORD_BYTES = 10;
const TOTP_BYTES = 20; // RFC 4226 §4: the length of SHA-1

export type FirstSecrets = Readonly<{ password: string; totpSecret: string | null }>;
/** As they are stored. */
export type StoredSecrets = Readonly<{ passwordHash: string; totpSealed: string | null }>;

/**
 * A password for one sign-in and, where the role needs a second factor, a new key for the authenticator. `by` is null on
 * the command line of the machine.
 */
export async function makeFirstSecrets(
  { passwords, sealer }: Readonly<{ passwords: PasswordHasher; sealer: Sealer }>,
  role: StaffRole,
  by: StaffId | null,
): Promise<Readonly<{ shown: FirstSecrets; stored: StoredSecrets }>> {
  const password = new Secret({ size: PASSWORD_BYTES }).base32.toLowerCase().replace(/(.{4})(?=.)/g, "$1-");
  const totpSecret = needsSecondFactor(role) ? new Secret({ size: TOTP_BYTES }).base32 : null;
  return {
    shown: { password, totpSecret },
    stored: {
      passwordHash: await passwords.hash(password, by === null ? undefined : staffAsks(by)),
      totpSealed: totpSecret === null ? null : sealer.seal(totpSecret),
    },
  };
}

export const makePin = (): string =>
  Array.from({ length: MADE_PIN_DIGITS }, () => String(randomInt(10))).join("");
