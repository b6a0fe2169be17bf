// Rows for what a person must look at: never dropped, never re-numbered.
import { createHash } from "node:crypto";
import type { Statement } from "#database/database.ts";
import type { WorkItemDraft } from "./facts.ts";

export type Place = Readonly<{ terminalId: string; epoch: string; seq: number }>;

const DETAIL_CHARACTERS_MAX = 400;

/**
 * A row for a person, under the entry's own place. Its id follows from what it says, so that an entry that is planned
 * or sent twice makes it once. `content` keeps an entry whole that is stored nowhere else.
 */
export function workItem(
  place: Place,
  { now }: Readonly<{ now: number }>,
  draft: WorkItemDraft,
  content: string | null = null,
): Statement {
  const { kind, amount, policy, bearer, code } = draft;
  const detail = draft.detail.slice(0, DETAIL_CHARACTERS_MAX);
  const { terminalId, epoch, seq } = place;
  const said = JSON.stringify([kind, terminalId, epoch, seq, detail, content]);
  const id = `w-${createHash("sha256").update(said).digest("hex").slice(0, 32)}`;
  return {
    sql: `INSERT INTO work_item (work_item_id, kind, terminal_id, epoch, seq, amount, currency, policy, bearer, code,
            detail, content, at, state)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open') ON CONFLICT (work_item_id) DO NOTHING`,
    params: [
      id,
      kind,
      terminalId,
      epoch,
      seq,
      amount?.minor ?? null,
      amount?.currency ?? null,
      policy,
      bearer,
      code,
      detail,
      content,
      now,
    ],
  };
}
