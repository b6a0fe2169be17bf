// The invariants of DESIGN §13 asked of the real books, by sums over their tables that share nothing with the modules.
import { verifyLedger } from "#backoffice/ledger/verify.ts";
import { hours } from "#core/time.ts";
import type { Database, ReadDb } from "#database/database.ts";
import { bigintOf, nullable, numberOf, textOf } from "#database/row.ts";
import {
  type Item,
  isBeyondBearing,
  isRestoredLoss,
  isRiskLoss,
  lossesOf,
  tenderOf,
  workItems,
} from "./real-losses.ts";
import { TERMINAL_CAP } from "./sim-server.ts";
import type { SimTill } from "./sim-till.ts";

type Faults = readonly string[];

export async function faultsNow(books: Database, tills: readonly SimTill[], deep: boolean): Promise<Faults> {
  const items = await workItems(books.read);
  return [
    ...(await wrongSums(books.read)),
    ...oddItems(items, tills),
    ...aboveCap(items),
    ...(await escrowLost(books.read)),
    ...(deep ? await wrongDeepDown(books, tills) : []),
  ];
}

const sumOf = async (read: ReadDb, sql: string): Promise<bigint> =>
  bigintOf((await read.get(`SELECT CAST(COALESCE((${sql}), 0) AS TEXT) AS sum`)) ?? {}, "sum");

const posted = (accounts: string) =>
  `SELECT SUM(credits_posted - debits_posted) FROM ledger_account WHERE ${accounts}`;

/** Accounts against the rows that they stand for: each pair is reckoned by its own query. */
const SAME: readonly Readonly<{ name: string; ledger: string; rows: string }>[] = [
  { name: "I1: debits and credits differ", ledger: posted("true"), rows: "SELECT 0" },
  {
    name: "I3: the merchant's account is not what his payments left him",
    ledger: posted("id LIKE 'merchant:%'"),
    rows: "SELECT SUM(captured - refunded - commission) FROM payment WHERE state = 'captured'",
  },
  {
    name: "I7: the merchant's account is not what his items add up to",
    ledger: posted("id LIKE 'merchant:%'"),
    rows: `SELECT SUM(CASE kind WHEN 'capture' THEN gross - commission ELSE commission - gross END)
           FROM settlement_item`,
  },
  {
    name: "I3: the commission is not what payments bore",
    ledger: posted("id LIKE 'commission/%'"),
    rows: "SELECT SUM(commission) FROM payment WHERE state = 'captured'",
  },
  {
    name: "I3: what cards have on hold is not what payments hold",
    ledger: "SELECT SUM(debits_pending) FROM ledger_account WHERE id LIKE 'card:%'",
    rows: "SELECT SUM(amount) FROM payment WHERE state = 'held'",
  },
  {
    name: "I1: escrow is not what open grants still have",
    ledger: posted("id LIKE 'escrow:%'"),
    rows: "SELECT SUM(amount - spent) FROM card_grant WHERE state IN ('live', 'recalled')",
  },
  {
    name: "I5: the account of losses is not what slips and grants lost",
    ledger: `SELECT -(${posted("id LIKE 'offline-loss/%'")})`,
    rows: `SELECT (SELECT COALESCE(SUM(MAX(lost - refunded, 0)), 0) FROM payment WHERE state = 'captured')
             + (SELECT COALESCE(SUM(amount), 0) FROM ledger_transfer WHERE event = 'shortage-lost')`,
  },
  {
    name: "I5: what was judged to be lacking is not what people were told",
    ledger: `SELECT SUM(amount) FROM work_item WHERE detail LIKE '%after every till has synced'`,
    rows: "SELECT SUM(amount - repaid) FROM restored_shortage WHERE state = 'judged'",
  },
  {
    name: "I1: what was advanced is not what cards still lack",
    ledger: `SELECT -(${posted("id LIKE 'suspense/%'")})`,
    rows: "SELECT SUM(amount - repaid) FROM restored_shortage WHERE state = 'open'",
  },
];

async function wrongSums(read: ReadDb): Promise<Faults> {
  const faults: string[] = [];
  for (const { name, ledger, rows } of SAME) {
    const [inLedger, inRows] = [await sumOf(read, ledger), await sumOf(read, rows)];
    if (inLedger !== inRows) faults.push(`${name}: ${inLedger}, ${inRows}`);
  }
  const below = await read.get(
    `SELECT id FROM ledger_account WHERE floored AND credits_posted - debits_posted - debits_pending < 0`,
  );
  if (below !== undefined) faults.push(`I1: ${textOf(below, "id")} is below its floor`);
  const escrows = await read.get(
    `SELECT a.id FROM ledger_account a
     LEFT JOIN (SELECT 'escrow:' || terminal_id || ':' || card_id || '/' || currency AS id, SUM(amount - spent) AS rest
                FROM card_grant WHERE state IN ('live', 'recalled') GROUP BY 1) g ON g.id = a.id
     WHERE a.id LIKE 'escrow:%' AND a.credits_posted - a.debits_posted <> COALESCE(g.rest, 0) LIMIT 1`,
  );
  if (escrows !== undefined) faults.push(`I1: ${textOf(escrows, "id")} is not what its grants have`);
  return faults;
}

/** A work item that is not one of the few that this world can bring about. */
function oddItems(items: readonly Item[], tills: readonly SimTill[]): Faults {
  const across = new Set(tills.flatMap((till) => [...till.acrossRestores]));
  const unposted = new Set(items.filter(isUnposted).map(tenderOf));
  const isKnown = (item: Item) =>
    isRiskLoss(item) ||
    isBeyondBearing(item) ||
    isRestoredLoss(item) ||
    // A hold that a restore forgot, of a sale that was not completed when its till synced.
    (item.kind === "hold-missing" && across.has(tenderOf(item))) ||
    (item.kind === "refund-refused" && unposted.has(tenderOf(item)));
  const odd = items.find((item) => !isKnown(item));
  return odd === undefined
    ? []
    : [`I3: ${odd.kind} of ${odd.minor}, ${odd.policy}, ${odd.code}: ${odd.detail}`];
}

/** Slips that nobody paid out: a person sees to them. */
const isUnposted = (item: Item) => isBeyondBearing(item) || item.kind === "hold-missing";

/** The server's own bound: what the operator bears of one terminal in any 24 hours (loss-bound.ts). */
function aboveCap(items: readonly Item[]): Faults {
  const windows = new Map<string, { losses: Item[]; sum: bigint }>();
  for (const item of items) {
    if (!isRiskLoss(item)) continue;
    const window = windows.get(item.terminalId) ?? { losses: [], sum: 0n };
    windows.set(item.terminalId, window);
    window.losses.push(item);
    window.sum += item.minor;
    while ((window.losses[0] as Item).at <= item.at - hours(24)) {
      window.sum -= (window.losses.shift() as Item).minor;
    }
    if (window.sum > TERMINAL_CAP) return [`I5: ${item.terminalId} lost ${window.sum} in 24 hours`];
  }
  return [];
}

async function escrowLost(read: ReadDb): Promise<Faults> {
  const { escrow } = await lossesOf(read);
  return escrow === 0n ? [] : [`I5: escrow lost ${escrow}`];
}

async function wrongDeepDown(books: Database, tills: readonly SimTill[]): Promise<Faults> {
  const verified = await verifyLedger(books);
  const faults = verified.ok ? [] : [`I1: ${verified.wrong}`];
  for (const till of tills) {
    const row = await books.read.get("SELECT * FROM terminal WHERE terminal_id = ?", [till.terminalId]);
    if (row === undefined || row.state !== "enrolled") {
      faults.push(`I4: ${till.terminalId} is ${row?.state ?? "not known"}`);
      continue;
    }
    const epoch = nullable(row, "epoch", textOf);
    const seq = numberOf(row, "mark_seq");
    if (epoch === null || seq === 0) continue;
    const [own] = await till.journal.entriesAfter({ epoch: epoch as never, seq: seq - 1 }, 1);
    if (own?.hash !== row.mark_hash)
      faults.push(`I4: the mark of ${till.terminalId} is not its entry ${seq}`);
  }
  return faults;
}

/** When all is in: each acknowledged slip is there and was paid once, and both sides have the same entries. */
export async function faultsAtEnd(books: Database, tills: readonly SimTill[]): Promise<Faults> {
  const { read } = books;
  const faults: string[] = [];
  for (const till of tills) faults.push(...(await differingChains(read, till)));
  const held = await read.get("SELECT COUNT(*) AS held FROM payment WHERE state = 'held'");
  if (numberOf(held ?? {}, "held") > 0) faults.push(`I3: ${held?.held} holds without an end`);
  const grants = await read.get("SELECT COUNT(*) AS open FROM restored_shortage WHERE state = 'open'");
  if (numberOf(grants ?? {}, "open") > 0) faults.push("I1: shortages were not judged");
  return [...faults, ...(await wronglyPaid(read, tills))];
}

async function differingChains(read: ReadDb, till: SimTill): Promise<Faults> {
  const { terminalId, journal } = till;
  const { epoch } = journal.head();
  const rows = await read.all(
    "SELECT seq, kind, hash, content FROM journal_entry WHERE terminal_id = ? ORDER BY seq",
    [terminalId],
  );
  const stored = new Map(rows.map((row) => [numberOf(row, "seq"), textOf(row, "hash")]));
  const slips = new Set<string>();
  for (const row of rows) {
    if (row.kind === "tender-approved") slips.add(JSON.parse(textOf(row, "content")).body.tender.tenderId);
  }
  const lost = [...till.acknowledged.keys()].find((tenderId) => !slips.has(tenderId));
  if (lost !== undefined) return [`I2: slip ${lost} was acknowledged and is not at the server`];
  let seq = 0;
  for (;;) {
    const page = await journal.entriesAfter({ epoch, seq }, 1_000);
    for (const entry of page) {
      if (stored.get(entry.seq) !== entry.hash) return [`I4: entry ${entry.seq} of ${terminalId} differs`];
      seq = entry.seq;
    }
    if (page.length === 0) break;
  }
  return seq === rows.length
    ? []
    : [`I4: the server has ${rows.length} entries of ${terminalId}, not ${seq}`];
}

async function wronglyPaid(read: ReadDb, tills: readonly SimTill[]): Promise<Faults> {
  const unposted = new Set((await workItems(read)).filter(isUnposted).map(tenderOf));
  const rows = await read.all(
    `SELECT tender_id, COUNT(*) AS payments, CAST(SUM(captured - refunded) AS TEXT) AS paid FROM payment
     WHERE state = 'captured' AND captured > refunded GROUP BY tender_id`,
  );
  const paid = new Map(rows.map((row) => [textOf(row, "tender_id"), row]));
  const faults: string[] = [];
  for (const till of tills) {
    for (const [tenderId, amount] of till.acknowledged) {
      const row = paid.get(tenderId);
      paid.delete(tenderId);
      const minor = row === undefined ? 0n : bigintOf(row, "paid");
      const expected = unposted.has(tenderId) ? 0n : amount;
      if (minor !== expected) faults.push(`I3: slip ${tenderId} of ${amount} was paid ${minor}`);
      if (row !== undefined && numberOf(row, "payments") > 1)
        faults.push(`I3: slip ${tenderId} was paid twice`);
    }
  }
  for (const [tenderId, row] of paid)
    faults.push(`I3: ${bigintOf(row, "paid")} was paid for slip ${tenderId}, which does not stand`);
  return faults.slice(0, 5);
}
