// The first person of a back office, made on the command line: everybody else is added at the console. Also the way back
// in where somebody has locked every operator out by guessing at their passwords.
import { join } from "node:path";
import { isPlainText } from "#core/contract/plain-text.ts";
import { fail } from "#core/errors.ts";
import type { Ids } from "#core/ids.ts";
import { SIGN_IN_NAME } from "#core/staff/sign-in-name.ts";
import type { Clock } from "#core/time.ts";
import { migrate } from "#database/migrate.ts";
import { openDatabase } from "#database/open.ts";
import { createCardKeys } from "../cards/card-keys.ts";
import { createPasswordPool } from "../cards/password-pool.ts";
import { MIGRATIONS } from "../migrations/list.ts";
import { type Added, addStaff } from "./add-staff.ts";
import { staffSealer } from "./secrets.ts";

/** Nobody of the staff stands behind it: the owner of the machine does. */
const MADE_BY = "countersign operator";

/**
 * @param dataDir the back office's own folder
 * @param databaseUrl `postgres://…`, or the SQLite file of the folder where none is given
 * Fails with REQUEST_INVALID for a name that nobody could sign in with, STATE_CONFLICT where an operator may sign in: they
 * add people, and unlock them, at the console; with SIGN_IN_NAME_TAKEN where somebody has the name.
 */
export async function makeFirstOperator(
  dataDir: string,
  databaseUrl: string | undefined,
  person: Readonly<{ signInName: string; name: string }>,
  { ids, clock }: Readonly<{ ids: Ids; clock: Clock }>,
): Promise<Added> {
  if (!SIGN_IN_NAME.test(person.signInName.toLowerCase()))
    return fail("REQUEST_INVALID", "a sign-in name has 2 to 40 letters a to z, digits, dots and hyphens");
  if (!isPlainText(person.name))
    return fail("REQUEST_INVALID", "the name holds characters that cannot be seen");
  const database = await openDatabase(databaseUrl ?? join(dataDir, "backoffice.db"));
  const passwords = createPasswordPool();
  try {
    await migrate(database, MIGRATIONS);
    const operator = await database.read.get(
      "SELECT staff_id FROM staff WHERE role = 'operator' AND state = 'active'",
    );
    if (operator !== undefined)
      return fail("STATE_CONFLICT", "there is an operator, who adds people at the console");
    const sealer = staffSealer(createCardKeys(join(dataDir, "keys")));
    // What it did is said on the command line; a running back office logs what it does itself.
    const log = { info: () => undefined, warn: () => undefined };
    return await addStaff(
      { database, clock, ids, passwords, sealer, log, changed: () => undefined },
      { ...person, role: "operator", pin: null, by: null, reason: MADE_BY },
    );
  } finally {
    await passwords.close();
    await database.close();
  }
}
