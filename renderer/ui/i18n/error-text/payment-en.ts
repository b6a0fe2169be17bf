// What may go wrong with cards, payments and selling offline, in English.
import type { ErrorText } from "../error-text.ts";

export const paymentEn = {
  CARD_UNKNOWN: {
    happened: "This card is not known.",
    kept: "Nothing was charged.",
    todo: "Check the number, or take another tender.",
  },
  CARD_NUMBER_INVALID: {
    happened: "The number has a typing mistake.",
    kept: "Nothing was charged.",
    todo: "Enter it again, or swipe the card.",
  },
  CARD_UNREADABLE: {
    happened: "The card could not be read.",
    kept: "Nothing was charged.",
    todo: "Swipe again, evenly, or type the number.",
  },
  CARD_NOT_OURS: {
    happened: "This is not one of our prepaid cards.",
    kept: "Nothing was charged.",
    todo: "Take another card or another tender.",
  },
  CARD_NOT_REGISTERED: {
    happened: "The card has no password yet.",
    kept: "Nothing was charged. The balance is untouched.",
    todo: "The holder registers it on the card site first.",
  },
  CARD_BLOCKED: {
    happened: "The card is blocked.",
    kept: "Nothing was charged. The balance is untouched.",
    todo: "Take another tender. The holder calls the card service.",
  },
  CARD_EXPIRED: {
    happened: "The card has expired.",
    kept: "Nothing was charged.",
    todo: "Take another tender.",
  },
  CARD_CLOSED: {
    happened: "The card is closed.",
    kept: "Nothing was charged.",
    todo: "Take another tender.",
  },
  CARD_MOVE_ILLEGAL: {
    happened: "The card cannot do this in its present state.",
    kept: "Nothing was charged.",
    todo: "Take another tender.",
  },
  PASSWORD_WRONG: {
    happened: "The password is wrong.",
    kept: "Nothing was charged.",
    todo: "The customer enters it again.",
  },
  PASSWORD_REQUIRED: {
    happened: "The password is needed.",
    kept: "Nothing was charged.",
    todo: "The customer enters the password.",
  },
  PASSWORD_FORM: {
    happened: "A password has 4 to 32 characters.",
    kept: "Nothing was charged.",
    todo: "The customer enters it again.",
  },
  FUNDS_INSUFFICIENT: {
    happened: "The balance is too low.",
    kept: "Nothing was charged.",
    todo: "Take a smaller amount from the card and the rest otherwise.",
  },
  FUNDS_HELD_OFFLINE: {
    happened: "Part of the balance is set aside at another till.",
    kept: "Nothing was charged. It has been called back.",
    todo: "Try again in a minute, or take another tender.",
  },
  PAYMENT_UNKNOWN: {
    happened: "There is no such payment.",
    kept: "Nothing was changed.",
    todo: "Check the receipt number.",
  },
  HOLD_ENDED: {
    happened: "This payment was finished or taken back already.",
    kept: "Nothing was done twice.",
    todo: "Look at the receipt.",
  },
  CAPTURE_EXCEEDS_HOLD: {
    happened: "This is more than was set aside.",
    kept: "Nothing more was charged.",
    todo: "Enter a smaller amount.",
  },
  REFUND_EXCEEDS_PAYMENT: {
    happened: "This is more than was paid.",
    kept: "Nothing was refunded.",
    todo: "Refund at most what is left of the receipt.",
  },
  LINE_CUT: {
    happened: "The back office cannot be reached.",
    kept: "The card was not charged. The sale is kept.",
    todo: "Go on offline, or take another tender.",
  },
  OFFLINE_REFUSED: {
    happened: "The till could not reach the back office, and this card has no offline allowance here.",
    kept: "The card was not charged.",
    todo: "Take another tender, or ask a manager.",
  },
  OFFLINE_CAP_PAYMENT: {
    happened: "The amount is above the offline limit for one payment.",
    kept: "The card was not charged.",
    todo: "Take a smaller amount, another tender, or ask a manager.",
  },
  OFFLINE_CAP_CARD: {
    happened: "The card has reached its offline limit for today.",
    kept: "The card was not charged.",
    todo: "Take another tender, or ask a manager.",
  },
  OFFLINE_CAP_TERMINAL: {
    happened: "This till has reached its offline limit.",
    kept: "The card was not charged.",
    todo: "Take cash until the line is back.",
  },
  OFFLINE_CAP_COUNT: {
    happened: "This till has taken as many offline payments as it may.",
    kept: "The card was not charged.",
    todo: "Take cash until the line is back.",
  },
  OFFLINE_TOO_OLD: {
    happened: "The till has been offline too long to take cards.",
    kept: "All sales are stored.",
    todo: "Take cash until the line is back.",
  },
  OFFLINE_CARD_HOT: {
    happened: "The card is on the list of cards not to take.",
    kept: "The card was not charged.",
    todo: "Take another tender.",
  },
  OFFLINE_TRIES: {
    happened: "Too many wrong passwords. The card is blocked at this till.",
    kept: "The card was not charged.",
    todo: "Take another tender. It opens again when the line is back.",
  },
  CASH_ONLY: {
    happened: "This till may take cash only.",
    kept: "All sales are stored.",
    todo: "Take cash. The operator enrols the till again.",
  },
} as const satisfies Record<string, ErrorText>;
