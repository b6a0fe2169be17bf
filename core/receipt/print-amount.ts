// Amounts, dates and rates in the words of a receipt's language.
import type { Language, WireMoney } from "../contract/values.ts";
import { moneyOf } from "../contract/values.ts";
import { decimalOf, exponentOf, type Money } from "../money.ts";

const LOCALE: Readonly<Record<Language, string>> = { ko: "ko-KR", en: "en-GB" };

/** "9,000" or "12.30": digits in groups, without the currency, which the receipt names once. */
export function amountText(amount: Money, language: Language): string {
  const digits = exponentOf(amount.currency);
  const format = new Intl.NumberFormat(LOCALE[language], {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  // A decimal text keeps every digit, where a number would round above 2^53.
  return format.format(decimalOf(amount) as Intl.StringNumericLiteral);
}

/** "₩25,300": with the currency's sign, for totals. */
export function totalText(amount: Money, language: Language): string {
  const digits = exponentOf(amount.currency);
  const format = new Intl.NumberFormat(LOCALE[language], {
    style: "currency",
    currency: amount.currency,
    currencyDisplay: "narrowSymbol",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return format.format(decimalOf(amount) as Intl.StringNumericLiteral);
}

export const wireAmountText = (amount: WireMoney, language: Language) =>
  amountText(moneyOf(amount), language);

/** "2026-03-01 21:00:05" at a fixed offset from UTC: the same in both languages and never to be mistaken. */
export function localTimeText(iso: string, utcOffsetMinutes: number): string {
  const local = new Date(Date.parse(iso) + utcOffsetMinutes * 60_000).toISOString();
  return `${local.slice(0, 10)} ${local.slice(11, 19)}`;
}

/** 1000 basis points are "10 %", 750 are "7.5 %". */
export function rateText(basisPoints: number): string {
  const whole = Math.trunc(basisPoints / 100);
  const rest = String(basisPoints % 100)
    .padStart(2, "0")
    .replace(/0+$/, "");
  return rest === "" ? `${whole} %` : `${whole}.${rest} %`;
}
