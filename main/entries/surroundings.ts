// The clock and the ids of a real process. Everything else is given them as arguments.
import { v7 } from "uuid";
import type { Ids } from "#core/ids.ts";
import { type Clock, instant } from "#core/time.ts";

export const systemClock: Clock = { now: () => instant(Date.now()) };
export const systemIds: Ids = { next: () => v7() };

declare const COUNTERSIGN_VERSION: string | undefined;
/** Put in by the build (main/build.mjs). */
export const SOFTWARE_VERSION = typeof COUNTERSIGN_VERSION === "string" ? COUNTERSIGN_VERSION : "unbuilt";

/** A defect, as one line of the process's log. The path says which call; what the call carried is not logged. */
export function logDefect(error: unknown, path: readonly string[]): void {
  const stack = error instanceof Error ? error.stack : String(error);
  console.error(
    JSON.stringify({ at: new Date().toISOString(), event: "defect", call: path.join("."), stack }),
  );
}
