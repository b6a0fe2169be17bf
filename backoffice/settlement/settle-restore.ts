// Two people settle what the bank was sent since the back-up: one states it in words, another confirms the same.
import { FailureError, fail } from "#core/errors.ts";
import type { StaffId } from "#core/ids.ts";
import { confirmStatement } from "#core/settlement/adopt.ts";
import { type Instant, instant } from "#core/time.ts";
import type { ReadDb, Row } from "#database/database.ts";
import { numberOf, textOf } from "#database/row.ts";
import type { Check } from "../ledger/request.ts";
import { planAdoption } from "./adopt-sent.ts";
import { type Plan, type SettlementDeps, underLock } from "./deps.ts";
import { type UnknownSent, unknownAnswers, unknownSent } from "./find-unknown.ts";
import { type BankRestore, openBankRestore } from "./restored-bank.ts";

export type RestoreStatement = Readonly<{
  id: string;
  by: StaffId;
  at: Instant;
  reason: string;
  /** What was found when it was made. */
  found: string;
}>;

/** The newest one of a restore that nobody has confirmed, or undefined. */
export async function openStatement(
  db: ReadDb,
  { restoredAt }: BankRestore,
): Promise<RestoreStatement | undefined> {
  const row = await db.get(
    `SELECT statement_id, stated_by, stated_at, reason, found FROM restore_statement
     WHERE restored_at = ? AND confirmed_by IS NULL ORDER BY stated_at DESC, statement_id DESC LIMIT 1`,
    [restoredAt],
  );
  return row === undefined ? undefined : statementOf(row);
}

const statementOf = (row: Row): RestoreStatement => ({
  id: textOf(row, "statement_id"),
  by: textOf(row, "stated_by") as StaffId,
  at: instant(numberOf(row, "stated_at")),
  reason: textOf(row, "reason"),
  found: textOf(row, "found"),
});

/** One person's word on what the bank was sent; a newer one takes its place. STATE_CONFLICT where nothing is to be settled. */
export async function stateBank(
  deps: SettlementDeps,
  { by, reason }: Readonly<{ by: StaffId; reason: string }>,
): Promise<void> {
  const restore =
    (await openBankRestore(deps.database.read)) ?? fail("STATE_CONFLICT", "nothing is restored");
  const found = summaryOf(await unknownSent(deps, restore));
  await deps.database.transaction((tx) =>
    tx.run(
      `INSERT INTO restore_statement (statement_id, restored_at, stated_by, stated_at, reason, found)
       VALUES (?, ?, ?, ?, ?, ?)`,
      [deps.ids.next(), restore.restoredAt, by, deps.clock.now(), reason, found],
    ),
  );
}

/** What both people answer for: every file, and what becomes of it. */
export const summaryOf = (found: readonly UnknownSent[]) =>
  JSON.stringify(found.map(({ name, sha256, verdict }) => ({ name, sha256, verdict: verdict.kind })));

export type Confirming = Readonly<{ statementId: string; by: StaffId }>;

/**
 * The second person's word. Every file that can be is taken over, the others become exceptions, and the bank's answers
 * that these books have forgotten are taken in by the next round. Fails with MAKER_IS_CHECKER, or with STATE_CONFLICT where
 * another statement was made or other files were found meanwhile: then one states it anew.
 */
export async function confirmBank(deps: SettlementDeps, confirming: Confirming): Promise<void> {
  await findFor(deps, confirming);
  // Before the commit: nothing is taken in until then, and after a crash in between the answers still wait.
  for (const answer of await unknownAnswers(deps)) await deps.channel.waitAgain(answer);
  await underLock(deps, () => planConfirmation(deps, confirming));
}

type Found = Readonly<{ statement: RestoreStatement; sent: readonly UnknownSent[] }>;

async function findFor(deps: SettlementDeps, { statementId, by }: Confirming): Promise<Found> {
  const { read } = deps.database;
  const restore = (await openBankRestore(read)) ?? fail("STATE_CONFLICT", "it is settled");
  const statement = await openStatement(read, restore);
  if (statement?.id !== statementId) return fail("STATE_CONFLICT", "another statement was made meanwhile");
  const confirmed = confirmStatement(statement.by, by);
  if (!confirmed.ok) throw new FailureError(confirmed.error);
  const sent = await unknownSent(deps, restore);
  if (summaryOf(sent) !== statement.found) return fail("STATE_CONFLICT", "other files lie there by now");
  return { statement, sent };
}

async function planConfirmation(deps: SettlementDeps, confirming: Confirming): Promise<Plan<void>> {
  const { statementId, by } = confirming;
  const { statement, sent } = await findFor(deps, confirming);
  const at = deps.clock.now();
  const adopted = sent.map((one) => planAdoption(one, { statedBy: statement.by, confirmedBy: by }, at));
  return {
    transfers: adopted.flatMap(({ transfers }) => transfers),
    changes: [
      ...adopted.flatMap(({ changes }) => changes),
      {
        sql: "UPDATE restore_statement SET confirmed_by = ?, confirmed_at = ? WHERE statement_id = ?",
        params: [by, at, statementId],
      },
      { sql: "UPDATE books_restore SET bank_settled_at = ? WHERE bank_settled_at IS NULL", params: [at] },
    ],
    checks: [stillOpen(statementId)],
    result: undefined,
  };
}

/** Stating takes no lock of settlement: whoever states anew has not agreed to this. */
const stillOpen = (statementId: string): Check => ({
  sql: `SELECT s.statement_id FROM restore_statement s WHERE s.statement_id = ? AND s.confirmed_by IS NULL
        AND NOT EXISTS (SELECT 1 FROM restore_statement n WHERE n.restored_at = s.restored_at
          AND (n.stated_at > s.stated_at OR (n.stated_at = s.stated_at AND n.statement_id > s.statement_id)))`,
  params: [statementId],
  code: "STATE_CONFLICT",
});
