// Points in time and lengths of it. Core never reads a clock: instants come in as arguments.
import type { Brand } from "./brand.ts";

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = Brand<number, "Instant">;
export type DurationMs = Brand<number, "DurationMs">;

/** Where a shell reads the time. Tests and the simulator pass their own. */
export type Clock = Readonly<{ now(): Instant }>;

export const instant = (epochMs: number) => epochMs as Instant;
export const durationMs = (count: number) => count as DurationMs;
export const seconds = (count: number) => (count * 1_000) as DurationMs;
export const minutes = (count: number) => (count * 60_000) as DurationMs;
export const hours = (count: number) => (count * 3_600_000) as DurationMs;
export const days = (count: number) => (count * 86_400_000) as DurationMs;
export const after = (start: Instant, wait: DurationMs) => (start + wait) as Instant;
export const elapsed = (from: Instant, to: Instant) => (to - from) as DurationMs;

/** "2026-03-01T12:00:00.000Z", the form in journals and on the wire. */
export const isoOf = (at: Instant) => new Date(at).toISOString();

/** The calendar day of an instant at a fixed offset from UTC, as "2026-03-01". Korea is +540 all year. */
export function calendarDay(at: Instant, utcOffsetMinutes: number): string {
  return new Date(at + utcOffsetMinutes * 60_000).toISOString().slice(0, 10);
}
