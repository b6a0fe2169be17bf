// The business a report is about: its currency and its own time, in which days begin and hours are told.
import { fail } from "#core/errors.ts";
import type { Currency } from "#core/money.ts";
import { calendarDay, type Instant, instant } from "#core/time.ts";

export type Business = Readonly<{ currency: Currency; utcOffsetMinutes: number }>;

const DAY_MS = 86_400_000;

export const businessDateOf = (business: Business, at: Instant) => calendarDay(at, business.utcOffsetMinutes);

/** The first instant of a business date, and the first one after it. */
export function boundsOf(business: Business, businessDate: string): Readonly<{ from: Instant; to: Instant }> {
  const from = Date.parse(`${businessDate}T00:00:00.000Z`) - business.utcOffsetMinutes * 60_000;
  return { from: instant(from), to: instant(from + DAY_MS) };
}

/** Fails with STATE_CONFLICT for a day to come: nothing of it can be closed. */
export function refuseDayToCome(business: Business, businessDate: string, now: Instant): void {
  if (businessDate > businessDateOf(business, now)) fail("STATE_CONFLICT", "the day has not begun");
}
