// Baskets that are not paid for yet: kept so that a crash does not empty the counter. They are no facts.
import { z } from "zod";
import { fail } from "#core/errors.ts";
import type { SaleId, StaffId } from "#core/ids.ts";
import type { Currency } from "#core/money.ts";
import { BasketLine } from "#core/sale/basket.ts";
import { totalsOf } from "#core/sale/totals.ts";
import { instant } from "#core/time.ts";
import type { Statement } from "#database/database.ts";
import { jsonOf, nullable, numberOf, textOf } from "#database/row.ts";
import type { BuildingSale, ParkedSale, PayingSale } from "../state.ts";
import type { ReadDb } from "../store/tx.ts";

export type DraftStage = "building" | "paying" | "parked";
export type DraftSale = ParkedSale & Readonly<{ draftStage: DraftStage }>;

const Lines = z.array(BasketLine);

export const writeDraft = (
  sale: Pick<BuildingSale | PayingSale | ParkedSale, "saleId" | "label" | "lines">,
  stage: DraftStage,
  atMs: number,
  parkedBy: StaffId | null = null,
): Statement => ({
  sql: `INSERT INTO draft_sales (sale_id, label, stage, lines, changed_at, parked_by) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (sale_id) DO UPDATE SET stage = excluded.stage, lines = excluded.lines,
          changed_at = excluded.changed_at, parked_by = excluded.parked_by`,
  params: [sale.saleId, sale.label, stage, JSON.stringify(sale.lines), atMs, parkedBy],
});

export const dropDraft = (saleId: SaleId): Statement => ({
  sql: "DELETE FROM draft_sales WHERE sale_id = ?",
  params: [saleId],
});

export async function readDrafts(db: ReadDb, currency: Currency): Promise<readonly DraftSale[]> {
  const rows = await db.all(
    "SELECT sale_id, label, stage, lines, changed_at, parked_by FROM draft_sales ORDER BY changed_at",
  );
  return rows.map((row) => {
    const lines = Lines.safeParse(jsonOf(row, "lines"));
    if (!lines.success) return fail("DATABASE_CORRUPT", "a draft basket cannot be read");
    return {
      saleId: textOf(row, "sale_id") as SaleId,
      label: textOf(row, "label"),
      draftStage: textOf(row, "stage") as DraftStage,
      lines: lines.data,
      totals: totalsOf(lines.data, currency),
      parkedAt: instant(numberOf(row, "changed_at")),
      parkedBy: nullable(row, "parked_by", textOf) as StaffId | null,
    };
  });
}
