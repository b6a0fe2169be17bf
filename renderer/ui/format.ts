// Amounts, dates and ages as people write them, by Intl alone. Instants are shown in the station's own time.
import { instantOf, type Language, moneyOf, type WireMoney } from "#core/contract/values.ts";
import { decimalOf } from "#core/money.ts";

const LOCALE = { ko: "ko-KR", en: "en-GB" } as const satisfies Record<Language, string>;

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Largest first; `within` is the length of the unit before. */
const UNITS = [
  { name: "day", ms: DAY_MS, within: Number.POSITIVE_INFINITY },
  { name: "hour", ms: HOUR_MS, within: DAY_MS },
  { name: "minute", ms: MINUTE_MS, within: HOUR_MS },
  { name: "second", ms: SECOND_MS, within: MINUTE_MS },
] as const;

export type Format = ReturnType<typeof formatOf>;

/**
 * The ways to write values in one language.
 * @param language of the screen; Korean is written as ko-KR, English as en-GB
 */
export function formatOf(language: Language) {
  const locale = LOCALE[language];
  const at = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" });
    // The offset is added by hand: a station keeps its own time wherever the screen stands.
    return (wire: string, utcOffsetMinutes: number) =>
      format.format(new Date(instantOf(wire) + utcOffsetMinutes * MINUTE_MS));
  };
  const wholeDay = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeZone: "UTC" });
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 2 });
  const unit = (name: string) =>
    new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: "short" });

  const lengthIn = (ms: number, unitsMax: number): string => {
    const length = Math.max(0, ms);
    // Less than a second is no second: the last unit says so.
    return UNITS.slice(UNITS.findIndex((one) => length >= one.ms))
      .slice(0, unitsMax)
      .map((one) => ({ name: one.name, count: Math.floor((length % one.within) / one.ms) }))
      .filter(({ count }, at) => at === 0 || count > 0)
      .map(({ name, count }) => unit(name).format(count))
      .join(" ");
  };

  return {
    /** "₩25,300", "€12.30". */
    money: (amount: WireMoney) =>
      new Intl.NumberFormat(locale, {
        style: "currency",
        currency: amount.currency,
        currencyDisplay: "narrowSymbol",
      }).format(decimalText(amount)),
    /** "25,300", "12.30": beside a heading that names the currency. */
    amount: (amount: WireMoney) => {
      const digits = fractionDigits(amount.currency);
      return new Intl.NumberFormat(locale, {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }).format(decimalText(amount));
    },
    count: (value: number) => whole.format(value),
    /** 1000 basis points as "10%". */
    rate: (basisPoints: number) => percent.format(basisPoints / 10_000),
    time: at({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
    date: at({ dateStyle: "medium" }),
    /** A calendar day such as "2026-11-28", with its name: "Saturday 28 November 2026", "2026년 11월 28일 토요일". */
    day: (calendarDay: string) => wholeDay.format(new Date(`${calendarDay}T00:00:00Z`)),
    dateTime: at({ month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
    /** A length of time in its largest unit: "3 min", "2시간". */
    age: (ms: number) => lengthIn(ms, 1),
    /** A length of time in its two largest units: "3 hrs 12 mins", "3시간 12분". */
    span: (ms: number) => lengthIn(ms, 2),
  };
}

/** Intl takes a decimal text whole, where a number would round above 2^53. */
const decimalText = (amount: WireMoney) => decimalOf(moneyOf(amount)) as `${number}`;

const fractionDigits = (currency: WireMoney["currency"]) =>
  decimalOf(moneyOf({ minor: "0", currency })).replace(/^0\.?/, "").length;
