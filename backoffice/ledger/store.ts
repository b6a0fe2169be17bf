// The engine's statements. Their texts do not depend on the size of a batch, so each is prepared once.
import type { AccountId, TransferId } from "#core/ids.ts";
import { isFloored } from "#core/ledger/accounts.ts";
import type { KnownTransfer } from "#core/ledger/decide.ts";
import type { Balance, Transfer } from "#core/ledger/transfer.ts";
import { bulkRows, type Columns, selected } from "#database/bulk-rows.ts";
import type { ReadDb, Row, Statement, WriteDb } from "#database/database.ts";
import {
  type Cell,
  type Insert,
  insertRows,
  insertStatement,
  rowsQuery,
  textsIn,
  textsParam,
} from "#database/insert-rows.ts";
import { bigintOf, booleanOf, nullable, textOf } from "#database/row.ts";
import {
  type BatchPlace,
  type DecidedRequest,
  decidedRequestOf,
  type EntryPlace,
  TRANSFER_COLUMNS,
  TRANSFER_INSERT,
  transferOf,
} from "./rows.ts";

const CLAIM: Insert = {
  table: "ledger_request",
  columns: {
    caller: "text",
    id: "text",
    content_hash: "text",
    happened_at: "integer",
    answer: "text",
    position: "integer",
  },
  shared: { lane: "integer", batch: "integer" },
  suffix: "ON CONFLICT (caller, id) DO NOTHING",
};

/** A request as it is decided unless something is found against it. */
export type Claim = DecidedRequest & Readonly<{ decline: null }>;

/** One key per caller and id; neither holds a line break. */
export const requestKey = ({ caller, id }: Readonly<{ caller: string; id: string }>) => `${caller}\n${id}`;

const keyOfRow = (row: Row) => requestKey({ caller: textOf(row, "caller"), id: textOf(row, "id") });

/**
 * PostgreSQL: claims ids that nobody has claimed before, in one order for all engines so that two never wait for each
 * other, and names the keys that somebody has. Another engine's uncommitted claim of the same id is waited for.
 */
export async function claim(
  tx: WriteDb,
  place: BatchPlace,
  claims: ReadonlyMap<string, Claim>,
): Promise<ReadonlySet<string>> {
  const keys = [...claims.keys()].toSorted();
  const { sql, params = [] } = claimStatement(
    tx,
    place,
    keys.flatMap((key) => claims.get(key) ?? []),
  );
  // Nearly always all of them are new. Only where some are not is it read which.
  if ((await tx.run(sql, params)) === keys.length) return NONE_TAKEN;
  const ours = "SELECT caller, id FROM ledger_request WHERE lane = ? AND batch = ?";
  const claimed = new Set((await tx.all(ours, [place.lane, place.number])).map(keyOfRow));
  return new Set(keys.filter((key) => !claimed.has(key)));
}

const NONE_TAKEN: ReadonlySet<string> = new Set();

export const claimStatement = (
  { dialect }: WriteDb,
  { lane, number }: BatchPlace,
  claims: readonly Claim[],
): Statement =>
  insertStatement(
    dialect,
    CLAIM,
    claims.map(({ caller, id, contentHash, happenedAt, answer, position }) => [
      caller,
      id,
      contentHash,
      happenedAt,
      answer,
      position,
    ]),
    [lane, number],
  );

export const DECIDED_COLUMNS =
  "r.caller, r.id, r.content_hash, r.happened_at, r.answer, r.position, d.code, d.detail";

export const FROM_DECIDED =
  "FROM ledger_request r LEFT JOIN ledger_decline d ON d.caller = r.caller AND d.id = r.id";

/** What was decided about requests that were seen before, by key. */
export async function decidedBefore(
  db: ReadDb,
  requests: readonly Readonly<{ caller: string; id: string }>[],
): Promise<Map<string, DecidedRequest>> {
  if (requests.length === 0) return new Map();
  const given = rowsQuery(
    db.dialect,
    ASKED_COLUMNS,
    requests.map(({ caller, id }) => [caller, id]),
  );
  const rows = await db.all(
    `SELECT ${DECIDED_COLUMNS}
     FROM (${given.sql}) AS given JOIN ledger_request r ON r.caller = given.caller AND r.id = given.id
     LEFT JOIN ledger_decline d ON d.caller = r.caller AND d.id = r.id`,
    given.params,
  );
  return new Map(rows.map((row) => [keyOfRow(row), decidedRequestOf(row)]));
}

const ASKED_COLUMNS = { caller: "text", id: "text" } as const;

/** The transfers of these ids that exist. */
export async function transfersById(db: ReadDb, ids: readonly TransferId[]): Promise<readonly Transfer[]> {
  if (ids.length === 0) return [];
  return (await bulkRows(db, TRANSFER_COLUMNS, transfersNamed(db), [textsParam(db, ids)])).map(transferOf);
}

const LOCKED_COLUMNS: Columns = {
  id: "id",
  debits_posted: "CAST(debits_posted AS TEXT)",
  credits_posted: "CAST(credits_posted AS TEXT)",
  debits_pending: "CAST(debits_pending AS TEXT)",
  credits_pending: "CAST(credits_pending AS TEXT)",
  last_entry: "last_entry",
};

export const BALANCE_COLUMNS = selected(LOCKED_COLUMNS);

export const balanceOfRow = (row: Row): Balance => ({
  debitsPosted: bigintOf(row, "debits_posted"),
  creditsPosted: bigintOf(row, "credits_posted"),
  debitsPending: bigintOf(row, "debits_pending"),
  creditsPending: bigintOf(row, "credits_pending"),
});

const OPEN_ACCOUNTS: Insert = {
  table: "ledger_account",
  columns: {
    id: "text",
    floored: "boolean",
    debits_posted: "money",
    credits_posted: "money",
    debits_pending: "money",
    credits_pending: "money",
    last_entry: "text",
  },
  suffix: "ON CONFLICT (id) DO NOTHING",
};

/** An account as it stands while its row is locked. */
export type LockedAccount = Readonly<{ balance: Balance; lastEntry: EntryPlace | null }>;

/** What requests name: transfers, and accounts beside those of the transfers. */
export type Named = Readonly<{ transfers: readonly TransferId[]; accounts: readonly AccountId[] }>;

/** What they name as it stands, and stays until the commit. An account that has never moved may be missing. */
export type LockedBooks = Readonly<{
  accounts: ReadonlyMap<AccountId, LockedAccount>;
  transfers: ReadonlyMap<TransferId, KnownTransfer>;
}>;

/** Locks every account, and reads what has come of the transfers: what ended them, what corrected them. */
export async function lockBooks(tx: WriteDb, named: Named): Promise<LockedBooks> {
  const ids = textsParam(tx, named.transfers);
  const known = () =>
    named.transfers.length === 0 ? [] : bulkRows(tx, KNOWN_COLUMNS, transfersNamed(tx), [ids]);
  if (tx.dialect === "sqlite") {
    // Everything is locked since BEGIN, as SQLite has one writer: all is asked for at once.
    const [rows, accounts] = await Promise.all([known(), accountsNamed(tx, named.accounts, ids)]);
    return { accounts, transfers: knownTransfers(rows) };
  }
  const accounts = new Set(named.accounts);
  const found = await transfersById(tx, named.transfers);
  for (const { debit, credit } of found) accounts.add(debit).add(credit);
  // The connection keeps the order: what has come of them is read once their accounts are locked.
  const [locked, rows] = await Promise.all([lockAccounts(tx, [...accounts]), known()]);
  const transfers = knownTransfers(rows);
  // One that was committed between the two reads is on accounts that nobody has locked: it comes too late.
  return { accounts: locked, transfers: new Map(found.flatMap(({ id }) => knownAs(transfers, id))) };
}

const knownAs = (transfers: LockedBooks["transfers"], id: TransferId) => {
  const known = transfers.get(id);
  return known === undefined ? [] : [[id, known] as const];
};

const KNOWN_COLUMNS: Columns = {
  ...TRANSFER_COLUMNS,
  ended: "EXISTS (SELECT 1 FROM ledger_transfer e WHERE e.pending = ledger_transfer.id)",
  corrected: `(SELECT CAST(COALESCE(SUM(c.amount), 0) AS TEXT) FROM ledger_transfer c
    WHERE c.corrects = ledger_transfer.id)`,
};

const transfersNamed = (db: ReadDb) => `ledger_transfer WHERE ${textsIn(db, "id")}`;

const knownTransfers = (rows: readonly Row[]): ReadonlyMap<TransferId, KnownTransfer> =>
  new Map(
    rows.map((row) => {
      const transfer = transferOf(row);
      const known = { transfer, ended: booleanOf(row, "ended"), correctedMinor: bigintOf(row, "corrected") };
      return [transfer.id, known];
    }),
  );

/** SQLite: these accounts, and those of the transfers of a list of ids. */
async function accountsNamed(
  tx: WriteDb,
  accounts: readonly AccountId[],
  transferIds: string,
): Promise<Map<AccountId, LockedAccount>> {
  const ofTransfers = (side: string) => `SELECT ${side} FROM ledger_transfer WHERE ${textsIn(tx, "id")}`;
  const from = `ledger_account WHERE id IN (SELECT value FROM json_each(?)
    UNION ${ofTransfers("debit")} UNION ${ofTransfers("credit")})`;
  return accountsIn(
    await bulkRows(tx, LOCKED_COLUMNS, from, [textsParam(tx, accounts), transferIds, transferIds]),
  );
}

/** PostgreSQL: locks accounts in the order of their ids, those that are new too, and reads their balances. */
async function lockAccounts(tx: WriteDb, ids: readonly AccountId[]): Promise<Map<AccountId, LockedAccount>> {
  const inOrder = ids.toSorted();
  const accounts = await lockedRows(tx, inOrder);
  const missing = inOrder.filter((id) => !accounts.has(id));
  if (missing.length === 0) return accounts;
  await insertRows(
    tx,
    OPEN_ACCOUNTS,
    missing.map((id) => [id, isFloored(id), 0, 0, 0, 0, null]),
  );
  // Another engine may have opened one meanwhile and moved money on it: what counts is what is there once locked.
  return new Map([...accounts, ...(await lockedRows(tx, missing))]);
}

async function lockedRows(tx: WriteDb, ids: readonly AccountId[]): Promise<Map<AccountId, LockedAccount>> {
  if (ids.length === 0) return new Map();
  const from = `ledger_account WHERE ${textsIn(tx, "id")} ORDER BY id FOR UPDATE`;
  return accountsIn(await bulkRows(tx, LOCKED_COLUMNS, from, [textsParam(tx, ids)]));
}

const accountsIn = (rows: readonly Row[]): Map<AccountId, LockedAccount> =>
  new Map(
    rows.map((row) => {
      const lastEntry = nullable(row, "last_entry", textOf) as EntryPlace | null;
      return [textOf(row, "id") as AccountId, { balance: balanceOfRow(row), lastEntry }];
    }),
  );

const WRITE_BALANCES: Insert = {
  ...OPEN_ACCOUNTS,
  suffix: `ON CONFLICT (id) DO UPDATE SET debits_posted = excluded.debits_posted,
    credits_posted = excluded.credits_posted, debits_pending = excluded.debits_pending,
    credits_pending = excluded.credits_pending, last_entry = excluded.last_entry`,
};

export const balancesStatement = (
  { dialect }: WriteDb,
  changed: readonly (readonly [AccountId, LockedAccount])[],
): Statement =>
  insertStatement(
    dialect,
    WRITE_BALANCES,
    changed.map(([id, { balance, lastEntry }]) => [
      id,
      isFloored(id),
      String(balance.debitsPosted),
      String(balance.creditsPosted),
      String(balance.debitsPending),
      String(balance.creditsPending),
      lastEntry,
    ]),
  );

/** `cells` are those of `transferCells`, in order. */
export const transfersStatement = (
  { dialect }: WriteDb,
  { lane, number, recordedAt }: BatchPlace,
  cells: readonly (readonly Cell[])[],
): Statement => insertStatement(dialect, TRANSFER_INSERT, cells, [recordedAt, lane, number]);

const DECLINES: Insert = {
  table: "ledger_decline",
  columns: { caller: "text", id: "text", code: "text", detail: "text" },
};

/** No statement where nothing was declined, as nearly always. */
export function declineStatements(
  { dialect }: WriteDb,
  requests: readonly DecidedRequest[],
): readonly Statement[] {
  const rows = requests.flatMap(({ caller, id, decline }) =>
    decline === null ? [] : [[caller, id, decline.code, decline.detail]],
  );
  return rows.length === 0 ? [] : [insertStatement(dialect, DECLINES, rows)];
}

export const batchStatement = (
  place: BatchPlace,
  batch: Readonly<{ requests: number; transfers: number; prevHash: string; hash: string }>,
): Statement => ({
  sql: `INSERT INTO ledger_batch (lane, number, requests, transfers, recorded_at, prev_hash, hash)
        VALUES (?, ?, ?, ?, ?, ?, ?)`,
  params: [
    place.lane,
    place.number,
    batch.requests,
    batch.transfers,
    place.recordedAt,
    batch.prevHash,
    batch.hash,
  ],
});
