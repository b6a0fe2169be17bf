// What every service of the till gets: the deps, the state, and one queue, so that actions never interleave.
import { FailureError, fail } from "#core/errors.ts";
import type { StaffId } from "#core/ids.ts";
import { looksLikeSecret } from "#core/sale/secret-text.ts";
import { createQueue, type Queue } from "#database/queue.ts";
import type { TillDeps } from "./ports.ts";
import { makeState, type OpenShift, type StateBox } from "./state.ts";
import type { Unsynced } from "./store/journal.ts";

/** Presses that may wait: a person makes a few a second, and a stuck disk must not pile up more. */
const ACTIONS_WAITING_MAX = 100;

export type TillWork = TillDeps & Readonly<{ state: StateBox; actions: Queue }>;

export const makeWork = (deps: TillDeps): TillWork => ({
  ...deps,
  state: makeState(),
  actions: createQueue(ACTIONS_WAITING_MAX),
});

/** Who acts; SIGN_IN_REQUIRED where nobody is signed in. */
export const actor = ({ state }: TillWork): StaffId =>
  (state.get().person ?? fail("SIGN_IN_REQUIRED")).staffId;

/** The open shift; SHIFT_CLOSED where there is none. */
export const openShiftOf = ({ state }: TillWork): OpenShift => state.get().shift ?? fail("SHIFT_CLOSED");

/** All that is on its way to the back office, under whichever enrolment it was written. */
export function unsyncedOf({ journal, earlier }: Pick<TillWork, "journal" | "earlier">): Unsynced {
  const now = journal.unsynced();
  const before = earlier.unsynced();
  return { count: now.count + before.count, oldestAt: before.oldestAt ?? now.oldestAt };
}

/** A reason that will be written down: LOOKS_LIKE_SECRET where it holds a card's number. */
export function plainReason(text: string): string {
  return looksLikeSecret(text) ? fail("LOOKS_LIKE_SECRET") : text.trim();
}

/** The code of any failure; a defect is INTERNAL. */
export const codeOfError = (error: unknown) =>
  error instanceof FailureError ? error.failure.code : "INTERNAL";
