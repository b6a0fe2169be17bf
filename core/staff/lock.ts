// How long wrong tries at the console keep a person out.
import { after, type DurationMs, durationMs, hours, type Instant, minutes } from "../time.ts";

/** Wrong passwords or codes in a row after which a person is locked. */
export const STAFF_TRIES_MAX = 5;
const LOCK_FIRST_MS = minutes(15);
/** A guesser gets no more than five tries a day in the end, and whoever mistyped is in again by tomorrow. */
const LOCK_MS_MAX = hours(24);
/** 15 minutes doubled so often is more than a day. */
const DOUBLINGS_MAX = 7;

/** @param locksBefore locks in a row that nothing but time has ended */
export const lockMs = (locksBefore: number): DurationMs =>
  durationMs(Math.min(LOCK_FIRST_MS * 2 ** Math.min(locksBefore, DOUBLINGS_MAX), LOCK_MS_MAX));

/** When a lock that begins now ends by itself; each in a row lasts twice as long as the one before. */
export const lockEnd = (at: Instant, locksBefore: number): Instant => after(at, lockMs(locksBefore));
