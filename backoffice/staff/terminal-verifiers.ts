// Verifiers with which a till checks its staff offline. Each is of use at one terminal only, so a stolen
// snapshot helps nobody who has not that terminal's key as well.
import { createHmac } from "node:crypto";
import type { StaffVerifier } from "#core/contract/terminal.ts";
import type { TerminalId } from "#core/ids.ts";
import type { Database } from "#database/database.ts";
import { tillAsks } from "../cards/password-shares.ts";
import type { PasswordHasher, Sealer } from "./secrets.ts";
import { type StaffRecord, tillStaff } from "./store.ts";

export type VerifierDeps = Readonly<{ database: Database; passwords: PasswordHasher; sealer: Sealer }>;

/** What Argon2id is made over at both ends: HMAC-SHA256(staffKey, PIN) in hex. */
export const pinAtTerminal = (staffKey: Uint8Array, pin: string) =>
  createHmac("sha256", staffKey).update(pin).digest("hex");

/** The staff of a terminal's snapshot; verifiers are made once per person, terminal and PIN, then kept. */
export async function staffVerifiers(
  deps: VerifierDeps,
  terminal: Readonly<{ terminalId: TerminalId; staffKey: Uint8Array }>,
): Promise<readonly StaffVerifier[]> {
  const people = await tillStaff(deps.database.read);
  const verifiers: StaffVerifier[] = [];
  for (const person of people) {
    if (person.role === "operator") continue;
    const verifier = await verifierOf(deps, terminal, person);
    if (verifier === undefined) continue;
    verifiers.push({ staffId: person.staff_id, name: person.name, role: person.role, verifier });
  }
  return verifiers;
}

async function verifierOf(
  deps: VerifierDeps,
  { terminalId, staffKey }: Readonly<{ terminalId: TerminalId; staffKey: Uint8Array }>,
  person: StaffRecord,
): Promise<string | undefined> {
  if (person.pin_sealed === null) return undefined;
  const kept = await deps.database.read.get(
    "SELECT verifier FROM staff_verifier WHERE terminal_id = ? AND staff_id = ? AND pin_version = ?",
    [terminalId, person.staff_id, person.pin_version],
  );
  if (typeof kept?.verifier === "string") return kept.verifier;
  const pin = pinAtTerminal(staffKey, deps.sealer.open(person.pin_sealed));
  const made = await deps.passwords.hash(pin, tillAsks(terminalId));
  await deps.database.transaction(async (tx) => {
    // Meanwhile the person may have left or got another PIN: of the old one nothing is kept then.
    await tx.run(
      `INSERT INTO staff_verifier (terminal_id, staff_id, pin_version, verifier)
       SELECT CAST(? AS TEXT), staff_id, pin_version, CAST(? AS TEXT) FROM staff
       WHERE staff_id = ? AND pin_version = ? AND pin_sealed IS NOT NULL
       ON CONFLICT (terminal_id, staff_id) DO UPDATE SET pin_version = excluded.pin_version, verifier = excluded.verifier`,
      [terminalId, made, person.staff_id, person.pin_version],
    );
  });
  return made;
}
