// What a bank says of a batch, applied to its payouts: the refused ones are owed to their merchants again.
import {
  type Status,
  type StatusReport,
  saysDuplicate,
  statusFor,
} from "#backoffice/bank/read-status-report.ts";
import { FailureError } from "#core/errors.ts";
import { clearingAccount, merchantAccount } from "#core/ledger/accounts.ts";
import { post } from "#core/ledger/postings.ts";
import type { TransferDraft } from "#core/ledger/transfer.ts";
import { zero } from "#core/money.ts";
import {
  afterBank,
  type BatchState,
  type PayoutState,
  payoutMayMove,
  wasSent,
} from "#core/settlement/batch.ts";
import type { Instant } from "#core/time.ts";
import type { Statement } from "#database/database.ts";
import type { Plan, SettlementDeps } from "./deps.ts";
import { exceptionInsert } from "./exceptions.ts";
import { settlementItemRow } from "./item.ts";
import { type BatchRecord, batchByMessage, batchUpdate, type PayoutRecord, payoutsOf } from "./store.ts";

type Applied = Readonly<{ exceptions: number }>;

/** Plans what a report changes. `file` holds the rows that remember its file, to commit with it. */
export async function planStatusReport(
  deps: SettlementDeps,
  report: StatusReport,
  file: Readonly<{ sha256: string; rows: readonly Statement[] }>,
): Promise<Plan<Applied>> {
  const now = deps.clock.now();
  const batch =
    report.originalMessageId === undefined
      ? undefined
      : await batchByMessage(deps.database.read, report.originalMessageId);
  const odd = (detail: string): Plan<Applied> => ({
    transfers: [],
    changes: [...file.rows, answerUnknown(report, batch, file.sha256, detail, now)],
    result: { exceptions: 1 },
  });
  if (batch === undefined || !wasSent(batch.state)) {
    return odd("the bank answers a message that we did not send");
  }
  // A refusal because it has the file already refuses nothing: giving the money back would pay twice.
  if (saysDuplicate(report)) return odd("the bank says that it has had this file before");

  const moves = (await payoutsOf(deps.database.read, batch.id)).map((payout) => ({
    payout,
    ...moveOf(payout, statusFor(report, batch.messageId, payout.id)),
  }));
  const rejected = moves.filter((move) => move.to === "rejected");
  const late = moves.filter((move) => move.contradicts);
  const state = stateAfter(
    batch.state,
    moves.map((move) => move.to),
    now,
  );
  return {
    transfers: rejected.flatMap(({ payout }) => givenBack(payout)),
    changes: [
      ...file.rows,
      ...moves.filter((move) => move.to !== move.payout.state).map((move) => payoutUpdate(move)),
      ...rejected.flatMap(({ payout, says }) => [owedAgain(payout, now), rejection(payout, says, now)]),
      ...late.map(({ payout, says }) => contradiction(payout, says, now)),
      batchUpdate(batch.id, state),
    ],
    result: { exceptions: rejected.length + late.length },
  };
}

type Move = Readonly<{ to: PayoutState; says: string | null; contradicts: boolean }>;

function moveOf(payout: PayoutRecord, status: Status | undefined): Move {
  const stays = { to: payout.state, says: payout.reason, contradicts: false };
  if (status === undefined || (status.verdict !== "accepted" && status.verdict !== "rejected")) return stays;
  const says = wordsOf(status);
  if (payoutMayMove(payout.state, status.verdict)) return { to: status.verdict, says, contradicts: false };
  // Refused after a statement showed it as paid: the statement stands until a person has asked the bank.
  return { ...stays, says, contradicts: payout.state === "paid" && status.verdict === "rejected" };
}

function wordsOf(status: Status): string | null {
  const reasons = status.reasons.map((reason) => [reason.code, reason.says].filter(Boolean).join(" "));
  return reasons.length === 0 ? null : reasons.join("; ").slice(0, 120);
}

/** A report on a batch that is final changes nothing of it; what it says is in exceptions. */
function stateAfter(state: BatchState, payouts: readonly PayoutState[], at: Instant): BatchState {
  const next = afterBank(state, payouts, at);
  if (next.ok) return next.value;
  if (next.error.code === "BATCH_STATE") return state;
  throw new FailureError(next.error);
}

const payoutUpdate = ({ payout, to, says }: Move & Readonly<{ payout: PayoutRecord }>): Statement => ({
  sql: "UPDATE settlement_payout SET state = ?, reason = ? WHERE id = ?",
  params: [to, says, payout.id],
});

function givenBack(payout: PayoutRecord): readonly TransferDraft[] {
  return post("settlement-rejected", {
    id: payout.id,
    clearing: clearingAccount(payout.batchId),
    merchant: merchantAccount(payout.merchantId),
    amount: payout.net,
  });
}

/** A later batch pays it: as an item of its own, so that each capture stays in the one batch that took it. */
export function owedAgain(payout: PayoutRecord, at: Instant): Statement {
  return settlementItemRow({
    id: returnedItemId(payout.id),
    paymentId: payout.id,
    merchantId: payout.merchantId,
    kind: "returned",
    gross: payout.net,
    commission: zero(payout.net.currency),
    happenedAt: at,
    recordedAt: at,
  });
}

export const returnedItemId = (payoutId: string) => `returned:${payoutId}`;

function rejection(payout: PayoutRecord, says: string | null, at: Instant): Statement {
  return exceptionInsert({
    id: `payout:${payout.id}:rejected`,
    at,
    bucket: "rejected",
    subject: payout.id,
    batchId: payout.batchId,
    expected: payout.net,
    actual: null,
    detail: `The bank refused the payout to ${payout.creditorName}: ${says ?? "it gave no reason"}`,
  });
}

function contradiction(payout: PayoutRecord, says: string | null, at: Instant): Statement {
  return exceptionInsert({
    id: `payout:${payout.id}:status`,
    at,
    bucket: "status-differs",
    subject: payout.id,
    batchId: payout.batchId,
    expected: payout.net,
    actual: payout.net,
    detail: `The bank refused what its statement shows as paid: ${says ?? "it gave no reason"}`,
  });
}

function answerUnknown(
  report: StatusReport,
  batch: BatchRecord | undefined,
  sha256: string,
  detail: string,
  at: Instant,
): Statement {
  return exceptionInsert({
    id: `file:${sha256}`,
    at,
    bucket: "answer-unknown",
    subject: report.originalMessageId ?? report.messageId ?? "an answer without ids",
    batchId: batch?.id ?? null,
    expected: null,
    actual: null,
    detail,
  });
}
