// The staff of a back office without its server: people who sign in at the console, and what is done to their access.
import { Secret, TOTP } from "otpauth";
import { addStaff } from "#backoffice/staff/add-staff.ts";
import type { FirstSecrets } from "#backoffice/staff/first-secrets.ts";
import { staffSealer } from "#backoffice/staff/secrets.ts";
import { type SignInDeps, signIn } from "#backoffice/staff/sign-in.ts";
import { FailureError } from "#core/errors.ts";
import type { StaffId } from "#core/ids.ts";
import type { StaffRole } from "#core/staff/authority.ts";
import { minutes } from "#core/time.ts";
import { aStation } from "./a-terminal.ts";
import type { TestDatabases } from "./database.ts";

/** Long enough, and in nobody's name. */
export const OWN_PASSWORD = "seven-rivers-run";
export const PIN = "4821";

export type AddedPerson = FirstSecrets & Readonly<{ staffId: StaffId; signInName: string }>;
export type StaffRoom = Awaited<ReturnType<typeof aStaffRoom>>;

/** The code of a failure; "done" where there was none, so that a test that hopes for one cannot pass by accident. */
export async function outcomeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "done";
  } catch (error) {
    if (error instanceof FailureError) return error.failure.code;
    throw error;
  }
}

/** A station whose first operator is `root`; `root` adds everybody else. */
export async function aStaffRoom(databases: TestDatabases) {
  const world = await aStation(databases);
  const { passwords, keys } = world.cardDeps;
  const logged: string[] = [];
  const write = (fields: unknown, event?: string) => void logged.push(JSON.stringify({ event, fields }));
  const deps: SignInDeps = {
    database: world.database,
    clock: world.clock,
    ids: world.ids,
    passwords: passwords as SignInDeps["passwords"],
    sealer: staffSealer(keys),
    log: { info: write, warn: write },
    changed: () => undefined,
    decoyHash: await passwords.hash("nobody"),
  };
  const first = {
    signInName: "root",
    name: "Root",
    role: "operator",
    pin: null,
    by: null,
    reason: "first",
  } as const;
  const root: AddedPerson = { ...(await addStaff(deps, first)), signInName: "root" };

  const add = async (signInName: string, role: StaffRole, by = root.staffId): Promise<AddedPerson> => {
    const pin = role === "operator" ? null : PIN;
    const person = {
      signInName,
      name: signInName.toUpperCase(),
      role,
      pin,
      by,
      reason: `takes ${signInName} on`,
    };
    return { ...(await addStaff(deps, person)), signInName };
  };
  /** The authenticator's next code; a code is good once, so time goes on by a step. */
  const codeOf = ({ totpSecret }: FirstSecrets): Readonly<{ code?: string }> => {
    if (totpSecret === null) return {};
    world.clock.advance(minutes(1));
    const secret = Secret.fromBase32(totpSecret);
    return { code: new TOTP({ secret }).generate({ timestamp: world.clock.now() }) };
  };
  /** Signs in with the one-time password and chooses OWN_PASSWORD. */
  const settleIn = (person: AddedPerson) =>
    signIn(deps, {
      signInName: person.signInName,
      password: person.password,
      newPassword: OWN_PASSWORD,
      ...codeOf(person),
    });
  const enter = (person: AddedPerson, password = OWN_PASSWORD) =>
    signIn(deps, { signInName: person.signInName, password, ...codeOf(person) });
  return { ...world, deps, logged, root, add, codeOf, settleIn, enter };
}
