// Writes accepted transfers into the books in the order in which they were decided.
import type { AccountId } from "#core/ids.ts";
import type { Transfer } from "#core/ledger/transfer.ts";
import type { Statement, WriteDb } from "#database/database.ts";
import type { Cell } from "#database/insert-rows.ts";
import { type BatchPlace, type EntryPlace, entryPlaceOf, transferCells } from "./rows.ts";
import { type LockedAccount, transfersStatement } from "./store.ts";

/** Enough rows for one statement; while the database writes them, the next are decided. */
const ROWS_PER_STATEMENT = 1_024;

export type Pen = Readonly<{
  /** Gives a transfer its place, and on each of its accounts the entry before it. */
  write(transfer: Transfer, happenedAt: number, request: number): void;
  /** What is still to be written. */
  rest(): readonly Statement[];
  /** Resolves when what left before is written. */
  sent(): Promise<unknown>;
  /** Everything written, as it is hashed. */
  cells: readonly (readonly Cell[])[];
  /** The last entry of every account that moved. */
  lastEntries: ReadonlyMap<AccountId, EntryPlace>;
}>;

export function openPen(
  tx: WriteDb,
  place: BatchPlace,
  accounts: ReadonlyMap<AccountId, LockedAccount>,
): Pen {
  const cells: (readonly Cell[])[] = [];
  const lastEntries = new Map<AccountId, EntryPlace>();
  const underWay: Promise<void>[] = [];
  let sent = 0;

  const before = (id: AccountId) => lastEntries.get(id) ?? accounts.get(id)?.lastEntry ?? null;
  const rest = () => (cells.length > sent ? [transfersStatement(tx, place, cells.slice(sent))] : []);
  const send = () => {
    const writing = tx.runAll(rest());
    writing.catch(() => undefined); // Heard in `sent`.
    underWay.push(writing);
    sent = cells.length;
  };

  return {
    write(transfer, happenedAt, request) {
      const { debit, credit } = transfer;
      const position = cells.length;
      const debitPrev = before(debit);
      const creditPrev = before(credit);
      cells.push(transferCells({ transfer, happenedAt, position, request, debitPrev, creditPrev }));
      const entry = entryPlaceOf(place, position);
      lastEntries.set(debit, entry).set(credit, entry);
      if (cells.length - sent >= ROWS_PER_STATEMENT) send();
    },
    rest,
    sent: () => Promise.all(underWay),
    cells,
    lastEntries,
  };
}
