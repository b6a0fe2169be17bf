// How long to wait before the next try: doubling from a first wait up to a bound.
const FIRST_WAIT_MS = 250;
const WAIT_MS_MAX = 10_000;

/** The wait before try `count` (0 is the first try after a failure), in milliseconds. */
export function waitBeforeTry(count: number): number {
  return Math.min(WAIT_MS_MAX, FIRST_WAIT_MS * 2 ** Math.min(count, 20));
}
