// Which of the sales that something names were completed, and so have a page.
import type { SaleId } from "#core/ids.ts";
import type { ReadDb } from "#database/database.ts";
import { textOf } from "#database/row.ts";
import { marks } from "../cards/store.ts";

/** A till names its sales itself, so a name says nothing without its till. */
export type SaleOfTill = Readonly<{ terminalId: string | null; saleId: SaleId | null | undefined }>;

/** Gives the sale's id where the sale has a page, or null. */
export async function completedSales(
  db: ReadDb,
  sales: readonly SaleOfTill[],
): Promise<(sale: SaleOfTill) => SaleId | null> {
  const saleIds = sales.flatMap(({ saleId }) => saleId ?? []);
  if (saleIds.length === 0) return () => null;
  const rows = await db.all(
    `SELECT terminal_id, sale_id FROM sale WHERE sale_id IN (${marks(saleIds)})`,
    saleIds,
  );
  const completed = new Set(rows.map((row) => keyOf(textOf(row, "terminal_id"), textOf(row, "sale_id"))));
  return ({ terminalId, saleId }) =>
    saleId && terminalId !== null && completed.has(keyOf(terminalId, saleId)) ? saleId : null;
}

const keyOf = (terminalId: string, saleId: string) => `${terminalId} ${saleId}`;
