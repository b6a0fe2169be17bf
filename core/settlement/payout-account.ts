// Where a merchant's money goes, checked before it is written down: one bad account must not spoil a whole bank file.

export type PayoutAccount = Readonly<{
  scheme: "iban" | "domestic";
  number: string;
  /** Of the bank that keeps the account; null where our own bank finds it. */
  bic: string | null;
}>;

/** ISO 13616: country, two check digits, at most 30 more. */
const IBAN = /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/;
/** Of the 34 characters that pain.001 takes, those that banks' account numbers have. */
const DOMESTIC = /^[A-Za-z0-9-]{4,34}$/;
/** ISO 9362, in the form that pain.001.001.09 takes. */
const BIC = /^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$/;

/** What is wrong with an account, in words for people; undefined where a bank file can carry it. */
export function accountFault({ scheme, number, bic }: PayoutAccount): string | undefined {
  if (bic !== null && !BIC.test(bic)) return "the BIC is not one";
  if (scheme === "domestic") return DOMESTIC.test(number) ? undefined : "the account number is not one";
  const compact = number.replaceAll(" ", "");
  if (!IBAN.test(compact)) return "the IBAN has not the form of one";
  return ibanRemainder(compact) === 1n ? undefined : "the IBAN has wrong check digits";
}

/** ISO 7064 MOD 97-10: the first four go to the end, letters become 10 to 35; a right one leaves 1. */
function ibanRemainder(iban: string): bigint {
  const turned = iban.slice(4) + iban.slice(0, 4);
  return BigInt(turned.replaceAll(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55))) % 97n;
}
