// When a day ends for settlement: cut-offs and business days in the zone of the books.
import { assert } from "../assert.ts";
import { days, type Instant, instant } from "../time.ts";

export type BusinessCalendar = Readonly<{
  /** An IANA zone such as "Asia/Seoul". */
  timeZone: string;
  /** Minutes after local midnight at which a business day is cut off. */
  cutOffMinute: number;
  /** Days on which banks are closed beside Saturday and Sunday, as "2026-03-01". */
  holidays: readonly string[];
}>;

const MINUTE_MS = 60_000;
const LOOK_BACK_DAYS_MAX = 60; // no country closes its banks for longer

/** The calendar day of an instant in a zone, as "2026-03-01". */
export function dayInZone(at: Instant, timeZone: string): string {
  return localParts(at, timeZone).day;
}

export function isBusinessDay(day: string, calendar: BusinessCalendar): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6 && !calendar.holidays.includes(day);
}

/** The instant at which a day is cut off. Where the clocks skip that minute, the first one after it. */
export function cutOffOf(day: string, calendar: BusinessCalendar): Instant {
  const asIfUtc = Date.parse(`${day}T00:00:00Z`) + calendar.cutOffMinute * MINUTE_MS;
  // The offset at the first guess may be that of the other side of a clock change; the second guess has the right one.
  const guess = asIfUtc - offsetMs(instant(asIfUtc), calendar.timeZone);
  return instant(asIfUtc - offsetMs(instant(guess), calendar.timeZone));
}

/** The latest cut-off of a business day that is not after an instant. */
export function lastCutOff(at: Instant, calendar: BusinessCalendar): Instant {
  let day = dayInZone(at, calendar.timeZone);
  for (let back = 0; back < LOOK_BACK_DAYS_MAX; back += 1) {
    const cutOff = cutOffOf(day, calendar);
    if (isBusinessDay(day, calendar) && cutOff <= at) return cutOff;
    day = shiftDay(day, -1);
  }
  throw new Error("the calendar has no business day within two months");
}

/** The day itself where it is a business day, else the next that is: the day on which banks can pay. */
export function businessDayFrom(day: string, calendar: BusinessCalendar): string {
  let next = day;
  for (let ahead = 0; ahead < LOOK_BACK_DAYS_MAX; ahead += 1) {
    if (isBusinessDay(next, calendar)) return next;
    next = shiftDay(next, 1);
  }
  throw new Error("the calendar has no business day within two months");
}

const shiftDay = (day: string, count: number) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days(count)).toISOString().slice(0, 10);

function offsetMs(at: Instant, timeZone: string): number {
  const { day, time } = localParts(at, timeZone);
  return Date.parse(`${day}T${time}Z`) - Math.floor(at / 1_000) * 1_000;
}

function localParts(at: Instant, timeZone: string): { day: string; time: string } {
  // Swedish writes dates as ISO 8601 does.
  const text = new Date(at).toLocaleString("sv-SE", { timeZone });
  const [day, time] = text.split(" ");
  assert(day !== undefined && time !== undefined, "a local time has a day and a time");
  return { day, time };
}
