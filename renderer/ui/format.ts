// Amounts, dates and ages as people write them, by Intl alone. Instants are shown in the station's own time.
import { instantOf, type Language, moneyOf, type WireMoney } from "#core/contract/values.ts";
import { decimalOf } from "#core/money.ts";

const LOCALE = { ko: "ko-KR", en: "en-GB" } as const satisfies Record<Language, string>;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

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
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 2 });
  const unit = (name: string) =>
    new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: "short" });

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
    dateTime: at({ month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
    /** A length of time in its largest unit: "3 min", "2시간". */
    age: (ms: number) => {
      const length = Math.max(0, ms);
      if (length < MINUTE_MS) return unit("second").format(Math.floor(length / 1_000));
      if (length < HOUR_MS) return unit("minute").format(Math.floor(length / MINUTE_MS));
      if (length < DAY_MS) return unit("hour").format(Math.floor(length / HOUR_MS));
      return unit("day").format(Math.floor(length / DAY_MS));
    },
  };
}

/** Intl takes a decimal text whole, where a number would round above 2^53. */
const decimalText = (amount: WireMoney) => decimalOf(moneyOf(amount)) as `${number}`;

const fractionDigits = (currency: WireMoney["currency"]) =>
  decimalOf(moneyOf({ minor: "0", currency })).replace(/^0\.?/, "").length;
