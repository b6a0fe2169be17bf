import { expect, test } from "vitest";
import { accountFault } from "#core/settlement/payout-account.ts";

const iban = (number: string) => accountFault({ scheme: "iban", number, bic: null });
const domestic = (number: string) => accountFault({ scheme: "domestic", number, bic: null });
const bic = (code: string) => accountFault({ scheme: "domestic", number: "110-123-456789", bic: code });

test("takes IBANs of any country with or without spaces", () => {
  // The examples of the registry of IBANs.
  for (const number of ["DE89370400440532013000", "GB29 NWBK 6016 1331 9268 19", "NL91ABNA0417164300"]) {
    expect(iban(number)).toBeUndefined();
  }
});

test("refuses an IBAN with one digit changed, two digits swapped, or of no form", () => {
  expect(iban("DE89370400440532013001")).toBe("the IBAN has wrong check digits");
  expect(iban("DE89370400440532010300")).toBe("the IBAN has wrong check digits");
  for (const number of ["", "DE89", "de89370400440532013000", `DE89${"1".repeat(31)}`]) {
    expect(iban(number)).toBe("the IBAN has not the form of one");
  }
});

test("takes domestic account numbers as long as a bank file carries them", () => {
  expect(domestic("110-123-456789")).toBeUndefined();
  expect(domestic("1".repeat(34))).toBeUndefined();
  for (const number of ["", "123", "1".repeat(35), "110 123", "계좌번호"]) {
    expect(domestic(number)).toBe("the account number is not one");
  }
});

test("takes BICs of 8 and 11 characters", () => {
  expect([bic("NACFKRSE"), bic("NACFKRSEXXX")]).toEqual([undefined, undefined]);
  for (const code of ["", "NACFKRS", "NACFKRSEX", "nacfkrse"]) expect(bic(code)).toBe("the BIC is not one");
});
