// What became of the entries of earlier enrolments, over restarts: all of them sent, or refused, and by which books.
import { z } from "zod";
import { WireInstant, WireTerminalId } from "#core/contract/values.ts";
import { type ErrorCode, isErrorCode } from "#core/errors.ts";
import type { TerminalId } from "#core/ids.ts";
import { type Instant, instant } from "#core/time.ts";
import { numberOf, textOf } from "#database/row.ts";
import { EARLIER_MAX } from "../keys/key-store.ts";
import { terminalsToAsk } from "../receipts/open-refunds.ts";
import { unsentOfEarlier } from "../store/earlier-journal.ts";
import type { ReadDb, TillDatabase } from "../store/tx.ts";

const SETTING = "earlier-enrolments";

/** `books` is when those were last restored that said so. */
const End = z.object({
  terminalId: WireTerminalId,
  /** Why they are refused; null where all of them are stored and every sealed slip among them is judged. */
  code: z.string().refine(isErrorCode).nullable(),
  books: WireInstant.nullable(),
  at: z.number().int(),
});
const Ends = z.array(End).max(EARLIER_MAX);

export type EarlierEnd = Readonly<{ code: ErrorCode | null; books: string | null; at: Instant }>;
export type EarlierEnds = ReadonlyMap<TerminalId, EarlierEnd>;

/** What cannot be read is asked for again. */
export async function readEnds(db: ReadDb): Promise<EarlierEnds> {
  const row = await db.get("SELECT value FROM settings WHERE name = ?", [SETTING]);
  const parsed = Ends.safeParse(row === undefined ? [] : jsonOrUndefined(textOf(row, "value")));
  return new Map(
    (parsed.data ?? []).map(({ terminalId, code, books, at }) => [
      terminalId,
      { code, books, at: instant(at) },
    ]),
  );
}

export async function writeEnds(database: TillDatabase, ends: EarlierEnds): Promise<void> {
  const kept = [...ends].map(([terminalId, end]) => ({ terminalId, ...end })).slice(-EARLIER_MAX);
  await database.commit([
    {
      sql: "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      params: [SETTING, JSON.stringify(kept)],
    },
  ]);
}

/**
 * Enrolments of which nothing can be asked for any more: all that they wrote is stored, no back-up that the books could
 * be restored from is older than that, and no refund of theirs waits for its answer.
 */
export async function enrolmentsOver(db: ReadDb, present: TerminalId): Promise<ReadonlySet<TerminalId>> {
  const unsent = await unsentOfEarlier(db, present);
  const asking = await terminalsToAsk(db);
  const row = await db.get(
    `SELECT COALESCE(MAX(c.prunable_before), 0) AS before FROM countersignatures c
     JOIN epochs p ON p.epoch = c.epoch WHERE p.terminal_id = ?`,
    [present],
  );
  const prunableBefore = row === undefined ? 0 : numberOf(row, "before");
  const over = [...(await readEnds(db))].filter(
    ([terminalId, { code, at }]) =>
      code === null && at < prunableBefore && !unsent.has(terminalId) && !asking.has(terminalId),
  );
  return new Set(over.map(([terminalId]) => terminalId));
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
