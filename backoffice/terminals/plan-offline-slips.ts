// Slips taken without the line. Inside a grant they are the card's own money and cost nobody anything;
// outside it the card pays what it can and the rest is a loss that is named, counted and borne by the policy's maker.
import { contentHashOf } from "#backoffice/ledger/hash.ts";
import { instantOf, moneyOf } from "#core/contract/values.ts";
import type { CardId } from "#core/ids.ts";
import type { Entry } from "#core/journal/entry.ts";
import { cardAccount, escrowAccount, merchantAccount } from "#core/ledger/accounts.ts";
import { post } from "#core/ledger/postings.ts";
import type { TransferDraft } from "#core/ledger/transfer.ts";
import { isPositive, type Money, money, smaller, subtract, sum, zero } from "#core/money.ts";
import { commissionOn } from "#core/settlement/commission.ts";
import type { Statement } from "#database/database.ts";
import { forgetTries, wrongTryStatements } from "../cards/store.ts";
import { insertPayment, type PaymentRecord } from "../payments/store.ts";
import { settlementItemRow } from "../settlement/item.ts";
import { type Facts, left, spendOf } from "./facts.ts";
import type { Verdict } from "./judge-sealed.ts";
import type { PrepaidTender } from "./plan-slips.ts";
import { advance, RISK_POLICY } from "./shortages.ts";
import { isOpen } from "./store.ts";
import { workItem } from "./work-item.ts";

type Slices = Extract<PrepaidTender["approval"], { kind: "escrow" }>["slices"];

/** Posts a slip from its grants, and one that they do not cover as a slip outside escrow. */
export function planEscrowSlip(entry: Entry, tender: PrepaidTender, slices: Slices, facts: Facts): void {
  if (isOver(tender, facts)) {
    facts.plan.rows.push(notPosted(entry, tender, facts, "escrow"));
    return;
  }
  const amount = moneyOf(tender.amount);
  const cardId = escrowCard(slices, amount, facts);
  const { terminal } = facts;
  if (terminal.state === "written-off" || cardId === undefined || facts.refused.has(slipIdOf(tender))) {
    // The grant is not there, or is spent: then this was never inside escrow.
    if (terminal.state !== "written-off") facts.plan.rows.push(notCovered(entry, facts, amount, tender));
    planRiskSlip(entry, tender, facts, { policy: "escrow" });
    return;
  }
  const payment = slipPayment(entry, tender, facts, { route: "escrow", cardId, lost: zero(amount.currency) });
  const { paymentId, commission } = payment;
  const spent = slices.map((slice): Statement => {
    const grant = facts.grant(slice.grantId);
    const part = moneyOf(slice.amount);
    if (grant !== undefined) facts.setGrant(spendOf(grant, part));
    return {
      sql: "UPDATE card_grant SET spent = spent + CAST(? AS BIGINT) WHERE grant_id = ?",
      params: [part.minor, slice.grantId],
    };
  });
  pushSlip(entry, tender, facts, payment, {
    transfers: post("escrow-spent", {
      id: paymentId,
      escrow: escrowAccount(terminal.terminalId, cardId),
      merchant: merchantAccount(terminal.merchantId),
      amount,
      commission,
    }),
    changes: spent,
  });
}

/** A slip is planned anew where the ledger refuses it: from escrow, from the card, at the operator's loss; then no more. */
const REFUSALS_MAX = 2;

/**
 * One slip, one payment, for ever. To be asked before anything of a slip is counted: a loss that is never booked must not
 * use up what is borne, nor be named.
 */
const isOver = (tender: PrepaidTender, facts: Facts): boolean =>
  isPaid(tender, facts) || (facts.refused.get(slipIdOf(tender))?.length ?? 0) > REFUSALS_MAX;

const isPaid = ({ tenderId }: PrepaidTender, facts: Facts) => facts.paymentOfTender(tenderId) !== undefined;

const notPosted = (entry: Entry, tender: PrepaidTender, facts: Facts, policy: string) =>
  workItem(entry, facts, {
    kind: "posting-refused",
    amount: moneyOf(tender.amount),
    policy,
    bearer: "merchant",
    code: facts.refused.get(slipIdOf(tender))?.at(-1) ?? "ID_REUSED",
    detail: `tender ${tender.tenderId} could not be posted`,
  });

/** The card whose open grants at this terminal cover the slices exactly; undefined where they do not. */
function escrowCard(slices: Slices, amount: Money, facts: Facts): CardId | undefined {
  const parts = slices.map((slice) => moneyOf(slice.amount));
  if (sum(parts, amount.currency).minor !== amount.minor) return undefined;
  const wanted = new Map<string, bigint>();
  for (const { grantId, amount: part } of slices) {
    wanted.set(grantId, (wanted.get(grantId) ?? 0n) + BigInt(part.minor));
  }
  const grants = slices.map(({ grantId }) => facts.grant(grantId));
  const cardId = grants[0]?.cardId;
  const isCovered = grants.every(
    (grant) =>
      grant !== undefined &&
      grant.terminalId === facts.terminal.terminalId &&
      grant.cardId === cardId &&
      isOpen(grant) &&
      (wanted.get(grant.grantId) ?? 0n) <= left(grant).minor,
  );
  return isCovered ? cardId : undefined;
}

const notCovered = (entry: Entry, facts: Facts, amount: Money, { tenderId }: PrepaidTender) =>
  workItem(entry, facts, {
    kind: "grant-inconsistent",
    amount,
    policy: "escrow",
    bearer: "nobody",
    code: "STATE_CONFLICT",
    detail: `the grants of tender ${tenderId} do not cover it`,
  });

/** Posts a slip outside escrow: from the card what it can pay, the rest from `offline-loss`, with a work item. */
export function planRiskSlip(
  entry: Entry,
  tender: PrepaidTender,
  facts: Facts,
  { policy }: Readonly<{ policy: string }>,
): void {
  const { approval, tenderId } = tender;
  const isSealed = approval.kind === "risk" && approval.password.kind === "sealed";
  const verdict = isSealed ? facts.verdicts.get(tenderId) : undefined;
  // What is paid does not wait: another entry of it changes nothing.
  if (isSealed && (verdict !== undefined || !isPaid(tender, facts))) {
    facts.plan.rows.push(judged(entry, tenderId, facts, verdict));
    if (verdict === undefined) return;
  }
  if (isOver(tender, facts)) {
    facts.plan.rows.push(notPosted(entry, tender, facts, policy));
    return;
  }
  const amount = moneyOf(tender.amount);
  const cardId = verdict === undefined ? (tender.card.cardId ?? null) : verdict.cardId;
  const mayCharge = verdict?.kind !== "wrong" && facts.terminal.state !== "written-off";
  const hasNow = mayCharge ? chargeable(facts, cardId, amount, slipIdOf(tender)) : zero(amount.currency);
  // While tills are awaited, what a card lacks may be on its way back to it: nothing is a loss before all are in.
  const mayWait = facts.awaiting && mayCharge && isOurs(facts, cardId, amount);
  const fromCard =
    mayWait && facts.mayLack(cardId, subtract(amount, hasNow), RISK_POLICY === policy) ? amount : hasNow;
  const lost = subtract(amount, fromCard);
  if (isPositive(lost) && !facts.bears(lost)) {
    facts.plan.rows.push(
      ...triesOf(entry, facts, verdict),
      beyondBearing(entry, facts, amount, policy, tenderId),
    );
    return;
  }
  const payment = slipPayment(entry, tender, facts, { route: "risk", cardId, lost });
  const { paymentId } = payment;
  const short = subtract(fromCard, hasNow);
  const advanced =
    cardId === null
      ? { transfers: [], changes: [] }
      : advance(entry, { id: paymentId, cardId, paymentId, policy, short }, facts.now);
  if (cardId !== null) facts.charge(cardId, hasNow);
  pushSlip(entry, tender, facts, payment, {
    transfers: [...advanced.transfers, ...riskTransfers(facts, payment, cardId, fromCard, lost)],
    changes: [...triesOf(entry, facts, verdict), ...advanced.changes],
  });
  if (!isPositive(lost)) return;
  facts.plan.rows.push(
    workItem(entry, facts, {
      kind:
        facts.terminal.state === "written-off"
          ? "slip-of-written-off-terminal"
          : verdict?.kind === "wrong"
            ? "slip-refused"
            : "slip-short",
      amount: lost,
      policy,
      bearer: "operator",
      code:
        facts.terminal.state === "written-off"
          ? "TERMINAL_WRITTEN_OFF"
          : verdict?.kind === "wrong"
            ? verdict.code
            : "FUNDS_INSUFFICIENT",
      detail: `tender ${tenderId}: ${lost.minor} of ${amount.minor} ${amount.currency} could not be charged`,
    }),
  );
}

/** Whoever took it bears it: nothing is charged or paid out until a person has looked at it. */
const beyondBearing = (entry: Entry, facts: Facts, amount: Money, policy: string, tenderId: string) =>
  workItem(entry, facts, {
    kind: "posting-refused",
    amount,
    policy,
    bearer: "merchant",
    code: "OFFLINE_CAP_TERMINAL",
    detail: `tender ${tenderId} would lose more than is borne of this terminal`,
  });

const isOurs = (facts: Facts, cardId: CardId | null, { currency }: Money): cardId is CardId =>
  cardId !== null && facts.card(cardId)?.currency === currency;

/** What the card pays: all it can, and nothing more once the ledger has refused the request twice. */
export function chargeable(facts: Facts, cardId: CardId | null, amount: Money, requestId: string): Money {
  const refusals = facts.refused.get(requestId)?.length ?? 0;
  if (!isOurs(facts, cardId, amount) || refusals > 1) return zero(amount.currency);
  const available = facts.available(cardId);
  return smaller(amount, money(available > 0n ? available : 0n, amount.currency));
}

function riskTransfers(
  facts: Facts,
  { paymentId, commission }: PaymentRecord,
  cardId: CardId | null,
  fromCard: Money,
  lost: Money,
): readonly TransferDraft[] {
  const merchant = merchantAccount(facts.terminal.merchantId);
  const paid = cardId !== null && isPositive(fromCard);
  return [
    ...(paid
      ? post("risk-spent", {
          id: paymentId,
          card: cardAccount(cardId),
          merchant,
          amount: fromCard,
          commission,
        })
      : []),
    ...(isPositive(lost)
      ? post("risk-lost", {
          id: paymentId,
          merchant,
          amount: lost,
          commission: paid ? zero(lost.currency) : commission,
        })
      : []),
  ];
}

function triesOf(entry: Entry, facts: Facts, verdict: Verdict | undefined): readonly Statement[] {
  if (verdict === undefined || verdict.cardId === null) return [];
  if (verdict.kind === "right") return [forgetTries(verdict.cardId)];
  if (!verdict.countsAsTry) return [];
  const { terminalId } = facts.terminal;
  return wrongTryStatements({
    cardId: verdict.cardId,
    eventId: `tries:${terminalId}:${entry.id}`,
    at: facts.now,
    triesMax: facts.triesMax,
    by: `terminal:${terminalId}`,
  });
}

/** Without its credentials the slip waits: they come with this sync or a later one, and are judged once. */
const judged = (entry: Entry, tenderId: string, facts: Facts, verdict: Verdict | undefined): Statement => ({
  sql: `INSERT INTO sealed_slip (terminal_id, tender_id, epoch, seq, judged_at, verdict) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (terminal_id, tender_id) DO UPDATE SET judged_at = excluded.judged_at, verdict = excluded.verdict`,
  params: [
    facts.terminal.terminalId,
    tenderId,
    entry.epoch,
    entry.seq,
    verdict === undefined ? null : facts.now,
    verdict === undefined ? null : verdict.kind === "right" ? "right" : verdict.code,
  ],
});

const slipIdOf = ({ tenderId }: PrepaidTender) => `slip:${tenderId}`;

/** A forgotten attempt gets its payment under its own id; one that has a payment leaves that as it is. */
function requestIdOf(tender: PrepaidTender, facts: Facts): string {
  const { approval } = tender;
  return approval.kind === "online" && facts.paymentOfAttempt(approval.attemptId) === undefined
    ? approval.attemptId
    : slipIdOf(tender);
}

function slipPayment(
  entry: Entry,
  tender: PrepaidTender,
  facts: Facts,
  of: Readonly<{ route: "escrow" | "risk"; cardId: CardId | null; lost: Money }>,
): PaymentRecord {
  const amount = moneyOf(tender.amount);
  const { terminal } = facts;
  const happenedAt = facts.plausible(instantOf(entry.at));
  const saleId = "saleId" in entry.body ? entry.body.saleId : null;
  return {
    paymentId: `${terminal.terminalId}.${entry.id}.${tender.tenderId}`,
    caller: `terminal:${terminal.terminalId}`,
    requestId: requestIdOf(tender, facts),
    merchantId: terminal.merchantId,
    terminalId: terminal.terminalId,
    saleId,
    tenderId: tender.tenderId,
    cardId: of.cardId,
    cardMasked: tender.card.masked,
    route: of.route,
    state: "captured",
    code: null,
    triesLeft: null,
    takeable: null,
    amount,
    captured: amount,
    refunded: zero(amount.currency),
    lost: of.lost,
    commission: commissionOn(facts.termsAt(happenedAt), amount),
    happenedAt,
    recordedAt: facts.now,
    expiresAt: null,
  };
}

/** The request and its payment commit together, and what is planned after this sees both. */
function pushSlip(
  entry: Entry,
  tender: PrepaidTender,
  facts: Facts,
  payment: PaymentRecord,
  booking: Readonly<{ transfers: readonly TransferDraft[]; changes: readonly Statement[] }>,
): void {
  const { paymentId, merchantId, happenedAt, recordedAt, amount, commission } = payment;
  facts.plan.requests.push({
    caller: payment.caller,
    id: slipIdOf(tender),
    contentHash: contentHashOf({ entry: entry.hash }),
    happenedAt,
    transfers: booking.transfers,
    changes: [
      ...booking.changes,
      insertPayment(payment),
      settlementItemRow({
        id: `${paymentId}/capture`,
        paymentId,
        merchantId,
        kind: "capture",
        gross: amount,
        commission,
        happenedAt,
        recordedAt,
      }),
    ],
  });
  facts.setPayment(payment);
  if (payment.cardId !== null) facts.plan.cards.add(payment.cardId);
}
