import { fail } from "#core/errors.ts";
import type { Param } from "#database/database.ts";
import type { WriteTx } from "../tx.ts";

/** Runs a change that must meet exactly one row; STATE_CONFLICT says what was not as the entry supposes. */
export async function changeOne(
  tx: WriteTx,
  says: string,
  sql: string,
  params: readonly Param[],
): Promise<void> {
  if ((await tx.run(sql, params)) !== 1) fail("STATE_CONFLICT", says);
}
