// Waiting for a condition of another process, with a bound: the one way in which a test here passes time.
import { setTimeout as pause } from "node:timers/promises";

const LOOK_EVERY_MS = 15;

/** The first defined value that `look` gives. Throws after `msMax`, saying what was waited for. */
export async function eventually<T>(
  look: () => T | undefined | Promise<T | undefined>,
  what: () => string,
  msMax: number,
): Promise<T> {
  const endsAtMs = performance.now() + msMax;
  for (;;) {
    const value = await look();
    if (value !== undefined) return value;
    if (performance.now() > endsAtMs) throw new Error(`waited ${msMax} ms in vain for ${what()}`);
    await pause(LOOK_EVERY_MS);
  }
}
