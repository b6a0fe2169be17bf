// A terminal whose machine was enrolled again under another id: it sells no more, and what it has left open is a person's.
import type { WorkItem } from "#core/contract/terminals.ts";
import type { TerminalId } from "#core/ids.ts";
import type { ChainPlace } from "#core/journal/chain.ts";
import type { Entry } from "#core/journal/entry.ts";
import { add, money, sum } from "#core/money.ts";
import type { ReadDb, Statement } from "#database/database.ts";
import { bigintOf, numberOf } from "#database/row.ts";
import type { TerminalDeps } from "./deps.ts";
import { left } from "./facts.ts";
import { type GrantRecord, openGrantsOf, type TerminalRecord } from "./store.ts";
import { workItem } from "./work-item.ts";

/**
 * Notes for good that a terminal was left. Its own key says so, so that by this alone it only loses: grants, and whatever
 * it could ask for on line. Days and people wait for it until the terminal that follows names its end (store.ts).
 */
export async function noteLeft(
  { database, clock, log }: Pick<TerminalDeps, "database" | "clock" | "log">,
  { terminalId, leftAt }: TerminalRecord,
): Promise<void> {
  if (leftAt !== null) return;
  await database.transaction((tx) =>
    tx.run("UPDATE terminal SET left_at = ? WHERE terminal_id = ? AND left_at IS NULL", [
      clock.now(),
      terminalId,
    ]),
  );
  log.info({ terminalId }, "terminal.left");
}

/** Where a terminal begins: the last entry that its machine wrote under another id, by the first entry of its journal. */
export function followedBy(
  { epoch }: Pick<TerminalRecord, "epoch">,
  [first]: readonly Entry[],
): Readonly<{ epoch: string; seq: number; hash: string }> | null {
  return epoch === null && first?.kind === "epoch-started" ? first.body.previous : null;
}

/**
 * Makes one item of what is set aside or held at a terminal that was left and has sent everything: its keys were away when
 * it was left, so no entry closes that any more. Grants of an epoch before have an item of their own, of that restore.
 */
export async function reportKept(
  deps: Pick<TerminalDeps, "database" | "clock" | "station">,
  { terminalId }: TerminalRecord,
  place: ChainPlace,
): Promise<void> {
  const { currency } = deps.station;
  const grants = await grantsKept(deps, { terminalId, epoch: place.epoch });
  const holds = await holdsOf(deps, terminalId);
  if (grants.length + holds.count === 0) return;
  const amount = add(sum(grants.map(left), currency), money(holds.minor, currency));
  const { sql, params } = workItem(
    place,
    { now: deps.clock.now() },
    {
      kind: "kept-by-left-terminal",
      amount,
      policy: "escrow",
      bearer: "nobody",
      code: "STATE_CONFLICT",
      detail: `${grants.length} grants and ${holds.count} holds were open when all of it had come`,
    },
  );
  await deps.database.transaction(async (tx) => {
    if (!(await hasOpenItem(tx, terminalId, "kept-by-left-terminal"))) await tx.run(sql, params);
  });
}

/**
 * One item of new entries that come as a terminal's own after it was left: its folder was copied and the copy was enrolled,
 * or somebody has its key. The machine takes cash only, and its cashier cannot know why.
 */
export async function inUseItem(
  { database, clock }: Pick<TerminalDeps, "database" | "clock">,
  place: ChainPlace,
): Promise<readonly Statement[]> {
  if (await hasOpenItem(database.read, place.terminalId, "left-terminal-in-use")) return [];
  const now = clock.now();
  return [
    workItem(
      place,
      { now },
      {
        kind: "left-terminal-in-use",
        amount: null,
        policy: null,
        bearer: null,
        code: "CASH_ONLY",
        detail:
          "a copy of its folder was enrolled under another id, or somebody else has its key: enrol it again",
      },
    ),
  ];
}

async function hasOpenItem(db: ReadDb, terminalId: TerminalId, kind: WorkItem["kind"]): Promise<boolean> {
  const open = await db.get(
    "SELECT 1 AS open FROM work_item WHERE terminal_id = ? AND kind = ? AND state = 'open'",
    [terminalId, kind],
  );
  return open !== undefined;
}

/** Open grants of the epoch in which a terminal was left. */
export async function grantsKept(
  { database }: Pick<TerminalDeps, "database">,
  { terminalId, epoch }: Readonly<{ terminalId: TerminalId; epoch: string }>,
): Promise<readonly GrantRecord[]> {
  return (await openGrantsOf(database.read, { terminalId })).filter((grant) => grant.epoch === epoch);
}

async function holdsOf({ database }: Pick<TerminalDeps, "database">, terminalId: TerminalId) {
  const row = await database.read.get(
    `SELECT COUNT(*) AS holds, CAST(COALESCE(SUM(amount), 0) AS TEXT) AS amount FROM payment
     WHERE terminal_id = ? AND state = 'held'`,
    [terminalId],
  );
  return row === undefined
    ? { count: 0, minor: 0n }
    : { count: numberOf(row, "holds"), minor: bigintOf(row, "amount") };
}
