// What may go wrong between tills, the back office and the bank, in English.
import type { ErrorText } from "../error-text.ts";

export const officeEn = {
  NEW_PASSWORD_REQUIRED: {
    happened: "This password is good for one sign-in only.",
    kept: "",
    todo: "Choose one of your own below.",
  },
  PASSWORD_LAPSED: {
    happened: "This one-time password was given more than three days ago.",
    kept: "",
    todo: "Ask somebody who may give you a new one.",
  },
  STAFF_PASSWORD_FORM: {
    happened: "This cannot be the new password.",
    kept: "The old one still stands.",
    todo: "Take 10 characters or more, without the sign-in name, and not the old password.",
  },
  SIGN_IN_NAME_TAKEN: {
    happened: "Somebody has this sign-in name, or had it.",
    kept: "Nobody was added.",
    todo: "Choose another name to sign in with.",
  },
  ISSUE_ABOVE_CAP: {
    happened: "This is more than one card, or one order of cards, may hold.",
    kept: "No card was issued.",
    todo: "Issue cards of a smaller amount, or fewer of them at once.",
  },
  STAFF_FULL: {
    happened: "The tills have as many people as they may have.",
    kept: "Nobody got a PIN.",
    todo: "End the access of those who have left.",
  },
  CATALOGUE_INVALID: {
    happened: "Something in it cannot be sold.",
    kept: "The catalogue is unchanged.",
    todo: "Look at names, price and barcodes: a barcode has no blanks, and stands once.",
  },
  CATALOGUE_FULL: {
    happened: "The catalogue holds as many items as it may.",
    kept: "It is unchanged.",
    todo: "Take items off sale that are sold no more.",
  },
  ITEM_TAKEN: {
    happened: "Another item has this code.",
    kept: "Nothing was added.",
    todo: "Choose another code, or change that item.",
  },
  BARCODE_TAKEN: {
    happened: "Another item has this barcode.",
    kept: "The catalogue is unchanged.",
    todo: "Search for the barcode to find that item.",
  },
  OWN_ACCESS: {
    happened: "Nobody changes their own access.",
    kept: "Nothing was changed.",
    todo: "Ask another person who may do it.",
  },
  MAKER_IS_CHECKER: {
    happened: "You made this, so another person must approve it.",
    kept: "It waits as it is.",
    todo: "Ask a second person.",
  },
  CHECKER_IS_SENDER: {
    happened: "The clock netted this batch and you approved it, so another person must send it.",
    kept: "It waits as it is.",
    todo: "Ask a second person.",
  },
  TERMINAL_UNKNOWN: {
    happened: "The back office does not know this till.",
    kept: "Its sales are stored here.",
    todo: "Enrol the till.",
  },
  TERMINAL_QUARANTINED: {
    happened: "Two copies of this till's journal exist.",
    kept: "Both are stored whole.",
    todo: "Enrol the till again. Until then it takes cash.",
  },
  TERMINAL_WRITTEN_OFF: {
    happened: "This till was written off.",
    kept: "Its sales are stored here.",
    todo: "Enrol it as a new till.",
  },
  ENROLMENT_REFUSED: {
    happened: "The enrolment code is wrong, used or too old.",
    kept: "Nothing was changed.",
    todo: "Get a new code in the console and enter it here.",
  },
  SIGNATURE_WRONG: {
    happened: "A signature does not match.",
    kept: "Nothing was accepted.",
    todo: "Call the operator.",
  },
  SYNC_GAP: {
    happened: "Entries are missing in between.",
    kept: "Everything is stored at the till, which sends it again.",
    todo: "Wait. It mends itself.",
  },
  SNAPSHOT_REFUSED: {
    happened: "An update for this till was not accepted.",
    kept: "Prices and staff stay as they were.",
    todo: "Call the operator if it happens again.",
  },
  SNAPSHOT_CHANGED: {
    happened: "Prices or staff were changed on this machine, so all of them were forgotten.",
    kept: "The sales are as they were.",
    todo: "They come again with the line to the back office. Tell the operator.",
  },
  JOURNAL_BROKEN: {
    happened: "The till's journal does not verify.",
    kept: "Synced sales are safe in the back office.",
    todo: "Stop selling here and call the operator.",
  },
  BOOKS_RESTORED: {
    happened: "The back office was restored, and its books are not whole yet.",
    kept: "All sales are stored.",
    todo: "Wait until all tills have synced. Before anything goes to the bank, two people settle what it was sent: see Settlement.",
  },
  KEY_SEALED: {
    happened: "The till's keys belong to the other shell.",
    kept: "Its sales are stored.",
    todo: "Start that shell, or enrol as a new till.",
  },
  BATCH_EMPTY: {
    happened: "There is nothing to pay out.",
    kept: "",
    todo: "Come back after the next sales.",
  },
  BATCH_STATE: {
    happened: "The batch is past this step, or not there yet.",
    kept: "It is unchanged.",
    todo: "Look at its state and choose anew.",
  },
  BANK_FILE_INVALID: {
    happened: "The bank's file cannot be read.",
    kept: "It is kept as it came.",
    todo: "Ask the bank to send it again.",
  },
  BANK_FILE_DUPLICATE: {
    happened: "This bank file was taken in before.",
    kept: "Nothing was counted twice.",
    todo: "Nothing needs to be done.",
  },
  SCHEMA_INVALID: {
    happened: "The file does not follow its schema.",
    kept: "It was not sent.",
    todo: "See the lines named below it.",
  },
  BANK_UNAVAILABLE: {
    happened: "The bank cannot be reached.",
    kept: "The file waits to be sent.",
    todo: "Try again later.",
  },
} as const satisfies Record<string, ErrorText>;
