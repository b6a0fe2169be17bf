// All arithmetic on money. No other file divides, rounds or parses an amount.
import { assert } from "./assert.ts";
import type { Failure } from "./errors.ts";
import { err, ok, type Result } from "./result.ts";

/** Digits after the point, by ISO 4217. An amount means nothing without its currency. */
const EXPONENT = { KRW: 0, EUR: 2, USD: 2, JPY: 0 } as const;

export type Currency = keyof typeof EXPONENT;
export const CURRENCIES = Object.keys(EXPONENT) as readonly Currency[];

/** An amount in minor units (won, cents), signed. */
export type Money = Readonly<{ minor: bigint; currency: Currency }>;

/** The largest amount a database column of 64 bits holds; every amount must stay within it. */
export const MINOR_MAX = 2n ** 63n - 1n;

export function money(minor: bigint, currency: Currency): Money {
  assert(minor <= MINOR_MAX && minor >= -MINOR_MAX, "an amount fits in 64 bits");
  return { minor, currency };
}

export const krw = (minor: bigint | number) => money(BigInt(minor), "KRW");
export const zero = (currency: Currency) => money(0n, currency);
export const isZero = (a: Money) => a.minor === 0n;
export const isPositive = (a: Money) => a.minor > 0n;
export const negate = (a: Money) => money(-a.minor, a.currency);
export const exponentOf = (currency: Currency) => EXPONENT[currency];

export function add(a: Money, b: Money): Money {
  assertSameCurrency(a, b);
  return money(a.minor + b.minor, a.currency);
}

export function subtract(a: Money, b: Money): Money {
  assertSameCurrency(a, b);
  return money(a.minor - b.minor, a.currency);
}

export function times(a: Money, count: bigint): Money {
  return money(a.minor * count, a.currency);
}

export function exceeds(a: Money, b: Money): boolean {
  assertSameCurrency(a, b);
  return a.minor > b.minor;
}

export function smaller(a: Money, b: Money): Money {
  return exceeds(a, b) ? b : a;
}

export function sum(amounts: readonly Money[], currency: Currency): Money {
  return amounts.reduce(add, zero(currency));
}

/** A rate as a fraction of whole numbers: 10 % is `{ numerator: 10n, denominator: 100n }`. */
export type Rate = Readonly<{ numerator: bigint; denominator: bigint }>;

/** `amount × rate`, rounded half to even (D11). */
export function share(amount: Money, rate: Rate): Money {
  return money(divideHalfEven(amount.minor * rate.numerator, rate.denominator), amount.currency);
}

/** Basis points, hundredths of a per cent, as a rate: 250 is 2.5 %. */
export const basisPoints = (count: number): Rate => ({ numerator: BigInt(count), denominator: 10_000n });

/**
 * Splits a total by weights without losing a unit: shares are floored,
 * and the units left over go one each to the first shares.
 */
export function allocate(total: Money, weights: readonly bigint[]): readonly Money[] {
  const weightSum = weights.reduce((all, weight) => all + weight, 0n);
  assert(total.minor >= 0n, "allocate takes an amount of zero or more");
  assert(weightSum > 0n, "allocate needs a positive weight");
  assert(
    weights.every((weight) => weight >= 0n),
    "weights are zero or more",
  );
  const floors = weights.map((weight) => (total.minor * weight) / weightSum);
  const leftOver = total.minor - floors.reduce((all, floor) => all + floor, 0n);
  return floors.map((floor, index) => money(floor + (BigInt(index) < leftOver ? 1n : 0n), total.currency));
}

/** Quotient rounded half to even; the denominator is positive. */
export function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  assert(denominator > 0n, "the denominator is positive");
  const negative = numerator < 0n;
  const absolute = negative ? -numerator : numerator;
  const floor = absolute / denominator;
  const twiceRest = (absolute % denominator) * 2n;
  const roundsUp = twiceRest > denominator || (twiceRest === denominator && floor % 2n === 1n);
  const rounded = roundsUp ? floor + 1n : floor;
  return negative ? -rounded : rounded;
}

/** "12.30 EUR": digits only, for logs, files and tests. Screens use Intl in renderer/ui. */
export function describe(amount: Money): string {
  return `${decimalOf(amount)} ${amount.currency}`;
}

/** "12.30": the amount as a decimal with exactly the currency's digits, the form of ISO 20022 files. */
export function decimalOf({ minor, currency }: Money): string {
  const exponent = EXPONENT[currency];
  const sign = minor < 0n ? "-" : "";
  const digits = String(minor < 0n ? -minor : minor).padStart(exponent + 1, "0");
  const point = digits.length - exponent;
  const fraction = exponent === 0 ? "" : `.${digits.slice(point)}`;
  return `${sign}${digits.slice(0, point)}${fraction}`;
}

const DECIMAL = /^([+-]?)(\d{1,17})(?:\.(\d{1,5}))?$/;

/** Reads a decimal such as a bank writes it. Fails with AMOUNT_INVALID where it is finer than the currency. */
export function parseDecimal(text: string, currency: Currency): Result<Money, Failure> {
  const match = DECIMAL.exec(text);
  if (match === null) return err({ code: "AMOUNT_INVALID", detail: "not a decimal number" });
  const [, sign = "", whole = "", fraction = ""] = match;
  const exponent = EXPONENT[currency];
  const digits = fraction.replace(/0+$/, "");
  if (digits.length > exponent)
    return err({ code: "AMOUNT_INVALID", detail: `finer than ${currency} allows` });
  const minor = BigInt(whole + digits.padEnd(exponent, "0"));
  return ok(money(sign === "-" ? -minor : minor, currency));
}

function assertSameCurrency(a: Money, b: Money): void {
  assert(a.currency === b.currency, `currencies differ: ${a.currency}, ${b.currency}`);
}
