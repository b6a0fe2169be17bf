import { FailureError } from "#core/errors.ts";

export type StorageAlarm = "DISK_FULL" | "DATABASE_CORRUPT";

/** The alarm that a failure of the store means; undefined for a failure of another kind. */
export function storageFailure(error: unknown): StorageAlarm | undefined {
  if (!(error instanceof FailureError)) return undefined;
  const { code } = error.failure;
  return code === "DISK_FULL" || code === "DATABASE_CORRUPT" ? code : undefined;
}
