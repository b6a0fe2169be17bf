// What the use cases of terminals need from the rest of the back office.
import type { Logger } from "pino";
import type { Ledger } from "#backoffice/ledger/ledger.ts";
import type { OfflinePolicy, SnapshotParts, StaffVerifier } from "#core/contract/terminal.ts";
import type { CardId, Ids, MerchantId, TerminalId } from "#core/ids.ts";
import type { Currency } from "#core/money.ts";
import type { GrantPolicy } from "#core/offline/grant-sizing.ts";
import type { CommissionAgreement } from "#core/settlement/commission.ts";
import type { Clock, Instant } from "#core/time.ts";
import type { Database } from "#database/database.ts";
import type { CardDeps } from "../cards/deps.ts";
import type { Nonces } from "./nonces.ts";
import type { Nudges } from "./nudges.ts";
import type { ServerKeys } from "./server-keys.ts";
import type { Signatures } from "./signature-pool.ts";

export type Station = Readonly<{
  name: string;
  currency: Currency;
  utcOffsetMinutes: number;
  receiptHead: NonNullable<SnapshotParts["receiptHead"]>;
}>;

export type TerminalDeps = Readonly<{
  database: Database;
  ledger: Pick<Ledger, "submit" | "submitTogether" | "tombstone" | "checkpoint">;
  cards: CardDeps;
  keys: ServerKeys;
  signatures: Signatures;
  nonces: Nonces;
  nudges: Nudges;
  clock: Clock;
  ids: Ids;
  log: Pick<Logger, "info" | "warn" | "error">;
  station: Station;
  offlinePolicy: OfflinePolicy;
  grantPolicy: GrantPolicy;
  /** The oldest back-up that this server could be restored from: tills keep what is younger. */
  oldestBackupAt(): Promise<Instant>;
  /** What a merchant agreed to pay, by date: backoffice/payments/terms.ts. */
  agreementsOf(merchantId: MerchantId): Promise<readonly CommissionAgreement[]>;
  /** Verifiers of the staff's PINs for one terminal: backoffice/staff. */
  staffVerifiers(
    terminal: Readonly<{ terminalId: TerminalId; staffKey: Uint8Array }>,
  ): Promise<readonly StaffVerifier[]>;
  /** Pays out a closing card once nothing of it is set aside any more: backoffice/cards. */
  finishEnding(cardId: CardId): Promise<boolean>;
  randomBytes(count: number): Uint8Array;
}>;
