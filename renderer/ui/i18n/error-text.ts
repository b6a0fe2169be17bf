// Every error code as a person reads it: what happened, what was kept, what to do. Total in both languages.
import type { Language } from "#core/contract/values.ts";
import { type ErrorCode, isErrorCode } from "#core/errors.ts";
import { counterEn } from "./error-text/counter-en.ts";
import { counterKo } from "./error-text/counter-ko.ts";
import { officeEn } from "./error-text/office-en.ts";
import { officeKo } from "./error-text/office-ko.ts";
import { paymentEn } from "./error-text/payment-en.ts";
import { paymentKo } from "./error-text/payment-ko.ts";

/** `kept` says what is safe; it is empty where nothing was at stake. */
export type ErrorText = Readonly<{ happened: string; kept: string; todo: string }>;

export const ERROR_TEXT = {
  en: { ...counterEn, ...paymentEn, ...officeEn },
  ko: { ...counterKo, ...paymentKo, ...officeKo },
} as const satisfies Record<Language, Record<ErrorCode, ErrorText>>;

/** The text of a code that came over a wire; one that this screen does not know reads as INTERNAL. */
export function errorText(code: string, language: Language): ErrorText {
  return ERROR_TEXT[language][isErrorCode(code) ? code : "INTERNAL"];
}
