// How long a card's value may be used (C20).
import { calendarDay, type DurationMs, days, type Instant, instant } from "../time.ts";

const VALID_DAYS_MAX = 3_660; // ten years: longer is a slip of the keyboard
const DAY_MS: DurationMs = days(1);

export const isValidityDays = (count: number) =>
  Number.isInteger(count) && count >= 1 && count <= VALID_DAYS_MAX;

/** The end of the day, at the station's offset from UTC, that lies `validDays` after the day of issue. */
export function expiryOf(issuedAt: Instant, validDays: number, utcOffsetMinutes: number): Instant {
  const startOfIssueDay = Date.parse(`${calendarDay(issuedAt, utcOffsetMinutes)}T00:00:00.000Z`);
  return instant(startOfIssueDay - utcOffsetMinutes * 60_000 + (validDays + 1) * DAY_MS);
}
