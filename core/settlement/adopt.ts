// What restored books make of a payment file that was sent after their back-up: theirs again, or a thing for a person.
import type { Failure } from "../errors.ts";
import type { MerchantId, StaffId } from "../ids.ts";
import type { Money } from "../money.ts";
import { err, ok, type Result } from "../result.ts";
import { hours, type Instant } from "../time.ts";
import { batchIdOf, isPayoutId } from "./bank-ids.ts";
import { type BatchState, UNRECORDED } from "./batch.ts";
import type { PayoutAccount } from "./payout-account.ts";

export type SentTransfer = Readonly<{
  payoutId: string;
  amount: Money;
  creditorName: string;
  account: PayoutAccount;
}>;

/** A file as it went to the bank. All its amounts are of one currency. */
export type SentFile = Readonly<{
  messageId: string;
  createdAt: Instant;
  transfers: readonly SentTransfer[];
}>;

/** Why a file cannot be taken over: a person has to look at it. */
export const SENT_FAULTS = [
  /** Nothing that we wrote, or not whole. */
  "unreadable",
  /** A crash left it half-way: the bank may have had it or not. */
  "unfinished",
  /** Of before the back-up, and yet not in it: these books never had it, or a person has dealt with it. */
  "older",
  /** An account in it is nobody's here, or not one merchant's alone. */
  "account-unknown",
  /** The books hold this batch with other payouts, or as refused. */
  "differs",
] as const;
export type SentFault = (typeof SENT_FAULTS)[number];

export type SentVerdict =
  /** A batch of which the books know nothing: the merchant of each payout, by its id. */
  | Readonly<{ kind: "adopt"; merchants: ReadonlyMap<string, MerchantId> }>
  /** A batch that the books hold as not sent. */
  | Readonly<{ kind: "mark-sent" }>
  | Readonly<{ kind: SentFault }>;

/** What the books know that a file may be about. */
export type KnownHere = Readonly<{
  /** Null where the restore was made by a version that did not write it down. */
  backupMadeAt: Instant | null;
  held: Readonly<{ state: BatchState; payouts: readonly Readonly<{ id: string; net: Money }>[] }> | undefined;
  merchants: readonly Readonly<{ merchantId: MerchantId; account: PayoutAccount }>[];
  /** Which of the file's payouts the books have in whatever batch. */
  payoutIds: ReadonlySet<string>;
}>;

/** A file is written a moment before its batch is marked as sent; a back-up may fall in between. */
const SENDING_MS_MAX = hours(1);

/** Takes a file over only where nothing has to be guessed. */
export function verdictOn(file: SentFile, known: KnownHere): SentVerdict {
  const { held, backupMadeAt } = known;
  if (held !== undefined) return { kind: agrees(file, held) ? "mark-sent" : "differs" };
  if (backupMadeAt !== null && file.createdAt < backupMadeAt - SENDING_MS_MAX) return { kind: "older" };
  if (batchIdOf(file.messageId) === undefined) return { kind: "unreadable" };
  const ids = file.transfers.map((transfer) => transfer.payoutId);
  if (!ids.every(isPayoutId)) return { kind: "unreadable" };
  if (ids.some((id) => known.payoutIds.has(id))) return { kind: "differs" };
  const merchants = new Map<string, MerchantId>();
  for (const { payoutId, account } of file.transfers) {
    const [merchant, ...others] = known.merchants.filter((each) => isSame(each.account, account));
    if (merchant === undefined || others.length > 0) return { kind: "account-unknown" };
    merchants.set(payoutId, merchant.merchantId);
  }
  // A batch pays a merchant once; a file that does not is none that we wrote for these merchants.
  return new Set(merchants.values()).size === file.transfers.length
    ? { kind: "adopt", merchants }
    : { kind: "account-unknown" };
}

function agrees({ transfers }: SentFile, { state, payouts }: NonNullable<KnownHere["held"]>): boolean {
  if (state.kind !== "draft" && state.kind !== "approved") return false;
  const sent = new Map(transfers.map(({ payoutId, amount }) => [payoutId, amount]));
  return (
    sent.size === payouts.length &&
    payouts.every(
      ({ id, net }) => sent.get(id)?.minor === net.minor && sent.get(id)?.currency === net.currency,
    )
  );
}

/** A file holds numbers without the spaces that people write them with. */
const isSame = (a: PayoutAccount, b: PayoutAccount) =>
  a.scheme === b.scheme && a.number.replaceAll(/\s/g, "") === b.number.replaceAll(/\s/g, "");

/** The two people who stand for what the bank was sent. */
export type Witnesses = Readonly<{ statedBy: StaffId; confirmedBy: StaffId }>;

/** A batch of which the books know nothing. Who netted and sent it went with the books; who says so now stands for it. */
export const adoptedState = (file: SentFile, { statedBy }: Witnesses, at: Instant): BatchState => ({
  kind: "sent",
  madeBy: UNRECORDED,
  madeAt: file.createdAt,
  approvedBy: statedBy,
  approvedAt: at,
  sentBy: UNRECORDED,
  sentAt: file.createdAt,
});

/** A batch that the books hold as not sent. Where its approval is lost too, the one of the two who did not make it stands for it. */
export function foundSent(
  state: Extract<BatchState, { kind: "draft" | "approved" }>,
  file: SentFile,
  { statedBy, confirmedBy }: Witnesses,
  at: Instant,
): BatchState {
  const { madeBy, madeAt } = state;
  const sent = { kind: "sent", madeBy, madeAt, sentBy: UNRECORDED, sentAt: file.createdAt } as const;
  if (state.kind === "approved") {
    return { ...sent, approvedBy: state.approvedBy, approvedAt: state.approvedAt };
  }
  return { ...sent, approvedBy: statedBy === madeBy ? confirmedBy : statedBy, approvedAt: at };
}

/** Whether a person may confirm what another stated. MAKER_IS_CHECKER where it is the same one. */
export const confirmStatement = (statedBy: StaffId, by: StaffId): Result<void, Failure> =>
  statedBy === by ? err({ code: "MAKER_IS_CHECKER" }) : ok(undefined);
