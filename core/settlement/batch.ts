// The life of a settlement batch and of each payout in it, as one table of moves each.
import type { Failure } from "../errors.ts";
import type { BatchId, StaffId } from "../ids.ts";
import { err, ok, type Result } from "../result.ts";
import type { Instant } from "../time.ts";

/** Where a payout stands. `paid` is what a statement shows; `rejected` is final and its money is owed again. */
export type PayoutState = "waiting" | "accepted" | "rejected" | "paid";

/** Who made a batch that no person asked for. No member of staff has this id. */
export const CLOCK = "system" as StaffId;

/** Who sent a batch before that was written down. No member of staff has this id. */
export const UNRECORDED = "unrecorded" as StaffId;

type Made = Readonly<{ madeBy: StaffId; madeAt: Instant }>;
type Approved = Made & Readonly<{ approvedBy: StaffId; approvedAt: Instant }>;
type Sent = Approved & Readonly<{ sentBy: StaffId; sentAt: Instant }>;
/** Why a batch will not be sent, in the words of the person who decided it. */
export type Refusal = Readonly<{ refusedBy: StaffId; refusedAt: Instant; reason: string }>;

export type BatchState =
  | (Made & { readonly kind: "draft" })
  | (Approved & { readonly kind: "approved" })
  | (Sent & { readonly kind: "sent" })
  | (Sent & { readonly kind: "accepted" })
  | (Sent & { readonly kind: "partly" })
  | (Sent & { readonly kind: "rejected" })
  | (Sent & { readonly kind: "settled"; readonly settledAt: Instant })
  /** `withdrawn` by its own maker, `refused` by anybody else. Its items are netted again. */
  | ((Made | Approved) & Refusal & { readonly kind: "refused" | "withdrawn" });

export type BatchKind = BatchState["kind"];
export type RefusedState = Extract<BatchState, Refusal>;

export type Batch = Readonly<{ id: BatchId; state: BatchState }>;

/**
 * The only moves there are. A statement may come before the bank's answer, so `sent` may settle;
 * an answer may be followed by a worse one, so `accepted` may still become partly or wholly rejected. Whoever is to send
 * a batch may say no as well as whoever is to approve it; once it is sent, only the bank can.
 */
export const BATCH_MOVES = {
  draft: ["approved", "refused", "withdrawn"],
  approved: ["sent", "refused", "withdrawn"],
  sent: ["accepted", "partly", "rejected", "settled"],
  accepted: ["partly", "rejected", "settled"],
  partly: ["rejected", "settled"],
  rejected: [],
  settled: [],
  refused: [],
  withdrawn: [],
} as const satisfies Record<BatchKind, readonly BatchKind[]>;

export const mayMove = (from: BatchKind, to: BatchKind): boolean =>
  (BATCH_MOVES[from] as readonly BatchKind[]).includes(to);

/** A second person's approval. MAKER_IS_CHECKER, or BATCH_STATE unless it is a draft. */
export function approve(state: BatchState, by: StaffId, at: Instant): Result<BatchState, Failure> {
  if (state.kind !== "draft") return wrongState(state, "approved");
  if (state.madeBy === by) return err({ code: "MAKER_IS_CHECKER" });
  return ok({ ...state, kind: "approved", approvedBy: by, approvedAt: at });
}

/**
 * Behind every batch that goes to the bank stand two people. Where the clock netted it, nobody made it who could be the
 * second: its approver may not send it, CHECKER_IS_SENDER. BATCH_STATE unless it is approved.
 */
export function markSent(state: BatchState, by: StaffId, at: Instant): Result<BatchState, Failure> {
  if (state.kind !== "approved") return wrongState(state, "sent");
  if (state.madeBy === CLOCK && state.approvedBy === by) return err({ code: "CHECKER_IS_SENDER" });
  return ok({ ...state, kind: "sent", sentBy: by, sentAt: at });
}

/** Anybody's no, its maker's too: it pays nothing, so one person is enough. BATCH_STATE once it is sent or refused. */
export function refuse(
  state: BatchState,
  refusal: Readonly<{ by: StaffId; reason: string; at: Instant }>,
): Result<RefusedState, Failure> {
  const { by, reason, at } = refusal;
  const kind = by === state.madeBy ? "withdrawn" : "refused";
  if (state.kind !== "draft" && state.kind !== "approved") return wrongState(state, kind);
  return ok({ ...state, kind, refusedBy: by, refusedAt: at, reason });
}

/** Whether the bank was ever asked to pay it: what the bank says can concern no other. */
export const wasSent = (state: BatchState): state is Extract<BatchState, Sent> => "sentAt" in state;

/**
 * Where a batch stands by where its payouts stand. It is settled when each is paid or rejected and one is paid.
 * Before it is sent, nothing the bank says can concern it: BATCH_STATE.
 */
export function afterBank(
  state: BatchState,
  payouts: readonly PayoutState[],
  at: Instant,
): Result<BatchState, Failure> {
  if (!wasSent(state)) return wrongState(state, "accepted");
  const kind = kindBy(payouts);
  if (kind === undefined || kind === state.kind) return ok(state);
  if (!mayMove(state.kind, kind)) return wrongState(state, kind);
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
  const { madeBy, madeAt, approvedBy, approvedAt, sentBy, sentAt } = state;
  return { madeBy, madeAt, approvedBy, approvedAt, sentBy, sentAt };
}

const wrongState = (state: BatchState, to: BatchKind) =>
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
