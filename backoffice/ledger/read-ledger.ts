// What the books say about an account. Reads see committed rows only.
import { fail } from "#core/errors.ts";
import type { AccountId, TransferId } from "#core/ids.ts";
import { type AccountName, accountIdOf } from "#core/ledger/accounts.ts";
import { availableOf, type Balance, EMPTY_BALANCE, postedOf, type Transfer } from "#core/ledger/transfer.ts";
import { type Currency, type Money, money } from "#core/money.ts";
import type { ReadDb } from "#database/database.ts";
import { nullable, numberOf, textOf } from "#database/row.ts";
import { type EntryPlace, PLACED_TRANSFER_COLUMNS, placedTransferOf } from "./rows.ts";
import { BALANCE_COLUMNS, balanceOfRow, transfersById } from "./store.ts";

const PAGE_MAX = 200;

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

/**
 * Entries of an account, the last first; holds and their endings among them. `from` is the `next` of the page before.
 * At most 200 a page. Each entry names the one before it, so that a page costs as many look-ups as it has entries,
 * however many the account has.
 */
export async function entriesOf(
  db: ReadDb,
  name: AccountName,
  currency: Currency,
  page: Readonly<{ limit: number; from?: EntryPlace }>,
): Promise<Readonly<{ entries: readonly Entry[]; next: EntryPlace | null }>> {
  const account = accountIdOf(name, currency);
  const limit = Math.max(1, Math.min(page.limit, PAGE_MAX));
  const entries: Entry[] = [];
  let next = page.from ?? (await lastEntryOf(db, account));
  while (next !== null && entries.length < limit) {
    const { prev, ...entry } = await entryAt(db, account, next);
    entries.push(entry);
    next = prev;
  }
  return { entries, next };
}

/** The transfer of an id, or undefined. */
export async function transferById(db: ReadDb, id: TransferId): Promise<Transfer | undefined> {
  return (await transfersById(db, [id]))[0];
}

async function lastEntryOf(db: ReadDb, account: AccountId): Promise<EntryPlace | null> {
  const row = await db.get("SELECT last_entry FROM ledger_account WHERE id = ?", [account]);
  return row === undefined ? null : (nullable(row, "last_entry", textOf) as EntryPlace | null);
}

async function entryAt(db: ReadDb, account: AccountId, place: EntryPlace) {
  // A page may be asked for with a place from outside.
  if (!/^\d{1,15}\.\d{1,15}\.\d{1,15}$/.test(place))
    return fail("REQUEST_INVALID", "not the place of an entry");
  const row = await db.get(
    `SELECT ${PLACED_TRANSFER_COLUMNS} FROM ledger_transfer WHERE lane = ? AND batch = ? AND position = ?`,
    place.split(".").map(Number),
  );
  const { transfer, happenedAt, debitPrev, creditPrev } = placedTransferOf(
    row ?? fail("NOT_FOUND", "no such entry"),
  );
  // A place of another account's entry must not lead into that account.
  if (transfer.debit !== account && transfer.credit !== account) return fail("NOT_FOUND", "no such entry");
  const prev = transfer.debit === account ? debitPrev : creditPrev;
  return { transfer, happenedAt, recordedAt: numberOf(row ?? {}, "recorded_at"), prev };
}
