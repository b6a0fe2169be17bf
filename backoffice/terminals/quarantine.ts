// A journal that has forked: two tills have signed with one key. What they say is kept whole for a person to judge,
// nothing of it is posted, and the terminal sells for cash until it is enrolled again.
import { canonicalJson, type JsonValue } from "#core/canonical-json.ts";
import { moneyOf } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import type { TerminalId } from "#core/ids.ts";
import { decodeEntry, type SignedEntry } from "#core/journal/entry.ts";
import { type Money, sum } from "#core/money.ts";
import type { WriteDb } from "#database/database.ts";
import { textOf } from "#database/row.ts";
import type { TerminalDeps } from "./deps.ts";
import { tendersOf } from "./facts.ts";
import type { TerminalRecord } from "./store.ts";
import { workItem } from "./work-item.ts";

/** Entries of one terminal that are kept whole. Whoever holds a key of a till could send new ones for ever. */
export const FORKED_ENTRIES_MAX = 2_000;

/** Always fails with TERMINAL_QUARANTINED, once the entries are kept. */
export async function quarantine(
  deps: TerminalDeps,
  terminal: TerminalRecord,
  entries: readonly SignedEntry[],
  detail: string,
): Promise<never> {
  const source = { now: deps.clock.now() };
  const { terminalId } = terminal;
  await deps.database.transaction(async (tx) => {
    await tx.run("UPDATE terminal SET state = 'quarantined' WHERE terminal_id = ? AND state = 'enrolled'", [
      terminalId,
    ]);
    const kept = await tx.get(
      "SELECT COUNT(*) AS kept FROM work_item WHERE terminal_id = ? AND kind = 'journal-forked'",
      [terminalId],
    );
    const room = Math.max(0, FORKED_ENTRIES_MAX - Number(kept?.kept ?? 0));
    await tx.runEach(entries.slice(0, room).map((entry) => forkedEntry(entry, terminalId, source)));
    if (entries.length > room) await countFurther(tx, terminal, entries.length - room, source.now);
  });
  deps.log.error({ terminalId, entries: entries.length, detail }, "terminal.quarantined");
  deps.nudges.publish(terminalId, "snapshot");
  return fail("TERMINAL_QUARANTINED", detail);
}

const forkedEntry = (entry: SignedEntry, terminalId: TerminalId, source: Readonly<{ now: number }>) =>
  workItem(
    { ...entry, terminalId },
    source,
    {
      kind: "journal-forked",
      amount: prepaidIn(entry),
      policy: null,
      bearer: "nobody",
      code: "TERMINAL_QUARANTINED",
      detail: `${entry.kind} ${entry.id}`,
    },
    canonicalJson(entry as JsonValue),
  );

/** One item says how many more came; an entry that is sent twice counts twice. */
async function countFurther(
  tx: WriteDb,
  { terminalId }: TerminalRecord,
  further: number,
  now: number,
): Promise<void> {
  const id = `w-further-${terminalId}`;
  const before = await tx.get("SELECT detail FROM work_item WHERE work_item_id = ?", [id]);
  const count = further + (before === undefined ? 0 : Number.parseInt(textOf(before, "detail"), 10));
  await tx.run(
    `INSERT INTO work_item (work_item_id, kind, terminal_id, epoch, seq, amount, currency, policy, bearer, code,
       detail, content, at, state)
     VALUES (?, 'journal-forked', ?, '', 0, NULL, NULL, NULL, 'nobody', 'TERMINAL_QUARANTINED', ?, NULL, ?, 'open')
     ON CONFLICT (work_item_id) DO UPDATE SET detail = excluded.detail`,
    [id, terminalId, `${count} further entries of this terminal were not kept`, now],
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
