// Takes a person on: the secrets that they sign in with are made here and shown once.
import { Secret } from "otpauth";
import { fail } from "#core/errors.ts";
import type { Ids, StaffId } from "#core/ids.ts";
import type { Database } from "#database/database.ts";
import type { PasswordHasher, Sealer } from "./secrets.ts";
import { insertStaff, staffBySignInName } from "./store.ts";

/** 80 bits, read out in groups of four. */
const PASSWORD_BYTES = 10;
const TOTP_BYTES = 20; // RFC 4226 §4: the length of SHA-1

export type AddStaffDeps = Readonly<{
  database: Database;
  ids: Ids;
  passwords: PasswordHasher;
  sealer: Sealer;
  /** Told afterwards: tills must hear of it. */
  changed(): void;
}>;

export type NewPerson = Readonly<{
  signInName: string;
  name: string;
  role: "cashier" | "manager" | "operator";
  /** For the till; an operator has none. */
  pin: string | null;
}>;

/** What is shown to whoever adds the person, and stored nowhere in the clear. */
export type FirstSecrets = Readonly<{ staffId: StaffId; password: string; totpSecret: string | null }>;

/** Fails with STATE_CONFLICT where the name is taken, REQUEST_INVALID where a till's person has no PIN. */
export async function addStaff(deps: AddStaffDeps, person: NewPerson): Promise<FirstSecrets> {
  if (person.role !== "operator" && person.pin === null)
    return fail("REQUEST_INVALID", "a PIN is needed at the till");
  const staffId = `staff-${deps.ids.next()}` as StaffId;
  const password = new Secret({ size: PASSWORD_BYTES }).base32.toLowerCase().replace(/(.{4})(?=.)/g, "$1-");
  const totpSecret = person.role === "cashier" ? null : new Secret({ size: TOTP_BYTES }).base32;
  const passwordHash = await deps.passwords.hash(password);
  await deps.database.transaction(async (tx) => {
    if ((await staffBySignInName(tx, person.signInName)) !== undefined)
      fail("STATE_CONFLICT", "the name is taken");
    await insertStaff(tx, {
      staffId,
      signInName: person.signInName,
      name: person.name,
      role: person.role,
      passwordHash,
      pinSealed: person.pin === null || person.role === "operator" ? null : deps.sealer.seal(person.pin),
      totpSealed: totpSecret === null ? null : deps.sealer.seal(totpSecret),
    });
  });
  deps.changed();
  return { staffId, password, totpSecret };
}
