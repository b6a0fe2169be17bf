// The checkpoints of the books that this till witnesses: kept durably, printed on each Z, compared by `verify --anchors`.
import type { BooksCheckpoint, SyncAnswer } from "#core/contract/terminal.ts";
import { HexHash, WireInstant } from "#core/contract/values.ts";
import type { Row } from "#database/database.ts";
import { numberOf, textOf } from "#database/row.ts";
import type { ReadDb, WriteTx } from "../store/tx.ts";

/** A checkpoint, and since which restore of the books it was theirs. */
export type BookAnchor = Readonly<{
  number: number;
  hash: string;
  booksRestoredAt: NonNullable<SyncAnswer["booksRestoredAt"]> | null;
}>;

/** Keeps the newest. One that is not newer never takes the place of what was witnessed first. */
export async function keepAnchor(
  tx: WriteTx,
  { number, hash, signature }: BooksCheckpoint,
  booksRestoredAt: BookAnchor["booksRestoredAt"],
): Promise<void> {
  await tx.run(
    `INSERT INTO book_anchors (books_restored_at, number, hash, signature) VALUES (?, ?, ?, ?)
     ON CONFLICT (books_restored_at) DO UPDATE SET number = excluded.number, hash = excluded.hash,
       signature = excluded.signature WHERE excluded.number > book_anchors.number`,
    [booksRestoredAt ?? "", number, hash, signature],
  );
}

/** All that this till holds, the newest first. */
export async function heldAnchors(db: ReadDb): Promise<readonly BookAnchor[]> {
  const rows = await db.all(
    "SELECT books_restored_at, number, hash FROM book_anchors ORDER BY books_restored_at DESC",
  );
  return rows.map(anchorOf);
}

const anchorOf = (row: Row): BookAnchor => {
  const restoredAt = textOf(row, "books_restored_at");
  return {
    number: numberOf(row, "number"),
    hash: HexHash.parse(textOf(row, "hash")),
    booksRestoredAt: restoredAt === "" ? null : WireInstant.parse(restoredAt),
  };
};
