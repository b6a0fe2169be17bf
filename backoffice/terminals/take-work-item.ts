// Somebody looks into what a till reported: everybody sees who, and may take it over.
import { fail } from "#core/errors.ts";
import type { StaffId } from "#core/ids.ts";
import { nullable, textOf } from "#database/row.ts";
import type { TerminalDeps } from "./deps.ts";

/**
 * Gives an open item to a person and writes down when. Whoever has it already changes nothing.
 * Fails with NOT_FOUND, or STATE_CONFLICT where it was resolved.
 */
export async function takeWorkItem(
  { database, clock }: Pick<TerminalDeps, "database" | "clock">,
  { workItemId, by }: Readonly<{ workItemId: string; by: StaffId }>,
): Promise<void> {
  await database.transaction(async (tx) => {
    const item = await tx.get("SELECT state, owner FROM work_item WHERE work_item_id = ?", [workItemId]);
    if (item === undefined) return fail("NOT_FOUND", `work item ${workItemId}`);
    if (textOf(item, "state") !== "open")
      return fail("STATE_CONFLICT", `work item ${workItemId} is resolved`);
    if (nullable(item, "owner", textOf) === by) return;
    await tx.run("UPDATE work_item SET owner = ? WHERE work_item_id = ?", [by, workItemId]);
    await tx.run("INSERT INTO work_item_taken (work_item_id, at, staff_id) VALUES (?, ?, ?)", [
      workItemId,
      clock.now(),
      by,
    ]);
  });
}
