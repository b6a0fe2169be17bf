// The first person of a back office, made on the command line: everybody else is added at the console. Also the way back
// in where somebody has locked every operator out by guessing at their passwords.
import { join } from "node:path";
import { fail } from "#core/errors.ts";
import type { Ids } from "#core/ids.ts";
import { migrate } from "#database/migrate.ts";
import { openDatabase } from "#database/open.ts";
import { createCardKeys } from "../cards/card-keys.ts";
import { createPasswordPool } from "../cards/password-pool.ts";
import { MIGRATIONS } from "../migrations/list.ts";
import { addStaff, type FirstSecrets } from "./add-staff.ts";
import { staffSealer } from "./secrets.ts";

/**
 * @param dataDir the back office's own folder
 * @param databaseUrl `postgres://…`, or the SQLite file of the folder where none is given
 * Fails with STATE_CONFLICT where an operator may sign in: they add people, and unlock them, at the console.
 */
export async function makeFirstOperator(
  dataDir: string,
  databaseUrl: string | undefined,
  person: Readonly<{ signInName: string; name: string }>,
  ids: Ids,
): Promise<FirstSecrets> {
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
    return await addStaff(
      { database, ids, passwords, sealer, changed: () => undefined },
      { ...person, role: "operator", pin: null },
    );
  } finally {
    await passwords.close();
    await database.close();
  }
}
