// Rows for what a person must look at: never dropped, never re-numbered.
import { createHash } from "node:crypto";
import type { Statement } from "#database/database.ts";
import type { WorkItemDraft } from "./facts.ts";

export type Place = Readonly<{ terminalId: string; epoch: string; seq: number }>;

const DETAIL_CHARACTERS_MAX = 400;

/** Follows from what an item says, so that an entry that is planned or sent twice makes it once. */
export function workItemIdOf(
  { terminalId, epoch, seq }: Place,
  { kind, detail }: Pick<WorkItemDraft, "kind" | "detail">,
  content: string | null = null,
): string {
  const said = JSON.stringify([kind, terminalId, epoch, seq, shown(detail), content]);
  return `w-${createHash("sha256").update(said).digest("hex").slice(0, 32)}`;
}

const shown = (detail: string) => detail.slice(0, DETAIL_CHARACTERS_MAX);

/** A row for a person, under the entry's own place. `content` keeps an entry whole that is stored nowhere else. */
export function workItem(
  place: Place,
  { now }: Readonly<{ now: number }>,
  draft: WorkItemDraft,
  content: string | null = null,
): Statement {
  const { kind, amount, policy, bearer, code } = draft;
  const { terminalId, epoch, seq } = place;
  return {
    sql: `INSERT INTO work_item (work_item_id, kind, terminal_id, epoch, seq, amount, currency, policy, bearer, code,
            detail, content, at, state)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open') ON CONFLICT (work_item_id) DO NOTHING`,
    params: [
      workItemIdOf(place, draft, content),
      kind,
      terminalId,
      epoch,
      seq,
      amount?.minor ?? null,
      amount?.currency ?? null,
      policy,
      bearer,
      code,
      shown(draft.detail),
      content,
      now,
    ],
  };
}
