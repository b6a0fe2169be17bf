// The life of a settlement batch and of each payout in it, as one table of moves each.
import type { Failure } from "../errors.ts";
import type { BatchId, StaffId } from "../ids.ts";
import { err, ok, type Result } from "../result.ts";
import type { Instant } from "../time.ts";

/** Where a payout stands. `paid` is what a statement shows; `rejected` is final and its money is owed again. */
export type PayoutState = "waiting" | "accepted" | "rejected" | "paid";

type Made = Readonly<{ madeBy: StaffId; madeAt: Instant }>;
type Approved = Made & Readonly<{ approvedBy: StaffId; approvedAt: Instant }>;
type Sent = Approved & Readonly<{ sentAt: Instant }>;

export type BatchState =
  | (Made & { readonly kind: "draft" })
  | (Approved & { readonly kind: "approved" })
  | (Sent & { readonly kind: "sent" })
  | (Sent & { readonly kind: "accepted" })
  | (Sent & { readonly kind: "partly" })
  | (Sent & { readonly kind: "rejected" })
  | (Sent & { readonly kind: "settled"; readonly settledAt: Instant });

export type BatchKind = BatchState["kind"];

export type Batch = Readonly<{ id: BatchId; state: BatchState }>;

/**
 * The only moves there are. A statement may come before the bank's answer, so `sent` may settle;
 * an answer may be followed by a worse one, so `accepted` may still become partly or wholly rejected.
 */
export const BATCH_MOVES = {
  draft: ["approved"],
  approved: ["sent"],
  sent: ["accepted", "partly", "rejected", "settled"],
  accepted: ["partly", "rejected", "settled"],
  partly: ["rejected", "settled"],
  rejected: [],
  settled: [],
} as const satisfies Record<BatchKind, readonly BatchKind[]>;

export const mayMove = (from: BatchKind, to: BatchKind): boolean =>
  (BATCH_MOVES[from] as readonly BatchKind[]).includes(to);

/** A second person's approval. MAKER_IS_CHECKER, or BATCH_STATE unless it is a draft. */
export function approve(state: BatchState, by: StaffId, at: Instant): Result<BatchState, Failure> {
  if (state.kind !== "draft") return refused(state, "approved");
  if (state.madeBy === by) return err({ code: "MAKER_IS_CHECKER" });
  return ok({ ...state, kind: "approved", approvedBy: by, approvedAt: at });
}

/** BATCH_STATE unless it is approved. */
export function markSent(state: BatchState, at: Instant): Result<BatchState, Failure> {
  return state.kind === "approved" ? ok({ ...state, kind: "sent", sentAt: at }) : refused(state, "sent");
}

/**
 * Where a batch stands by where its payouts stand. It is settled when each is paid or rejected and one is paid.
 * Before it is sent, nothing the bank says can concern it: BATCH_STATE.
 */
export function afterBank(
  state: BatchState,
  payouts: readonly PayoutState[],
  at: Instant,
): Result<BatchState, Failure> {
  if (state.kind === "draft" || state.kind === "approved") return refused(state, "accepted");
  const kind = kindBy(payouts);
  if (kind === undefined || kind === state.kind) return ok(state);
  if (!mayMove(state.kind, kind)) return refused(state, kind);
  return ok(kind === "settled" ? { ...sentPart(state), kind, settledAt: at } : { ...sentPart(state), kind });
}

function kindBy(payouts: readonly PayoutState[]): "accepted" | "partly" | "rejected" | "settled" | undefined {
  const count = (state: PayoutState) => payouts.filter((each) => each === state).length;
  const rejected = count("rejected");
  if (rejected === payouts.length) return "rejected";
  if (count("paid") + rejected === payouts.length) return "settled";
  if (rejected > 0) return "partly";
  return count("waiting") === 0 ? "accepted" : undefined;
}

function sentPart(state: Sent): Sent {
  const { madeBy, madeAt, approvedBy, approvedAt, sentAt } = state;
  return { madeBy, madeAt, approvedBy, approvedAt, sentAt };
}

const refused = (state: BatchState, to: BatchKind) =>
  err<Failure>({ code: "BATCH_STATE", detail: `${state.kind} cannot become ${to}` });

/** What may become of a payout. Paid may still come back: the bank's return is then a line of its own. */
export const PAYOUT_MOVES = {
  waiting: ["accepted", "rejected", "paid"],
  accepted: ["rejected", "paid"],
  rejected: [],
  paid: [],
} as const satisfies Record<PayoutState, readonly PayoutState[]>;

export const payoutMayMove = (from: PayoutState, to: PayoutState): boolean =>
  (PAYOUT_MOVES[from] as readonly PayoutState[]).includes(to);
