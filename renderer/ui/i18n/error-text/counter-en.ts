// What may go wrong at the counter, with its devices and its machine, in English.
import type { ErrorText } from "../error-text.ts";

export const counterEn = {
  REQUEST_INVALID: {
    happened: "The till did not accept this entry.",
    kept: "Nothing was changed.",
    todo: "Check what was entered and try again.",
  },
  REQUEST_TOO_LARGE: {
    happened: "This is more than can be sent at once.",
    kept: "Nothing was changed.",
    todo: "Make it shorter and try again.",
  },
  AMOUNT_INVALID: {
    happened: "This amount cannot be used.",
    kept: "Nothing was changed.",
    todo: "Enter the amount again.",
  },
  ID_REUSED: {
    happened: "This request was made before with other contents.",
    kept: "The first one stands; nothing was done twice.",
    todo: "Go back and begin again.",
  },
  NOT_FOUND: {
    happened: "Nothing was found.",
    kept: "Nothing was changed.",
    todo: "Check the number and search again.",
  },
  STATE_CONFLICT: {
    happened: "This has changed in the meantime.",
    kept: "What was done before stands.",
    todo: "Look at the screen again and choose anew.",
  },
  SIGN_IN_REQUIRED: {
    happened: "Nobody is signed in.",
    kept: "The sale is kept.",
    todo: "Sign in with your PIN.",
  },
  SIGN_IN_REFUSED: {
    happened: "The PIN is wrong.",
    kept: "Nothing was changed.",
    todo: "Try again. After five wrong tries a manager must unlock you.",
  },
  SIGN_IN_LOCKED: {
    happened: "Too many wrong PINs. This person is locked at this till.",
    kept: "Open sales are kept.",
    todo: "Ask a manager to unlock.",
  },
  SECOND_FACTOR_REQUIRED: {
    happened: "The six-digit code is needed too.",
    kept: "Nothing was changed.",
    todo: "Read it from your authenticator and enter it.",
  },
  ROLE_REFUSED: {
    happened: "Your role may not do this.",
    kept: "Nothing was changed.",
    todo: "Ask a manager.",
  },
  MANAGER_REQUIRED: {
    happened: "This needs a manager.",
    kept: "Nothing was changed yet.",
    todo: "A manager chooses their name and enters their PIN.",
  },
  ORIGIN_REFUSED: {
    happened: "The request did not come from this program.",
    kept: "Nothing was done.",
    todo: "Close other pages and open the till again.",
  },
  SHIFT_CLOSED: { happened: "No shift is open.", kept: "The sale is kept.", todo: "Open a shift first." },
  SHIFT_OPEN: {
    happened: "A shift is open already.",
    kept: "It goes on.",
    todo: "Close it before opening another.",
  },
  SALE_EMPTY: { happened: "There is nothing to pay for yet.", kept: "", todo: "Scan or touch an item." },
  SALE_PAYING: {
    happened: "This sale is being paid.",
    kept: "Its lines and payments are kept.",
    todo: "Finish the payment, or go back first.",
  },
  SALE_FULL: {
    happened: "This sale has as many lines as it may have.",
    kept: "All its lines are kept.",
    todo: "Pay it and begin another.",
  },
  ITEM_UNKNOWN: {
    happened: "No item has this code.",
    kept: "The sale is unchanged.",
    todo: "Search by name, or scan again.",
  },
  QUANTITY_INVALID: {
    happened: "The quantity must be from 1 to 999.",
    kept: "The line is unchanged.",
    todo: "Enter the quantity again.",
  },
  LOOKS_LIKE_SECRET: {
    happened: "This looked like a card number or password.",
    kept: "It was not searched for and not stored.",
    todo: "Take cards under “Prepaid”.",
  },
  TENDER_EXCEEDS_DUE: {
    happened: "This is more than what is due.",
    kept: "Nothing was taken.",
    todo: "Enter an amount up to what is due.",
  },
  CASH_GIVEN_TOO_MUCH: {
    happened: "This is more cash than anybody hands over for what is due.",
    kept: "Nothing was taken.",
    todo: "Count the notes and enter the sum again.",
  },
  TENDER_UNSETTLED: {
    happened: "A payment of this sale has no answer yet.",
    kept: "The sale is kept.",
    todo: "Ask again, or end that payment first.",
  },
  CLOCK_SET_BACK: {
    happened: "The clock of this machine was set back.",
    kept: "All sales are kept. Stored value is not taken offline.",
    todo: "Set the clock right. Cash may go on.",
  },
  DEVICE_ABSENT: {
    happened: "The device is not connected.",
    kept: "The sale is kept.",
    todo: "Check its cable and power, or go on without it.",
  },
  DEVICE_FAILED: {
    happened: "The device did not do what it was asked.",
    kept: "The sale is kept.",
    todo: "Look at the device and try again.",
  },
  FRAME_INVALID: {
    happened: "The device sent something unreadable.",
    kept: "Nothing was changed.",
    todo: "Try again.",
  },
  BUSY: {
    happened: "The till has too much to do at once.",
    kept: "Nothing was lost.",
    todo: "Try again in a moment.",
  },
  TIMED_OUT: {
    happened: "There was no answer in time.",
    kept: "What was done is kept and will show here.",
    todo: "Look at the screen, then try again.",
  },
  PEER_GONE: {
    happened: "The till is starting again.",
    kept: "Every sale is stored.",
    todo: "Wait a moment. The screen comes back by itself.",
  },
  DISK_FULL: {
    happened: "The disk is full.",
    kept: "Nothing was lost. Selling stops until there is space.",
    todo: "Free some space, or call the operator.",
  },
  DATABASE_CORRUPT: {
    happened: "The till's database is damaged.",
    kept: "Synced sales are safe in the back office.",
    todo: "Stop selling here and restore from a back-up.",
  },
  DATA_IN_USE: {
    happened: "Another Countersign runs on this data.",
    kept: "Nothing was changed.",
    todo: "Use that one, or stop it first.",
  },
  PORT_TAKEN: {
    happened: "Another program uses this port.",
    kept: "Nothing was changed.",
    todo: "Choose another port.",
  },
  OPTION_INVALID: {
    happened: "An option is not valid.",
    kept: "Nothing was started.",
    todo: "Read the help and start again.",
  },
  NOT_READY: {
    happened: "The till is still starting.",
    kept: "Every sale is stored.",
    todo: "Wait a moment. The screen comes by itself.",
  },
  INTERNAL: {
    happened: "Something went wrong inside.",
    kept: "What was stored is safe. The fault was logged.",
    todo: "Try again. If it happens again, call the operator.",
  },
} as const satisfies Record<string, ErrorText>;
