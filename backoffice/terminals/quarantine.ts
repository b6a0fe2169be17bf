// A journal that has forked: two tills have signed with one key. What they say is kept whole for a person to judge,
// nothing of it is posted, and the terminal sells for cash until it is enrolled again.
import { z } from "zod";
import { canonicalJson, type JsonValue } from "#core/canonical-json.ts";
import { moneyOf } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import type { TerminalId } from "#core/ids.ts";
import { decodeEntry, type SignedEntry } from "#core/journal/entry.ts";
import { type Money, sum } from "#core/money.ts";
import type { ReadDb, WriteDb } from "#database/database.ts";
import { jsonOf, nullable, textOf } from "#database/row.ts";
import { marks } from "../cards/store.ts";
import type { TerminalDeps } from "./deps.ts";
import { tendersOf, type WorkItemDraft } from "./facts.ts";
import type { TerminalRecord } from "./store.ts";
import { type Place, workItem, workItemIdOf } from "./work-item.ts";

/** Entries of one terminal that are kept whole. Whoever holds a key of a till could send new ones for ever. */
export const FORKED_ENTRIES_MAX = 2_000;

/**
 * Always fails with TERMINAL_QUARANTINED, once the entries are kept. Such a till asks again every few seconds for as long
 * as it runs: what was kept before is not written again, and only the quarantine itself is told.
 */
export async function quarantine(
  deps: TerminalDeps,
  terminal: TerminalRecord,
  entries: readonly SignedEntry[],
  detail: string,
): Promise<never> {
  const { terminalId } = terminal;
  const forked = entries.map((entry) => forkedOf(entry, terminalId));
  const { unknown } = await knownAmong(deps.database.read, terminalId, forked);
  if (terminal.state !== "enrolled" && unknown.length === 0) return fail("TERMINAL_QUARANTINED", detail);
  if (await keep(deps, terminalId, forked)) {
    deps.log.error({ terminalId, entries: entries.length, detail }, "terminal.quarantined");
    deps.nudges.publish(terminalId, "snapshot");
  }
  return fail("TERMINAL_QUARANTINED", detail);
}

/** True where the terminal was not quarantined before. */
function keep(
  { database, clock }: TerminalDeps,
  terminalId: TerminalId,
  forked: readonly Forked[],
): Promise<boolean> {
  const now = clock.now();
  return database.transaction(async (tx) => {
    const changed = await tx.run(
      "UPDATE terminal SET state = 'quarantined' WHERE terminal_id = ? AND state = 'enrolled'",
      [terminalId],
    );
    const { unknown, further } = await knownAmong(tx, terminalId, forked);
    const kept = await tx.get(
      "SELECT COUNT(*) AS kept FROM work_item WHERE terminal_id = ? AND kind = 'journal-forked'",
      [terminalId],
    );
    const room = Math.max(0, FORKED_ENTRIES_MAX - Number(kept?.kept ?? 0));
    const rows = unknown.slice(0, room);
    await tx.runEach(
      rows.map(({ place, draft, content }) => workItem({ ...place, terminalId }, { now }, draft, content)),
    );
    await countFurther(tx, terminalId, { before: further, more: unknown.slice(room), now });
    return changed === 1;
  });
}

/** An entry as it is kept, under an id that follows from what it says. */
type Forked = Readonly<{ id: string; place: Place; draft: WorkItemDraft; content: string }>;

function forkedOf(entry: SignedEntry, terminalId: TerminalId): Forked {
  const place = { ...entry, terminalId };
  const draft = {
    kind: "journal-forked",
    amount: prepaidIn(entry),
    policy: null,
    bearer: "nobody",
    code: "TERMINAL_QUARANTINED",
    detail: `${entry.kind} ${entry.id}`,
  } as const;
  const content = canonicalJson(entry as JsonValue);
  return { id: workItemIdOf(place, draft, content), place, draft, content };
}

/** `last` is the id of the last entry that was counted. */
type Further = Readonly<{ count: number; last: string | null }>;

const furtherIdOf = (terminalId: TerminalId) => `w-further-${terminalId}`;

/** Of these entries, those that were neither kept nor counted before; and what was counted. */
async function knownAmong(
  db: ReadDb,
  terminalId: TerminalId,
  forked: readonly Forked[],
): Promise<Readonly<{ unknown: readonly Forked[]; further: Further }>> {
  const ids = [furtherIdOf(terminalId), ...forked.map(({ id }) => id)];
  const rows = await db.all(
    `SELECT work_item_id, detail, content FROM work_item WHERE work_item_id IN (${marks(ids)})`,
    ids,
  );
  const kept = new Set(rows.map((row) => textOf(row, "work_item_id")));
  const row = rows.find((found) => textOf(found, "work_item_id") === furtherIdOf(terminalId));
  const further =
    row === undefined
      ? { count: 0, last: null }
      : {
          count: Number.parseInt(textOf(row, "detail"), 10),
          last: Counted.safeParse(nullable(row, "content", jsonOf)).data?.last ?? null,
        };
  const others = forked.filter(({ id }) => !kept.has(id));
  // A till sends in order, so what stands up to the last that was counted was counted with it. One that begins again
  // from further back counts anew: this says how much is missing, not what.
  const counted = others.findLastIndex(({ id }) => id === further.last);
  return { unknown: others.slice(counted + 1), further };
}

const Counted = z.object({ last: z.string() });

/** One item says how many more came. */
async function countFurther(
  tx: WriteDb,
  terminalId: TerminalId,
  { before, more, now }: Readonly<{ before: Further; more: readonly Forked[]; now: number }>,
): Promise<void> {
  const last = more.at(-1)?.id;
  if (last === undefined) return;
  await tx.run(
    `INSERT INTO work_item (work_item_id, kind, terminal_id, epoch, seq, amount, currency, policy, bearer, code,
       detail, content, at, state)
     VALUES (?, 'journal-forked', ?, '', 0, NULL, NULL, NULL, 'nobody', 'TERMINAL_QUARANTINED', ?, ?, ?, 'open')
     ON CONFLICT (work_item_id) DO UPDATE SET detail = excluded.detail, content = excluded.content`,
    [
      furtherIdOf(terminalId),
      terminalId,
      `${before.count + more.length} further entries of this terminal were not kept`,
      canonicalJson({ last }),
      now,
    ],
  );
}

/** The stored value that a forked entry speaks of, so that a person sees first what matters. */
function prepaidIn(signed: SignedEntry): Money | null {
  const entry = decodeEntry(signed);
  if (entry === undefined) return null;
  const amounts = tendersOf(entry).flatMap((tender) =>
    tender.method === "prepaid" ? [moneyOf(tender.amount)] : [],
  );
  const [first] = amounts;
  return first === undefined ? null : sum(amounts, first.currency);
}
