// Journals of tills that are long without having been lived: sales in bulk, of which only the tail is a true chain,
// because that is all that a start verifies.
import { createHash } from "node:crypto";
import { v7 } from "uuid";
import { canonicalJson, type JsonValue } from "#core/canonical-json.ts";
import type { EntryId, SaleId } from "#core/ids.ts";
import type { Tender } from "#core/journal/bodies.ts";
import { hashedText } from "#core/journal/chain.ts";
import type { EntryContent, EntryDraft, SignedEntry } from "#core/journal/entry.ts";
import { insertRows } from "#database/insert-rows.ts";
import type { JournalHead, Signer } from "#main/till/store/journal.ts";
import type { TillDatabase, WriteTx } from "#main/till/store/tx.ts";

/** More than a start verifies. */
const TRUE_TAIL_ENTRIES = 2_400;
export const ENTRIES_PER_SALE = 3;
const SALES_PER_INSERT = 2_000;
const PRICE_WON = 4_500;
/** What Ed25519 gives has this form; nobody looks at these. */
const SOME_SIGNATURE = Buffer.alloc(64, 7).toString("base64");

const won = (minor: number) => ({ minor: String(minor), currency: "KRW" as const });

export type BulkSale = Readonly<{ saleId: SaleId; tenderId: string; entries: readonly SignedEntry[] }>;

/** What a sale of one cup, paid in cash, writes. `receiptNumber` must be the next one where projections are kept. */
export function cashSale(shiftId: string, receiptNumber: number) {
  const saleId = v7() as SaleId;
  const tenderId = v7();
  const lines = [
    {
      lineId: "l1",
      itemId: "americano" as never,
      name: { ko: "아메리카노", en: "Americano" },
      category: "drinks",
      quantity: 1,
      unitPrice: won(PRICE_WON),
      discountBasisPoints: 0,
      vat: { rateBasisPoints: 1_000, priceIncludesVat: true },
      amount: won(PRICE_WON),
    },
  ];
  const totals = { net: won(4_091), vat: won(409), gross: won(PRICE_WON), discount: won(0), vatByRate: [] };
  const tender: Tender = {
    method: "cash",
    tenderId,
    amount: won(PRICE_WON),
    given: won(5_000),
    change: won(500),
  };
  const frozen: EntryDraft = { kind: "sale-frozen", body: { saleId, shiftId, lines, totals } };
  const approved: EntryDraft = { kind: "tender-approved", body: { saleId, tender, supersedes: [] } };
  const completed: EntryDraft = {
    kind: "sale-completed",
    body: { saleId, shiftId, receiptNumber, lines, totals, tenders: [tender], change: won(500) },
  };
  return { saleId, tenderId, frozen, approved, completed };
}

export type BulkOptions = Readonly<{
  signer: Signer;
  terminalId: SignedEntry["terminalId"];
  staffId: SignedEntry["staffId"];
  shiftId: string;
  sales: number;
  /** Where the journal ends now, and its last receipt number. */
  head: JournalHead;
  lastReceipt: number;
}>;

/** Sales that follow the head, a part at a time. */
export function* bulkSales(options: BulkOptions): Generator<readonly BulkSale[]> {
  const { signer, terminalId, staffId, shiftId, sales, lastReceipt } = options;
  let { seq, hash } = options.head;
  const trueFrom = seq + sales * ENTRIES_PER_SALE - TRUE_TAIL_ENTRIES;
  const at = new Date(options.head.at).toISOString();
  const entryOf = (draft: EntryDraft): SignedEntry => {
    seq += 1;
    const content: EntryContent = {
      terminalId,
      epoch: options.head.epoch,
      seq,
      id: v7() as EntryId,
      kind: draft.kind,
      at,
      staffId,
      body: draft.body as EntryContent["body"],
      prevHash: hash,
    };
    const isTrue = seq >= trueFrom;
    hash = sha256(isTrue ? hashedText(content) : String(seq));
    const sig = isTrue ? signer.sign(Buffer.from(hash, "hex")) : SOME_SIGNATURE;
    return { ...content, hash, sig };
  };
  for (let made = 0; made < sales; made += SALES_PER_INSERT) {
    yield Array.from({ length: Math.min(SALES_PER_INSERT, sales - made) }, (_, index) => {
      const sale = cashSale(shiftId, lastReceipt + made + index + 1);
      const entries = [sale.frozen, sale.approved, sale.completed].map(entryOf);
      return { saleId: sale.saleId, tenderId: sale.tenderId, entries };
    });
  }
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** Puts sales into a till's database as its own transactions would have left them. */
export async function insertSales(
  database: TillDatabase,
  sales: readonly BulkSale[],
  shiftId: string,
): Promise<void> {
  await database.transaction(async (tx) => {
    await insertEntries(tx, sales);
    await insertProjections(tx, sales, shiftId);
    await tx.run(
      `UPDATE figures SET last_receipt_number = last_receipt_number + ?,
         perpetual_gross = perpetual_gross + CAST(? AS BIGINT)`,
      [sales.length, BigInt(sales.length * PRICE_WON)],
    );
  });
}

async function insertEntries(tx: WriteTx, sales: readonly BulkSale[]): Promise<void> {
  await insertRows(
    tx,
    {
      table: "entries",
      columns: {
        epoch: "text",
        seq: "integer",
        id: "text",
        kind: "text",
        at: "text",
        staff_id: "text",
        body: "text",
        prev_hash: "text",
        hash: "text",
        sig: "text",
      },
    },
    sales.flatMap(({ entries }) =>
      entries.map((entry) => [
        entry.epoch,
        entry.seq,
        entry.id,
        entry.kind,
        entry.at,
        entry.staffId,
        canonicalJson(entry.body as JsonValue),
        entry.prevHash,
        entry.hash,
        entry.sig,
      ]),
    ),
  );
}

async function insertProjections(tx: WriteTx, sales: readonly BulkSale[], shiftId: string): Promise<void> {
  const places = sales.flatMap(({ saleId, tenderId, entries: [, approved, completed] }) =>
    approved === undefined || completed === undefined ? [] : [{ saleId, tenderId, approved, completed }],
  );
  const text = "text" as const;
  const integer = "integer" as const;
  await insertRows(
    tx,
    {
      table: "sales",
      columns: { sale_id: text, shift_id: text, state: text, epoch: text, seq: integer },
    },
    places.map(({ saleId, completed: { epoch, seq } }) => [saleId, shiftId, "completed", epoch, seq]),
  );
  await insertRows(
    tx,
    {
      table: "tenders",
      columns: {
        tender_id: text,
        sale_id: text,
        shift_id: text,
        method: text,
        route: text,
        amount: "money",
        state: text,
        epoch: text,
        seq: integer,
      },
    },
    places.map(({ saleId, tenderId, approved: { epoch, seq } }) => [
      tenderId,
      saleId,
      shiftId,
      "cash",
      "counter",
      String(PRICE_WON),
      "approved",
      epoch,
      seq,
    ]),
  );
  await insertRows(
    tx,
    {
      table: "receipts",
      columns: {
        epoch: text,
        receipt_number: integer,
        kind: text,
        sale_id: text,
        shift_id: text,
        seq: integer,
        at: text,
        staff_id: text,
        amount: "money",
        copies: integer,
      },
    },
    places.map(({ saleId, completed }) => [
      completed.epoch,
      (completed.body as { receiptNumber: number }).receiptNumber,
      "sale",
      saleId,
      shiftId,
      completed.seq,
      completed.at,
      completed.staffId,
      String(PRICE_WON),
      0,
    ]),
  );
}
