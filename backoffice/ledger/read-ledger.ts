// What the books say about an account. Reads see committed rows only.
import type { AccountId, TransferId } from "#core/ids.ts";
import { type AccountName, accountIdOf } from "#core/ledger/accounts.ts";
import { availableOf, type Balance, EMPTY_BALANCE, postedOf, type Transfer } from "#core/ledger/transfer.ts";
import { type Currency, type Money, money } from "#core/money.ts";
import type { ReadDb } from "#database/database.ts";
import { numberOf } from "#database/row.ts";
import { TRANSFER_COLUMNS, transferOf } from "./rows.ts";
import { BALANCE_COLUMNS, balanceOfRow, transfersById } from "./store.ts";

const PAGE_MAX = 500;

/** The four sums of an account; all zero where it never moved. */
export async function sumsOf(db: ReadDb, name: AccountName, currency: Currency): Promise<Balance> {
  const row = await db.get(`SELECT ${BALANCE_COLUMNS} FROM ledger_account WHERE id = ?`, [
    accountIdOf(name, currency),
  ]);
  return row === undefined ? EMPTY_BALANCE : balanceOfRow(row);
}

/** Posted credits less posted debits: what we owe the holder of a card or a merchant; negative for an asset. */
export async function balanceOf(db: ReadDb, name: AccountName, currency: Currency): Promise<Money> {
  return money(postedOf(await sumsOf(db, name, currency)), currency);
}

/** The balance less what is held: what may still be spent. */
export async function availableIn(db: ReadDb, name: AccountName, currency: Currency): Promise<Money> {
  return money(availableOf(await sumsOf(db, name, currency)), currency);
}

export type Entry = Readonly<{ transfer: Transfer; happenedAt: number; recordedAt: number }>;

/** Where the next page begins: after this entry. */
export type EntryCursor = Readonly<{ recordedAt: number; id: TransferId }>;

/** Entries of an account, newest first; holds and their endings among them. At most 500 a page. */
export async function entriesOf(
  db: ReadDb,
  name: AccountName,
  currency: Currency,
  page: Readonly<{ limit: number; before?: EntryCursor }>,
): Promise<Readonly<{ entries: readonly Entry[]; next: EntryCursor | null }>> {
  const account = accountIdOf(name, currency);
  const limit = Math.max(1, Math.min(page.limit, PAGE_MAX));
  const [debits, credits] = await Promise.all([
    entriesOn(db, "debit", account, limit, page.before),
    entriesOn(db, "credit", account, limit, page.before),
  ]);
  const all = [...debits, ...credits].toSorted(newestFirst);
  const entries = all.slice(0, limit);
  const last = entries.at(-1);
  const next =
    last !== undefined && all.length > limit ? { recordedAt: last.recordedAt, id: last.transfer.id } : null;
  return { entries, next };
}

/** The transfer of an id, or undefined. */
export async function transferById(db: ReadDb, id: TransferId): Promise<Transfer | undefined> {
  return (await transfersById(db, [id]))[0];
}

/** One side at a time, so that each is answered by its own index. One more than asked says whether there is a next. */
async function entriesOn(
  db: ReadDb,
  side: "debit" | "credit",
  account: AccountId,
  limit: number,
  before: EntryCursor | undefined,
): Promise<readonly Entry[]> {
  const older = before === undefined ? "" : "AND (recorded_at, id) < (CAST(? AS BIGINT), ?)";
  const rows = await db.all(
    `SELECT ${TRANSFER_COLUMNS} FROM ledger_transfer WHERE ${side} = ? ${older}
     ORDER BY recorded_at DESC, id DESC LIMIT ${limit + 1}`,
    before === undefined ? [account] : [account, before.recordedAt, before.id],
  );
  return rows.map((row) => ({
    transfer: transferOf(row),
    happenedAt: numberOf(row, "happened_at"),
    recordedAt: numberOf(row, "recorded_at"),
  }));
}

function newestFirst(a: Entry, b: Entry): number {
  if (a.recordedAt !== b.recordedAt) return b.recordedAt - a.recordedAt;
  return a.transfer.id < b.transfer.id ? 1 : -1;
}
