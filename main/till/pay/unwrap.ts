import { type Failure, FailureError } from "#core/errors.ts";
import type { Result } from "#core/result.ts";

/** The value, or the failure on its way to the edge. */
export function unwrap<T>(result: Result<T, Failure>): T {
  if (result.ok) return result.value;
  throw new FailureError(result.error);
}
