// What the use cases of payments need from the rest of the back office.
import type { Ledger } from "#backoffice/ledger/ledger.ts";
import type { CardId, GrantId, Ids, MerchantId, TerminalId } from "#core/ids.ts";
import type { Money } from "#core/money.ts";
import type { CommissionTerms } from "#core/settlement/commission.ts";
import type { Clock, Instant } from "#core/time.ts";
import type { Database } from "#database/database.ts";
import type { CardDeps } from "../cards/deps.ts";

/** A slice of a card's balance that a till has not reported closed. */
export type OpenGrant = Readonly<{ grantId: GrantId; terminalId: TerminalId; left: Money }>;

/** Money of cards that is set aside at tills, and how to call it back. */
export type SetAside = Readonly<{
  openGrants(cardId: CardId): Promise<readonly OpenGrant[]>;
  /** Marks the card's grants as recalled and tells their tills. They are money again when their closing arrives. */
  recall(cardId: CardId): Promise<void>;
  /** Whether a till is on line now, so that waiting for it makes sense. */
  isLive(terminalId: TerminalId): boolean;
}>;

export type PaymentDeps = Readonly<{
  database: Database;
  ledger: Pick<Ledger, "submit" | "submitTogether" | "tombstone">;
  cards: CardDeps;
  setAside: SetAside;
  clock: Clock;
  ids: Ids;
  /** The commission in force when a payment happened: backoffice/merchants. */
  termsAt(merchantId: MerchantId, at: Instant): Promise<CommissionTerms | undefined>;
  /** True while a restored back office waits for its terminals: no refunds then. */
  booksRestored(): Promise<boolean>;
  /** Waits without blocking; tests pass their own. */
  pause(ms: number): Promise<void>;
}>;
