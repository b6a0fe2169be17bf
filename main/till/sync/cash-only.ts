// Remembers, over restarts, that this terminal may take cash only until it is enrolled again.
import { type ErrorCode, FailureError } from "#core/errors.ts";
import type { TerminalId } from "#core/ids.ts";
import { textOf } from "#database/row.ts";
import type { TillDatabase } from "../store/tx.ts";

/** What the back office or this till's own check of the chain finds that only an enrolment mends. */
const CASH_ONLY_CODES: ReadonlySet<ErrorCode> = new Set([
  "CASH_ONLY",
  "TERMINAL_QUARANTINED",
  "TERMINAL_WRITTEN_OFF",
  "TERMINAL_UNKNOWN",
]);

const SETTING = "cash-only";

export type CashOnly = Readonly<{
  isSet(): boolean;
  /**
   * Sets it where the failure is of the kind that only an enrolment mends; true where it is. It holds at once, also
   * where it could not be kept for the next start: that fails with DISK_FULL or BUSY, and the next failure tries again.
   */
  noteFailure(error: unknown): Promise<boolean>;
}>;

/** The note names the terminal: the same machine enrolled anew is another one, and free of it. */
export async function openCashOnly(database: TillDatabase, terminalId: TerminalId): Promise<CashOnly> {
  const row = await database.read.get("SELECT value FROM settings WHERE name = ?", [SETTING]);
  let isKept = row !== undefined && textOf(row, "value") === terminalId;
  let isSet = isKept;
  return {
    isSet: () => isSet,
    noteFailure: async (error) => {
      if (!(error instanceof FailureError) || !CASH_ONLY_CODES.has(error.failure.code)) return false;
      isSet = true;
      if (isKept) return true;
      await database.commit([
        {
          sql: "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
          params: [SETTING, terminalId],
        },
      ]);
      isKept = true;
      return true;
    },
  };
}
