import { FailureError } from "#core/errors.ts";

export type StorageAlarm = "DISK_FULL" | "DATABASE_CORRUPT";

/** A disk that refuses to be written says so in one of these ways; what was committed before is safe on it. */
const UNWRITABLE: ReadonlySet<string> = new Set(["SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN"]);

/** The alarm that a failure of the store means; undefined for a failure of another kind. */
export function storageFailure(error: unknown): StorageAlarm | undefined {
  if (error instanceof FailureError) {
    const { code } = error.failure;
    return code === "DISK_FULL" || code === "DATABASE_CORRUPT" ? code : undefined;
  }
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
  return UNWRITABLE.has(code) ? "DISK_FULL" : undefined;
}
