// Every failure a caller may meet. Codes are public: never renamed, never reused.
// `retry` says whether the same request may succeed: never, now (at once), or later (when something changed).
export const ERRORS = {
  // What was asked
  REQUEST_INVALID: { retry: "never", says: "The request is not of the agreed form." },
  REQUEST_TOO_LARGE: { retry: "never", says: "The request is larger than allowed." },
  AMOUNT_INVALID: { retry: "never", says: "The amount is not valid." },
  ID_REUSED: { retry: "never", says: "The id was used for another request." },
  NOT_FOUND: { retry: "never", says: "There is no such thing." },
  STATE_CONFLICT: { retry: "never", says: "It has changed meanwhile, so this is no longer possible." },

  // Who asks
  SIGN_IN_REQUIRED: { retry: "never", says: "Sign in first." },
  SIGN_IN_REFUSED: { retry: "now", says: "The name, PIN or password is wrong." },
  SIGN_IN_LOCKED: { retry: "later", says: "Too many wrong tries. A manager must unlock this person." },
  SECOND_FACTOR_REQUIRED: { retry: "now", says: "The six-digit code of the authenticator is needed." },
  NEW_PASSWORD_REQUIRED: {
    retry: "now",
    says: "This password is good for one sign-in only. Choose a new one with it.",
  },
  PASSWORD_LAPSED: {
    retry: "never",
    says: "This one-time password was given more than three days ago. Another person must give a new one.",
  },
  STAFF_PASSWORD_FORM: {
    retry: "now",
    says: "A new password has 10 to 100 characters, is not the old one and does not hold the sign-in name.",
  },
  SIGN_IN_NAME_TAKEN: { retry: "now", says: "Somebody has or had this sign-in name." },
  STAFF_FULL: { retry: "never", says: "The tills have as many people as they may have." },
  OWN_ACCESS: { retry: "never", says: "Nobody changes their own access. Another person must." },
  ROLE_REFUSED: { retry: "never", says: "This role may not do that." },
  MANAGER_REQUIRED: { retry: "now", says: "A manager's PIN is needed." },
  MAKER_IS_CHECKER: { retry: "never", says: "The person who made it may not approve it." },
  CHECKER_IS_SENDER: {
    retry: "never",
    says: "The clock netted this batch, so the person who approved it may not send it.",
  },
  ORIGIN_REFUSED: { retry: "never", says: "The request did not come from this program's own page." },

  // The catalogue
  CATALOGUE_INVALID: { retry: "never", says: "Something in the list of goods is not valid." },
  CATALOGUE_FULL: { retry: "never", says: "The catalogue holds no more items." },
  ITEM_TAKEN: { retry: "now", says: "Another item has this code." },
  BARCODE_TAKEN: { retry: "now", says: "Another item has this barcode." },

  // Cards
  CARD_UNKNOWN: { retry: "never", says: "There is no such card." },
  CARD_NUMBER_INVALID: { retry: "now", says: "The card number or PIN# has a wrong check digit." },
  CARD_UNREADABLE: { retry: "now", says: "The card could not be read. Swipe it again." },
  CARD_NOT_OURS: { retry: "never", says: "This is not a prepaid card of ours." },
  CARD_NOT_REGISTERED: { retry: "never", says: "The card has no password yet. It must be registered first." },
  CARD_BLOCKED: { retry: "never", says: "The card is blocked." },
  CARD_EXPIRED: { retry: "never", says: "The card has expired." },
  CARD_CLOSED: { retry: "never", says: "The card is closed." },
  ISSUE_ABOVE_CAP: { retry: "never", says: "This is more than one card, or one order of cards, may hold." },
  CARD_MOVE_ILLEGAL: { retry: "never", says: "A card in this state cannot do that." },
  PASSWORD_WRONG: { retry: "now", says: "The password is wrong." },
  PASSWORD_REQUIRED: { retry: "now", says: "The password is needed." },
  PASSWORD_FORM: { retry: "now", says: "The password must have 4 to 32 characters." },
  FUNDS_INSUFFICIENT: { retry: "never", says: "The balance is too low." },
  FUNDS_HELD_OFFLINE: {
    retry: "later",
    says: "Part of the balance is set aside at a till for offline use. It has been called back.",
  },

  // Payments
  PAYMENT_UNKNOWN: { retry: "never", says: "There is no such payment." },
  HOLD_ENDED: { retry: "never", says: "The hold has been captured, voided or has expired." },
  CAPTURE_EXCEEDS_HOLD: { retry: "never", says: "More cannot be captured than was held." },
  REFUND_EXCEEDS_PAYMENT: { retry: "never", says: "More cannot be refunded than was paid." },

  // Offline
  LINE_CUT: { retry: "later", says: "The back office cannot be reached." },
  OFFLINE_REFUSED: { retry: "later", says: "This card has no offline allowance here." },
  OFFLINE_CAP_PAYMENT: { retry: "later", says: "The amount is above the offline limit for one payment." },
  OFFLINE_CAP_CARD: { retry: "later", says: "The card has reached its offline limit for today." },
  OFFLINE_CAP_TERMINAL: { retry: "later", says: "This till has reached its offline limit." },
  OFFLINE_CAP_COUNT: { retry: "later", says: "This till has taken as many offline payments as it may." },
  OFFLINE_TOO_OLD: { retry: "later", says: "The till has been offline too long to take stored value." },
  OFFLINE_CARD_HOT: { retry: "never", says: "The card is on the list of cards not to take." },
  OFFLINE_TRIES: { retry: "later", says: "Too many wrong passwords. The card is blocked at this till." },
  CASH_ONLY: { retry: "later", says: "This till may take cash only until it is enrolled again." },

  // Terminals and their journals
  TERMINAL_UNKNOWN: { retry: "never", says: "There is no such terminal." },
  TERMINAL_QUARANTINED: {
    retry: "never",
    says: "The terminal's journal has forked. It must be enrolled again.",
  },
  TERMINAL_WRITTEN_OFF: { retry: "never", says: "The terminal was written off. It must be enrolled again." },
  ENROLMENT_REFUSED: { retry: "never", says: "The enrolment code is wrong, used or too old." },
  SIGNATURE_WRONG: { retry: "never", says: "The signature does not match." },
  SYNC_GAP: { retry: "now", says: "Entries are missing before the first one sent." },
  SNAPSHOT_REFUSED: {
    retry: "later",
    says: "The snapshot is not signed for this terminal, or is older than its own.",
  },
  SNAPSHOT_CHANGED: {
    retry: "later",
    says: "What the back office had sent was changed on this machine, so it was forgotten. It is asked for anew.",
  },
  JOURNAL_BROKEN: { retry: "never", says: "The journal's chain is broken." },
  BOOKS_RESTORED: {
    retry: "later",
    says: "The back office was restored from a back-up: every till must sync, and two people settle what the bank was sent.",
  },
  KEY_SEALED: {
    retry: "never",
    says: "The till's keys are sealed by the other shell. Enrol as a new terminal.",
  },

  // The counter
  SHIFT_CLOSED: { retry: "never", says: "Open a shift first." },
  SHIFT_OPEN: { retry: "never", says: "A shift is open already." },
  SALE_EMPTY: { retry: "never", says: "There is nothing to pay for." },
  SALE_PAYING: { retry: "never", says: "The sale is being paid. End or void the payment first." },
  SALE_FULL: { retry: "never", says: "The sale has as many lines as it may have." },
  ITEM_UNKNOWN: { retry: "never", says: "No item has this code or name." },
  QUANTITY_INVALID: { retry: "now", says: "The quantity must be 1 to 999." },
  LOOKS_LIKE_SECRET: {
    retry: "never",
    says: "This looks like a card number or password, so it was not searched for.",
  },
  TENDER_EXCEEDS_DUE: { retry: "now", says: "The amount is more than what is due." },
  CASH_GIVEN_TOO_MUCH: {
    retry: "now",
    says: "The cash given is more than anybody hands over for what is due.",
  },
  TENDER_UNSETTLED: { retry: "now", says: "A payment of this sale has no answer yet." },
  CLOCK_SET_BACK: { retry: "later", says: "The clock of this machine was set back. Correct it." },

  // Devices
  DEVICE_ABSENT: { retry: "later", says: "The device is not connected." },
  DEVICE_FAILED: { retry: "now", says: "The device did not do what it was asked." },
  FRAME_INVALID: { retry: "now", says: "The device sent something that cannot be read." },

  // Settlement and banks
  BATCH_EMPTY: { retry: "never", says: "There is nothing to pay out." },
  BATCH_STATE: { retry: "never", says: "The batch is not in a state that allows this." },
  BANK_FILE_INVALID: { retry: "never", says: "The bank's file cannot be read." },
  BANK_FILE_DUPLICATE: { retry: "never", says: "The bank's file was taken in before." },
  SCHEMA_INVALID: { retry: "never", says: "The file does not follow its schema." },
  BANK_UNAVAILABLE: { retry: "later", says: "The bank cannot be reached." },

  // The machine
  BUSY: { retry: "now", says: "Too much at once. Try again in a moment." },
  TIMED_OUT: { retry: "now", says: "There was no answer in time." },
  PEER_GONE: { retry: "now", says: "The process that was to answer has ended." },
  DISK_FULL: { retry: "later", says: "The disk is full. Nothing was lost; free some space." },
  DATABASE_CORRUPT: { retry: "never", says: "The database is damaged. Restore it from a back-up." },
  DATA_IN_USE: { retry: "later", says: "Another Countersign is running on this data folder." },
  PORT_TAKEN: { retry: "never", says: "The port is used by another program." },
  OPTION_INVALID: { retry: "never", says: "An option is not valid." },
  NOT_READY: { retry: "later", says: "It is still starting." },
  INTERNAL: { retry: "later", says: "Something went wrong inside. It has been logged." },
} as const satisfies Record<string, { retry: "never" | "now" | "later"; says: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** An expected failure. `detail` is for logs and developers and never holds a secret. */
export type Failure = Readonly<{ code: ErrorCode; detail?: string }>;

/** A failure on its way to an edge, where it becomes a status, a sentence or an exit code. */
export class FailureError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.detail === undefined ? failure.code : `${failure.code}: ${failure.detail}`);
    this.name = "FailureError";
    this.failure = failure;
  }
}

export const fail = (code: ErrorCode, detail?: string): never => {
  throw new FailureError(detail === undefined ? { code } : { code, detail });
};

export const isErrorCode = (text: string): text is ErrorCode => Object.hasOwn(ERRORS, text);
