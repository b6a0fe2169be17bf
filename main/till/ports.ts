// What the till's services need from the rest: the offline desk, the line, the snapshot, the back office, the devices.
import type {
  ContractRouterClient,
  InferContractRouterInputs,
  InferContractRouterOutputs,
} from "@orpc/contract";
import type { Logger } from "pino";
import type { z } from "zod";
import type { cardsContract } from "#core/contract/cards.ts";
import type { devicesContract } from "#core/contract/devices.ts";
import type {
  AttemptState,
  AuthoriseRequest,
  CardBalance,
  CardCredentials,
  CatalogueItem,
  Enrolment,
  RefundRequest,
  RefundState,
  StaffVerifier,
} from "#core/contract/terminal.ts";
import type { LocalText } from "#core/contract/values.ts";
import type { ErrorCode, Failure } from "#core/errors.ts";
import type { AttemptId, CardId, GrantId, Ids, SaleId, StaffId, TerminalId } from "#core/ids.ts";
import type { CardMention, PrepaidApproval } from "#core/journal/bodies.ts";
import type { Entry, EntryDraft } from "#core/journal/entry.ts";
import type { Money } from "#core/money.ts";
import type { Clock, Instant } from "#core/time.ts";
import type { Statement } from "#database/database.ts";
import type { Journal, Unsynced } from "./store/journal.ts";
import type { TillDatabase } from "./store/tx.ts";

/** A question to the back office. The signal ends the wait for its answer, which then fails with TIMED_OUT. */
export type Call<Input, Output> = (
  input: Input,
  options?: Readonly<{ signal?: AbortSignal }>,
) => Promise<Output>;

type Registration = Readonly<{
  input: InferContractRouterInputs<typeof cardsContract>["register"];
  output: InferContractRouterOutputs<typeof cardsContract>["register"];
}>;

/**
 * Signed requests to the back office: what `terminalContract` offers a till, and the registration that is open to all.
 * Every call is bounded in time; no answer fails with LINE_CUT or TIMED_OUT.
 */
export type BackOffice = Readonly<{
  authorise: Call<z.infer<typeof AuthoriseRequest>, z.infer<typeof AttemptState>>;
  attempt: Call<Readonly<{ attemptId: AttemptId }>, z.infer<typeof AttemptState>>;
  refund: Call<z.infer<typeof RefundRequest>, z.infer<typeof RefundState>>;
  balance: Call<z.infer<typeof CardCredentials>, z.infer<typeof CardBalance>>;
  register: Call<Registration["input"], Registration["output"]>;
}>;

/** Who this till is, since its enrolment. */
export type Identity = Pick<
  Enrolment,
  "terminalId" | "terminalName" | "stationName" | "merchantId" | "currency" | "utcOffsetMinutes"
>;

export type OfflineRequest = Readonly<{
  saleId: SaleId;
  /** The slip's id: an approval posts under it. */
  tenderId: string;
  amount: Money;
  /** 16 digits swiped or typed, or the PIN# of 12. */
  number: string;
  /** Null before the customer typed it: the desk then says whether it is worth asking for. */
  password: string | null;
  /** A manager whose PIN was checked for this very payment. */
  managerId: StaffId | null;
}>;

/** What the desk decides, without writing anything: drafts and effects are appended by the tender service. */
export type OfflineAnswer =
  | Readonly<{
      kind: "approved";
      card: CardMention;
      approval: PrepaidApproval;
      /** Written before `tender-approved`, in the same transaction (a try counter set back, for one). */
      drafts: readonly EntryDraft[];
      /** Rows of the desk's own tables (sealed credentials) that commit with the approval. */
      effects?: (entries: readonly Entry[]) => readonly Statement[];
    }>
  | Readonly<{ kind: "needs-password"; card: CardMention }>
  | Readonly<{ kind: "needs-manager"; card: CardMention; code: ErrorCode; takeable: Money | null }>
  | Readonly<{
      kind: "refused";
      card: CardMention;
      code: ErrorCode;
      triesLeft: number | null;
      /** A smaller amount that this card pays here and now without a manager, where there is one. */
      takeable: Money | null;
      /** `password-wrong` and its like, written with the decline. */
      drafts: readonly EntryDraft[];
    }>;

export type OfflineLimits = Readonly<{ paymentMax: Money; left: Money; used: Money; cashOnly: boolean }>;

export type OnlineApproval = Readonly<{
  number: string;
  password: string;
  cardId: CardId;
  passwordVersion: number;
}>;

/** Decides what may be taken and given back without the line (DESIGN §6). */
export type OfflineDesk = Readonly<{
  /**
   * Decides a payment. Password checks are slow (Argon2id) and done here. Where a grant was spent or closed between
   * the decision and the append, the append fails with STATE_CONFLICT and the tender service asks once more.
   */
  decide(request: OfflineRequest): Promise<OfflineAnswer>;
  /** Makes the verifier of a card that was paid with online here. Never fails; what goes wrong is logged. */
  learn(approval: OnlineApproval): Promise<void>;
  /** How the journal names a card: HMAC and mask, never the number. */
  mention(number: string): Promise<CardMention>;
  /** Journals the closing of own grants and resolves once the back office has it; fails with LINE_CUT when it does not. */
  closeGrants(grantIds: readonly GrantId[]): Promise<void>;
  /** For the status bar. Cheap and synchronous. */
  limits(): OfflineLimits;
  /** Whether this much may be given back onto a card without the line; null when it may. */
  refundAllowed(amount: Money, card: CardMention): Promise<Failure | null>;
}>;

export type LineState = Readonly<{
  kind: "online" | "offline" | "cash-only";
  since: Instant;
  lastSyncAt: Instant | null;
}>;

/** Watches the line to the back office and keeps both sides in step. It is started and stopped by who makes it. */
export type LineMonitor = Readonly<{
  state(): LineState;
  /** Told when the state or a sync changed something. Returns how to stop. */
  onChange(listener: () => void): () => void;
  /** Something was written that the back office should have soon. Returns at once. */
  syncSoon(): void;
}>;

/** The line of an earlier enrolment, over which a refund that was begun under it is asked. */
export type EarlierLine =
  | Readonly<{ kind: "open"; refund: BackOffice["refund"] }>
  /** What was written under it is on its way, and may change the answer. */
  | Readonly<{ kind: "waiting" }>
  /** Its keys are not here, or the back office takes nothing of it. */
  | Readonly<{ kind: "gone" }>;

/** Entries of an earlier enrolment that no back office takes. `code` is null where the keys to send them are not here. */
export type LeftBehind = Readonly<{
  terminalId: TerminalId;
  count: number;
  oldestAt: Instant;
  code: ErrorCode | null;
}>;

/** What was written under earlier enrolments of this machine. Cheap and synchronous; the line tells when it changes. */
export type Earlier = Readonly<{
  /** What waits for the line. */
  unsynced(): Unsynced;
  leftBehind(): readonly LeftBehind[];
  /** A refusal of that terminal as such is no answer to its refund: it fails with BUSY there. */
  lineOf(terminalId: TerminalId): EarlierLine;
}>;

/** What the back office sent down, as applied. All of it is held in memory. */
export type Snapshots = Readonly<{
  version(): number;
  catalogue(): Readonly<{ version: number; items: readonly CatalogueItem[] }>;
  staff(): readonly StaffVerifier[];
  receiptHead(): Readonly<{ lines: readonly LocalText[]; businessNumber: string }> | null;
  /** SNAPSHOT_CHANGED where somebody else changed what was kept, until a snapshot has come anew. */
  alarm(): "SNAPSHOT_CHANGED" | null;
  onChange(listener: () => void): () => void;
}>;

/** Checks a staff PIN against the verifier of the snapshot (Argon2id over HMAC-SHA256 of the terminal's staff key). */
export type PinCheck = (verifier: string, pin: string) => Promise<boolean>;

/** The device host of this moment: it may end and come back, and each time there is another client. */
export type DeviceHost = Readonly<{ client(): ContractRouterClient<typeof devicesContract> }>;

/** All that the till's services work with, wired once where the process starts. */
export type TillDeps = Readonly<{
  identity: Identity;
  demo: boolean;
  database: TillDatabase;
  journal: Journal;
  backOffice: BackOffice;
  devices: DeviceHost;
  desk: OfflineDesk;
  line: LineMonitor;
  earlier: Earlier;
  snapshots: Snapshots;
  checkPin: PinCheck;
  clock: Clock;
  ids: Ids;
  log: Logger;
}>;
