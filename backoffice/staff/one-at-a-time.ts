// One slow thing at a time for each person, so that nobody's requests alone can fill a queue that all wait in.
import { fail } from "#core/errors.ts";
import type { StaffId } from "#core/ids.ts";

/** Runs `work` unless something of the same person runs already: then BUSY. */
export function oneAtATime() {
  const running = new Set<StaffId>();
  return async <T>(staffId: StaffId, work: () => Promise<T>): Promise<T> => {
    if (running.has(staffId)) return fail("BUSY", "the same person's last request is not answered yet");
    running.add(staffId);
    try {
      return await work();
    } finally {
      running.delete(staffId);
    }
  };
}
