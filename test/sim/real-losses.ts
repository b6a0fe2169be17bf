// What the real books say was lost, and what their work items may say at all.
import { RISK_POLICY } from "#backoffice/terminals/shortages.ts";
import type { ReadDb, Row } from "#database/database.ts";
import { bigintOf, nullable, numberOf, textOf } from "#database/row.ts";
import type { Losses } from "./sim-server.ts";

export type Item = Readonly<{
  kind: string;
  terminalId: string;
  minor: bigint;
  policy: string | null;
  bearer: string | null;
  code: string;
  detail: string;
  at: number;
}>;

/** What was read of some books: items are only ever added to them, so each is read once. */
type Known = Readonly<{ rowid: number; items: readonly Item[]; losses: Losses }>;

const knownOf = new WeakMap<ReadDb, Promise<Known>>();

function known(read: ReadDb): Promise<Known> {
  const now = readOn(read, knownOf.get(read) ?? Promise.resolve(NOTHING_KNOWN));
  knownOf.set(read, now);
  return now;
}

async function readOn(read: ReadDb, before: Promise<Known>): Promise<Known> {
  const { rowid, items, losses } = await before;
  const rows = await read.all(
    `SELECT rowid, kind, terminal_id, CAST(COALESCE(amount, 0) AS TEXT) AS amount, policy, bearer, code, detail, at
     FROM work_item WHERE rowid > ? ORDER BY rowid`,
    [rowid],
  );
  const last = rows.at(-1);
  if (last === undefined) return before;
  const more = rows.map(itemOf);
  return {
    rowid: numberOf(last, "rowid"),
    items: [...items, ...more],
    losses: more.reduce(withLoss, losses),
  };
}

/** Every work item of the books, in the order in which they came. */
export const workItems = async (read: ReadDb): Promise<readonly Item[]> => (await known(read)).items;

const itemOf = (row: Row): Item => ({
  kind: textOf(row, "kind"),
  terminalId: textOf(row, "terminal_id"),
  minor: bigintOf(row, "amount"),
  policy: nullable(row, "policy", textOf),
  bearer: nullable(row, "bearer", textOf),
  code: textOf(row, "code"),
  detail: textOf(row, "detail"),
  at: numberOf(row, "at"),
});

/** A slip that its till took at its own risk, and that its card could not pay. */
export const isRiskLoss = ({ kind, policy, bearer }: Item) =>
  (kind === "slip-short" || kind === "slip-refused") && policy === RISK_POLICY && bearer === "operator";
/** More than is borne of a terminal in a day: whoever took it bears it. */
export const isBeyondBearing = ({ kind, code }: Item) =>
  kind === "posting-refused" && code === "OFFLINE_CAP_TERMINAL";
/** What a card still lacked when every till had synced after a restore (docs/decisions/restored-books.md). */
export const isRestoredLoss = ({ policy, bearer, detail }: Item) =>
  policy !== RISK_POLICY && bearer === "operator" && detail.endsWith("after every till has synced");

export const tenderOf = ({ detail }: Item): string => /tender (\S+?):? /.exec(`${detail} `)?.[1] ?? "";

export const lossesOf = async (read: ReadDb): Promise<Losses> => (await known(read)).losses;

const NOTHING_KNOWN: Known = { rowid: 0, items: [], losses: { risk: 0n, restored: 0n, escrow: 0n } };

function withLoss(losses: Losses, item: Item): Losses {
  if (item.bearer !== "operator") return losses;
  const kind = isRiskLoss(item) ? "risk" : isRestoredLoss(item) ? "restored" : "escrow";
  return { ...losses, [kind]: losses[kind] + item.minor };
}
