// Lists of sales, and one sale with its whole story: journal, ledger and settlement on one time line.
import { z } from "zod";
import type { SalePage, SaleRow, SalesPage, StoryEvent } from "#core/contract/reports.ts";
import {
  instantOf,
  WireEpoch,
  WireInstant,
  type WireMoney,
  WireTerminalId,
  wireInstant,
} from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import { Tender } from "#core/journal/bodies.ts";
import { CURRENCIES, type Currency } from "#core/money.ts";
import { BasketLine, BasketTotals } from "#core/sale/basket.ts";
import { instant } from "#core/time.ts";
import type { ReadDb, Row } from "#database/database.ts";
import { bigintOf, jsonOf, nullable, numberOf, textOf } from "#database/row.ts";
import {
  linesOf,
  type Place,
  placeOf,
  type SaleFilter,
  type SaleMark,
  type SaleName,
  saleById,
  searchSales,
  tendersOf,
} from "./store.ts";

/** A sale's own entries stand close before it in the journal; parked sales may lie further back. */
const STORY_ENTRIES_BEFORE = 400;
const STORY_ENTRIES_AFTER = 40;
const STORY_EVENTS_MAX = 200;

export type SalesSearch = SaleFilter &
  Readonly<{
    pageSize: number;
    page: number;
    /** The `next` of the page before; `page` is not looked at then. */
    after?: string | undefined;
  }>;

/** Fails with REQUEST_INVALID where `after` is no answer of this list. */
export async function listSales(read: ReadDb, search: SalesSearch): Promise<SalesPage> {
  const { page, pageSize, after } = search;
  const position = after === undefined ? { page } : { after: markOf(after) };
  const { total, rows } = await searchSales(read, search, pageSize, position);
  const last = rows.at(-1);
  return {
    total,
    rows: await Promise.all(rows.map((row) => saleRow(read, row))),
    next: last === undefined ? null : nextOf({ at: instant(numberOf(last, "at")), ...placeOf(last) }),
  };
}

/** No id holds a stroke. */
const nextOf = ({ at, terminalId, epoch, seq }: SaleMark) =>
  [wireInstant(at), terminalId, epoch, seq].join("/");

const Mark = z.tuple([WireInstant, WireTerminalId, WireEpoch, z.coerce.number().int().min(0)]);

function markOf(after: string): SaleMark {
  const mark = Mark.safeParse(after.split("/"));
  if (!mark.success) return fail("REQUEST_INVALID", "no place in the list of sales");
  const [at, terminalId, epoch, seq] = mark.data;
  return { at: instantOf(at), terminalId, epoch, seq };
}

async function saleRow(read: ReadDb, row: Row): Promise<SaleRow> {
  const tenders = await tendersOf(read, placeOf(row));
  const currency = currencyOf(row);
  const sumOf = (method: string) =>
    tenders
      .filter((tender) => tender.method === method)
      .reduce((sum, tender) => sum + bigintOf(tender, "amount"), 0n);
  return {
    saleId: textOf(row, "sale_id"),
    terminalId: textOf(row, "terminal_id"),
    terminalName: textOf(row, "terminal_name"),
    receiptNumber: numberOf(row, "receipt_number"),
    kind: textOf(row, "kind") === "refund" ? "refund" : "sale",
    at: wireInstant(instant(numberOf(row, "at"))),
    staffName: textOf(row, "staff_name"),
    total: wire(bigintOf(row, "gross"), currency),
    cash: wire(sumOf("cash"), currency),
    prepaid: wire(sumOf("prepaid"), currency),
    offline: tenders.some((tender) => tender.route === "escrow" || tender.route === "risk"),
  };
}

/** Fails with NOT_FOUND. */
export async function salePage(read: ReadDb, name: SaleName): Promise<SalePage> {
  const row = (await saleById(read, name)) ?? fail("NOT_FOUND");
  const place = placeOf(row);
  const [head, lines, tenders, story] = await Promise.all([
    saleRow(read, row),
    linesOf(read, place),
    tendersOf(read, place),
    storyOf(read, place, name.saleId, currencyOf(row)),
  ]);
  return {
    ...head,
    lines: lines.map((line) => BasketLine.parse(jsonOf(line, "content"))),
    totals: BasketTotals.parse(jsonOf(row, "totals")),
    // A refund names where the money went, which is no tender of its own.
    tenders: tenders.flatMap((tender) => {
      const decoded = Tender.safeParse(jsonOf(tender, "content"));
      return decoded.success ? [decoded.data] : [];
    }),
    story,
  };
}

async function storyOf(
  read: ReadDb,
  place: Place,
  saleId: string,
  currency: Currency,
): Promise<StoryEvent[]> {
  const payments = await read.all("SELECT payment_id FROM payment WHERE terminal_id = ? AND sale_id = ?", [
    place.terminalId,
    saleId,
  ]);
  const paymentIds = payments.map((row) => textOf(row, "payment_id"));
  const [journal, ledger, bank] = await Promise.all([
    journalEvents(read, place, saleId),
    Promise.all(paymentIds.map((id) => ledgerEvents(read, id, currency))),
    Promise.all(paymentIds.map((id) => settlementEvents(read, id, currency))),
  ]);
  return [...journal, ...ledger.flat(), ...bank.flat()]
    .sort((one, other) => one.at.localeCompare(other.at))
    .slice(0, STORY_EVENTS_MAX);
}

async function journalEvents(read: ReadDb, place: Place, saleId: string): Promise<StoryEvent[]> {
  const rows = await read.all(
    `SELECT seq, kind, at, hash FROM journal_entry
     WHERE terminal_id = ? AND epoch = ? AND seq BETWEEN ? AND ? AND content LIKE ? ORDER BY seq`,
    [
      place.terminalId,
      place.epoch,
      place.seq - STORY_ENTRIES_BEFORE,
      place.seq + STORY_ENTRIES_AFTER,
      `%"saleId":"${saleId.replace(/[%_]/g, "")}"%`,
    ],
  );
  return rows.map((row) => ({
    at: wireInstant(instant(numberOf(row, "at"))),
    source: "journal",
    title: textOf(row, "kind"),
    detail: textOf(row, "hash").slice(0, 16),
    amount: null,
    reference: `#${numberOf(row, "seq")}`,
  }));
}

async function ledgerEvents(read: ReadDb, paymentId: string, currency: Currency): Promise<StoryEvent[]> {
  // The ids of an event's transfers begin with the payment's own: a range of the primary key.
  const rows = await read.all(
    `SELECT id, event, debit, credit, happened_at, CAST(amount AS TEXT) AS amount
     FROM ledger_transfer WHERE id >= ? AND id < ? ORDER BY happened_at, id LIMIT ${STORY_EVENTS_MAX}`,
    [`${paymentId}/`, `${paymentId}0`],
  );
  return rows.map((row) => ({
    at: wireInstant(instant(numberOf(row, "happened_at"))),
    source: "ledger",
    title: textOf(row, "event"),
    detail: `${textOf(row, "debit")} → ${textOf(row, "credit")}`,
    amount: wire(bigintOf(row, "amount"), currency),
    reference: textOf(row, "id").slice(-120),
  }));
}

async function settlementEvents(read: ReadDb, paymentId: string, currency: Currency): Promise<StoryEvent[]> {
  const rows = await read.all(
    `SELECT i.kind, COALESCE(b.made_at, i.recorded_at) AS at, i.batch_id, b.state, CAST(i.gross AS TEXT) AS gross
     FROM settlement_item i LEFT JOIN settlement_batch b ON b.id = i.batch_id WHERE i.payment_id = ?
     UNION ALL SELECT i.kind, r.at, r.batch_id, b.state, CAST(i.gross AS TEXT) AS gross
     FROM settlement_item i JOIN settlement_release r ON r.item_id = i.id
       JOIN settlement_batch b ON b.id = r.batch_id WHERE i.payment_id = ?`,
    [paymentId, paymentId],
  );
  return rows.map((row) => ({
    at: wireInstant(instant(numberOf(row, "at"))),
    source: "bank",
    title: `${textOf(row, "kind")} ${nullable(row, "state", textOf) ?? "not in a batch yet"}`,
    detail: "",
    amount: wire(bigintOf(row, "gross"), currency),
    reference: nullable(row, "batch_id", textOf) ?? "",
  }));
}

const wire = (minor: bigint, currency: Currency): WireMoney => ({ minor: String(minor), currency });

const CurrencyText = z.enum(CURRENCIES as readonly [Currency, ...Currency[]]);
const currencyOf = (row: Row): Currency => CurrencyText.parse(textOf(row, "currency"));
