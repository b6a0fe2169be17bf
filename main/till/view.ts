// The till as its screen may see it: no number, no password, and nothing that the person at hand may not know.
import type { z } from "zod";
import {
  LEFT_BEHIND_MAX,
  type PrepaidStep,
  type SaleView as SaleViewSchema,
  type TenderView as TenderViewSchema,
  type TillView,
} from "#core/contract/till.ts";
import { wireMoney } from "#core/contract/values.ts";
import { zero } from "#core/money.ts";
import type { PrepaidTender } from "#core/tender/prepaid.ts";
import { isoOf } from "#core/time.ts";
import { staffName } from "./receipts/receipt-place.ts";
import { peopleOf } from "./staff/pin-tries.ts";
import { changeOf, type ParkedSale, type Sale, type SaleTender, saleDue } from "./state.ts";
import { type TillWork, unsyncedOf } from "./till-work.ts";

/** As many names as a row has room for: enough to know a sale by. */
const PARKED_ITEMS_SHOWN = 2;

type ParkedView = TillView["parked"][number];
type SaleView = z.infer<typeof SaleViewSchema>;
type TenderView = z.infer<typeof TenderViewSchema>;

export function viewOf(work: TillWork): TillView {
  const { identity, demo, journal, state, snapshots } = work;
  const { person, shift, sale, parked, devices, openAttempts, enquiry, notice, receiptChoice } = state.get();
  return {
    revision: state.revision(),
    demo,
    enrolled: true,
    stationName: identity.stationName,
    terminalName: identity.terminalName,
    terminalId: identity.terminalId,
    currency: identity.currency,
    epoch: journal.head().epoch,
    now: isoOf(journal.now()),
    utcOffsetMinutes: identity.utcOffsetMinutes,
    person,
    people: [...peopleOf(work)],
    shift,
    sale: sale === null ? null : saleView(work, sale),
    parked: parked.map((sale) => parkedView(work, sale)),
    line: lineView(work),
    devices: [...devices],
    catalogueVersion: snapshots.catalogue().version,
    receiptChoice,
    openAttempts,
    enquiry: enquiry === null ? null : { masked: enquiry.card?.masked ?? null, problem: enquiry.code },
    notice,
    alarm:
      journal.alarm() ?? snapshots.alarm() ?? (work.line.state().kind === "cash-only" ? "CASH_ONLY" : null),
  };
}

function parkedView(
  work: TillWork,
  { saleId, label, lines, totals, parkedAt, parkedBy }: ParkedSale,
): ParkedView {
  const items = lines.slice(0, PARKED_ITEMS_SHOWN).map(({ name }) => name);
  return {
    saleId,
    label,
    total: totals.gross,
    parkedAt: isoOf(parkedAt),
    items,
    moreItems: lines.length - items.length,
    parkedBy: staffName(work, parkedBy),
  };
}

function lineView(work: TillWork): TillView["line"] {
  const { line, earlier, desk } = work;
  const { kind, since, lastSyncAt } = line.state();
  const { count, oldestAt } = unsyncedOf(work);
  const limits = desk.limits();
  return {
    state: kind,
    since: isoOf(since),
    unsynced: count,
    oldestUnsyncedAt: oldestAt === null ? null : isoOf(oldestAt),
    lastSyncAt: lastSyncAt === null ? null : isoOf(lastSyncAt),
    offlinePaymentMax: wireMoney(limits.paymentMax),
    offlineLeft: wireMoney(limits.left),
    offlineUsed: wireMoney(limits.used),
    leftBehind: earlier
      .leftBehind()
      .slice(-LEFT_BEHIND_MAX)
      .map((left) => ({ ...left, oldestAt: isoOf(left.oldestAt) })),
  };
}

function saleView(work: TillWork, sale: Sale): SaleView {
  const { saleId, stage, lines, totals } = sale;
  const { currency } = work.identity;
  const nothing = wireMoney(zero(currency));
  const common = { saleId, stage, lines: [...lines], totals };
  const notYet = { receiptNumber: null, receipt: null, printed: "none" as const };
  switch (sale.stage) {
    case "building":
      return { ...common, ...notYet, tenders: [], due: totals.gross, change: nothing, prepaid: null };
    case "paying":
      return {
        ...common,
        ...notYet,
        tenders: sale.tenders.map(tenderView),
        due: wireMoney(saleDue(sale)),
        change: wireMoney(changeOf(sale.tenders, currency)),
        prepaid: sale.prepaid === null ? null : stepView(work, sale.prepaid),
      };
    case "completed":
      return {
        ...common,
        tenders: sale.tenders.map(tenderView),
        due: nothing,
        change: sale.change,
        prepaid: null,
        receiptNumber: sale.receiptNumber,
        receipt: sale.receipt,
        printed: sale.printed,
      };
  }
}

function tenderView({ state, tender }: SaleTender): TenderView {
  const { tenderId, amount, method } = tender;
  if (tender.method === "cash") {
    return { tenderId, method, amount, state, offline: false, masked: null, balanceAfter: null, code: null };
  }
  const online = tender.approval.kind === "online" ? tender.approval : null;
  return {
    tenderId,
    method,
    amount,
    state,
    offline: online === null,
    masked: tender.card.masked,
    balanceAfter: online?.balanceAfter ?? null,
    code: null,
  };
}

function stepView(work: TillWork, prepaid: PrepaidTender): PrepaidStep {
  const amount = wireMoney(prepaid.amount);
  switch (prepaid.step) {
    case "card":
      return { step: "card", amount, problem: prepaid.problem };
    case "password":
      return {
        step: "password",
        amount,
        masked: prepaid.card.mention.masked,
        problem: prepaid.problem,
        triesLeft: prepaid.triesLeft,
      };
    case "asking":
      return { step: "asking", amount, masked: prepaid.card.mention.masked, since: isoOf(prepaid.since) };
    case "unknown":
      return {
        step: "unknown",
        amount,
        masked: prepaid.card.mention.masked,
        code: prepaid.code,
        offlineAllowed: !work.desk.limits().cashOnly,
      };
    case "manager":
      return {
        step: "manager",
        amount,
        masked: prepaid.card.mention.masked,
        code: prepaid.code,
        takeable: takeableOf(prepaid),
      };
    case "declined":
      return {
        step: "declined",
        amount,
        masked: prepaid.card.mention.masked,
        code: prepaid.code,
        triesLeft: prepaid.triesLeft,
        takeable: takeableOf(prepaid),
      };
  }
}

/** Without its number, which a restart forgets, the card cannot be asked for less. */
const takeableOf = ({ takeable, card }: Extract<PrepaidTender, { step: "manager" | "declined" }>) =>
  takeable === null || card.identifier === null ? null : wireMoney(takeable);
