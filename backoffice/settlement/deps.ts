// What settlement needs, and the one way in which it changes its books: from a state that is still the state.
import { createHash } from "node:crypto";
import type { FolderChannel } from "#backoffice/bank/channel-folder.ts";
import type { BankParty } from "#backoffice/bank/pain-001.ts";
import type { SchemaValidator } from "#backoffice/bank/validate.ts";
import type { CharacterSet } from "#backoffice/bank/xml-writer.ts";
import { type Failure, FailureError, fail } from "#core/errors.ts";
import type { Ids } from "#core/ids.ts";
import type { TransferDraft } from "#core/ledger/transfer.ts";
import type { BusinessCalendar } from "#core/settlement/calendar.ts";
import type { Clock } from "#core/time.ts";
import type { Database, Statement } from "#database/database.ts";
import { numberOf } from "#database/row.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Check, LedgerAnswer, LedgerRequest } from "../ledger/request.ts";

/** Our own account at the bank that pays. `ledgerName` is its name in the books, such as "main". */
export type OurBank = Readonly<{ party: BankParty; ledgerName: string; characterSet: CharacterSet }>;

export type SettlementDeps = Readonly<{
  database: Database;
  ledger: Pick<Ledger, "submitTogether">;
  clock: Clock;
  ids: Ids;
  validator: SchemaValidator;
  channel: FolderChannel;
  calendar: BusinessCalendar;
  bank: OurBank;
  /** False after a restore from a back-up until every till has synced: what was captured is not known before. */
  tillsAreIn(): Promise<boolean>;
}>;

/** What is to commit together, and what to say of it. Without transfers and changes nothing is asked of the ledger. */
export type Plan<T> = Readonly<{
  transfers: readonly TransferDraft[];
  changes: readonly Statement[];
  /** Rows that change without the lock and must still be what the plan read; with STATE_CONFLICT it is planned again. */
  checks?: readonly Check[];
  result: T;
}>;

const TRIES_MAX = 5; // two people at once are rare, three are not seen
const TRANSFERS_PER_REQUEST = 60; // the ledger takes 64 in one request, and requests together in one transaction

/** The ledger declined a plan; nothing of it was changed. */
export class PlanDeclined extends FailureError {}

/**
 * Runs `plan` on what is committed and commits what it says, unless settlement changed in between: then it plans
 * again. So a plan may decide from plain reads. Fails with BUSY when others were always faster, and with
 * PlanDeclined and the ledger's code where it declines; nothing is changed then.
 */
export async function underLock<T>(deps: SettlementDeps, plan: () => Promise<Plan<T>>): Promise<T> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const version = await lockVersion(deps);
    const planned = await plan();
    if (planned.transfers.length === 0 && planned.changes.length === 0) return planned.result;
    if (await commits(deps, planned, version)) return planned.result;
  }
  return fail("BUSY", "settlement is being changed by others");
}

/** False where the lock has moved on. */
async function commits(deps: SettlementDeps, plan: Plan<unknown>, version: number): Promise<boolean> {
  const unchanged: Check = {
    sql: "SELECT id FROM settlement_lock WHERE id = 1 AND version = ?",
    params: [version],
    code: "STATE_CONFLICT",
  };
  const moveOn = { sql: "UPDATE settlement_lock SET version = ? WHERE id = 1", params: [version + 1] };
  const changesOf = (answers: readonly LedgerAnswer[]) => {
    const declined = answers.find((answer) => answer.kind === "declined");
    // Thrown, it undoes every request of the plan: half of a netting is worse than none.
    if (declined?.kind === "declined") throw new PlanDeclined(declinedAs(declined));
    return [moveOn, ...plan.changes];
  };
  try {
    await deps.ledger.submitTogether(requestsOf(deps, plan), changesOf, [unchanged, ...(plan.checks ?? [])]);
    return true;
  } catch (error) {
    if (error instanceof FailureError && error.failure.code === "STATE_CONFLICT") return false;
    throw error;
  }
}

function requestsOf(deps: SettlementDeps, { transfers, changes }: Plan<unknown>): readonly LedgerRequest[] {
  const count = Math.max(1, Math.ceil(transfers.length / TRANSFERS_PER_REQUEST));
  return Array.from({ length: count }, (_, index) => {
    const part = transfers.slice(index * TRANSFERS_PER_REQUEST, (index + 1) * TRANSFERS_PER_REQUEST);
    return {
      caller: "system",
      id: deps.ids.next(),
      contentHash: hashOf(index === 0 ? { part, changes } : { part }),
      happenedAt: deps.clock.now(),
      transfers: part,
    };
  });
}

const declinedAs = ({ code, detail }: Extract<LedgerAnswer, { kind: "declined" }>): Failure =>
  detail === undefined ? { code } : { code, detail };

async function lockVersion({ database }: SettlementDeps): Promise<number> {
  const row = await database.read.get("SELECT version FROM settlement_lock WHERE id = 1");
  return row === undefined
    ? fail("DATABASE_CORRUPT", "the settlement lock is missing")
    : numberOf(row, "version");
}

export function hashOf(value: unknown): string {
  const text = JSON.stringify(value, (_key, each) => (typeof each === "bigint" ? String(each) : each));
  return createHash("sha256").update(text).digest("hex");
}
