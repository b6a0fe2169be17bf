// Whether an entry can be posted and shown at all. A till writes such amounts and ids only; whoever holds its key may not,
// and an entry that no posting or row can be made of must become a work item instead of stopping the sync, or every report.
import type { WireMoney } from "#core/contract/values.ts";
import type { Entry } from "#core/journal/entry.ts";
import { type Currency, MINOR_MAX } from "#core/money.ts";
import type { BasketTotals } from "#core/sale/basket.ts";
import { UNIT_PRICE_MINOR_MAX } from "#core/sale/edit-basket.ts";
import { tendersOf } from "./facts.ts";

/** Ten slices of it, and a card's balance beside them, still fit into 64 bits. */
const AMOUNT_MAX = MINOR_MAX / 1_000n;

/** Of what reports add up: nine million entries of it still fit into 64 bits. */
const REPORTED_MAX = UNIT_PRICE_MINOR_MAX;

/** The form of an id: requests, payments and rows are named by it. */
const ID = /^[\w:.-]{1,80}$/;

/** True where its ids have the form of ids, and its texts hold nothing that a database cannot. */
export const isNamed = (entry: Entry): boolean =>
  idsOf(entry).every((id) => ID.test(id)) && textsOf(entry).every((text) => !text.includes("\0"));

/** True where every amount that moves stored value is of the station's currency, not below zero and not absurd. */
export const isPostable = (entry: Entry, currency: Currency): boolean =>
  amountsOf(entry).every((amount) => isWithin(amount, currency, 0n, AMOUNT_MAX));

/** True where reports can show it: every amount is of the station's currency and can be added up; none is a negative sale. */
export function isReportable(entry: Entry, currency: Currency): boolean {
  const { taken, other } = reportedBy(entry);
  return (
    taken.every((amount) => isWithin(amount, currency, 0n, REPORTED_MAX)) &&
    other.every((amount) => isWithin(amount, currency, -REPORTED_MAX, REPORTED_MAX))
  );
}

function isWithin(amount: WireMoney, currency: Currency, least: bigint, most: bigint): boolean {
  const minor = BigInt(amount.minor);
  return amount.currency === currency && minor >= least && minor <= most;
}

function amountsOf(entry: Entry): readonly WireMoney[] {
  switch (entry.kind) {
    case "refund-approved":
    case "grant-accepted":
      return [entry.body.amount];
    case "grant-closed":
      return [entry.body.remaining];
    default:
      return tendersOf(entry).flatMap((tender) => {
        if (tender.method !== "prepaid") return [];
        const { approval } = tender;
        const slices = approval.kind === "escrow" ? approval.slices.map(({ amount }) => amount) : [];
        return [tender.amount, ...slices];
      });
  }
}

type Reported = Readonly<{ taken: readonly WireMoney[]; other: readonly WireMoney[] }>;

/** What was taken or given back, and all else that the projections of project.ts hold. */
function reportedBy(entry: Entry): Reported {
  switch (entry.kind) {
    case "sale-completed": {
      const { tenders, totals, lines } = entry.body;
      return {
        taken: [totals.gross, ...tenders.map(({ amount }) => amount)],
        other: [...partsOf(totals), ...lines.flatMap(({ unitPrice, amount }) => [unitPrice, amount])],
      };
    }
    case "refund-approved": {
      const { amount, totals, lines } = entry.body;
      return {
        taken: [totals.gross, amount],
        other: [...partsOf(totals), ...lines.flatMap((line) => [line.unitPrice, line.amount])],
      };
    }
    case "shift-opened":
      return { taken: [], other: [entry.body.float] };
    case "shift-closed":
      return { taken: [], other: [entry.body.counted, entry.body.expected, entry.body.difference] };
    default:
      return { taken: [], other: [] };
  }
}

const partsOf = ({ net, vat, discount, vatByRate }: BasketTotals): readonly WireMoney[] => [
  net,
  vat,
  discount,
  ...vatByRate.flatMap((rate) => [rate.net, rate.vat, rate.gross]),
];

/** Those that the schema of the journal leaves open. */
function idsOf(entry: Entry): readonly string[] {
  const tenders = tendersOf(entry).map(({ tenderId }) => tenderId);
  switch (entry.kind) {
    case "sale-completed":
      return [entry.body.shiftId, ...tenders];
    case "refund-approved": {
      const { refundId, shiftId, to } = entry.body;
      return [refundId, shiftId, ...(to.method === "prepaid" ? [to.tenderId] : [])];
    }
    case "shift-opened":
    case "shift-closed":
    case "z-closed":
      return [entry.body.shiftId];
    default:
      return tenders;
  }
}

function textsOf(entry: Entry): readonly string[] {
  const cards = tendersOf(entry).flatMap((tender) => (tender.method === "prepaid" ? [tender.card] : []));
  const masked = cards.map((card) => card.masked);
  if (entry.kind === "sale-completed")
    return [...masked, ...entry.body.lines.map(({ category }) => category)];
  if (entry.kind !== "refund-approved") return masked;
  const { to, lines } = entry.body;
  return [...(to.method === "prepaid" ? [to.card.masked] : []), ...lines.map(({ category }) => category)];
}
