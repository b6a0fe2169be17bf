// Takes in what the bank has sent: each file once, each answer applied once, each statement line matched.
import type { InboundFile, Intake } from "#backoffice/bank/channel-folder.ts";
import { type BankFile, readBankFile } from "#backoffice/bank/read-bank-file.ts";
import type { Statement as BankStatement } from "#backoffice/bank/read-statement.ts";
import { type Failure, FailureError, fail } from "#core/errors.ts";
import type { ReadDb, Statement } from "#database/database.ts";
import { planStatusReport } from "./apply-status-report.ts";
import { recordStatement } from "./bank-lines.ts";
import { hashOf, type SettlementDeps, underLock } from "./deps.ts";
import { exceptionInsert } from "./exceptions.ts";
import { matchStatements } from "./match-statements.ts";
import { oddFile } from "./odd-file.ts";
import { isOurs, notOurs } from "./our-account.ts";
import { bankIsSettled } from "./restored-bank.ts";
import { deliverPending } from "./send-batch.ts";

export type TakenIn = Readonly<{
  /** Files taken; those seen before and those refused are beside it. */
  files: number;
  duplicates: number;
  refused: number;
  /** New statement lines, how many of them agree, and how many things need a person. */
  lines: number;
  matched: number;
  exceptions: number;
}>;

/**
 * One round with the bank: delivers what is not delivered yet, takes every waiting file, matches. A file that cannot
 * be read is set aside as an exception and the round goes on; a statement of another's account is an exception and no more. May be run at any time and by several processes;
 * whatever it did not finish before a crash, the next round does. Fails with BOOKS_RESTORED until what a restore took back
 * is settled: an answer to a batch that is not known yet would be taken as one to nothing.
 */
export async function takeInBankFiles(deps: SettlementDeps): Promise<TakenIn> {
  if (!(await bankIsSettled(deps.database.read))) fail("BOOKS_RESTORED");
  await deliverPending(deps);
  let exceptions = 0;
  const receiving = deps.channel.receive(async (file) => {
    exceptions += await takeOne(deps, file);
  });
  const intakes = await receiving.catch(async (fault: unknown) => {
    // A file that cannot be taken in waits for the next round; what the others said is matched all the same.
    await matchStatements(deps);
    throw fault;
  });
  for (const intake of intakes.filter((each) => each.outcome === "refused")) {
    await reportRefusal(deps, intake);
    exceptions += 1;
  }
  const matching = await matchStatements(deps);
  const count = (outcome: Intake["outcome"]) => intakes.filter((each) => each.outcome === outcome).length;
  return {
    files: count("taken"),
    duplicates: count("duplicate"),
    refused: count("refused"),
    lines: matching.lines,
    matched: matching.matched,
    exceptions: exceptions + matching.exceptions,
  };
}

/** The number of exceptions it opened. Throws BANK_FILE_DUPLICATE or what is wrong with the file. */
async function takeOne(deps: SettlementDeps, file: InboundFile): Promise<number> {
  await refuseKnown(deps.database.read, file);
  const read = await readBankFile(file.bytes, deps.validator);
  if (!read.ok) {
    await reportUnreadable(deps, file, read.error);
    throw new FailureError(read.error);
  }
  const { message } = read.value;
  const row = fileRow(deps, file, read.value);
  const odd = oddFile(read.value.findings, file, deps.clock.now());
  if (message.kind === "status-report") {
    const rows = [row, ...(odd === undefined ? [] : [exceptionInsert(odd)])];
    const applied = await underLock(deps, async () => {
      await refuseKnown(deps.database.read, file);
      return planStatusReport(deps, message, { sha256: file.sha256, rows });
    });
    return applied.exceptions + rows.length - 1;
  }
  // A notification announces what the statement will book; matching both would count everything twice.
  const statements = message.kind === "statement" ? message.statements : [];
  const strangers = statements.filter((statement) => !isOurs(deps.bank, statement));
  const exceptions = [odd, notOurs(strangers, file, deps.clock.now())].filter((each) => each !== undefined);
  await recordStatements(
    deps,
    file,
    [row, ...exceptions.map(exceptionInsert)],
    statements.filter((statement) => !strangers.includes(statement)),
  );
  return exceptions.length;
}

async function refuseKnown(db: ReadDb, file: InboundFile): Promise<void> {
  const known = await db.get("SELECT sha256 FROM bank_file WHERE sha256 = ?", [file.sha256]);
  if (known !== undefined) fail("BANK_FILE_DUPLICATE", file.name);
}

function fileRow(deps: SettlementDeps, file: InboundFile, read: BankFile): Statement {
  return {
    sql: `INSERT INTO bank_file (sha256, name, kind, message_id, findings, taken_at) VALUES (?, ?, ?, ?, ?, ?)
          ON CONFLICT (sha256) DO NOTHING`,
    params: [
      file.sha256,
      file.name,
      read.version ?? read.message.kind,
      read.message.messageId?.slice(0, 140) ?? null,
      JSON.stringify(read.findings),
      deps.clock.now(),
    ],
  };
}

async function recordStatements(
  deps: SettlementDeps,
  file: InboundFile,
  [claim, ...exceptions]: readonly [Statement, ...Statement[]],
  statements: readonly BankStatement[],
): Promise<void> {
  await deps.database.transaction(async (tx) => {
    // Whoever finds the file's row there was not the first.
    if ((await tx.run(claim.sql, claim.params)) === 0) fail("BANK_FILE_DUPLICATE", file.name);
    await tx.runEach(exceptions);
    for (const statement of statements) await recordStatement(tx, statement, file.sha256, deps.clock.now());
  });
}

/** Before it is set aside, so that a crash in between reports it again and never leaves it unreported. */
async function reportUnreadable(deps: SettlementDeps, file: InboundFile, failure: Failure): Promise<void> {
  await openException(deps, `file:${file.sha256}`, file.name, failure);
}

/** What the channel itself refused was never read here; for the others this finds the exception there already. */
async function reportRefusal(deps: SettlementDeps, intake: Intake): Promise<void> {
  if (intake.failure?.code !== "REQUEST_TOO_LARGE") return;
  await openException(deps, `file:${hashOf([intake.name, deps.clock.now()])}`, intake.name, intake.failure);
}

async function openException(
  deps: SettlementDeps,
  id: string,
  name: string,
  failure: Failure,
): Promise<void> {
  const { sql, params } = exceptionInsert({
    id,
    at: deps.clock.now(),
    bucket: "file-refused",
    subject: name,
    batchId: null,
    expected: null,
    actual: null,
    detail: `${failure.code}: ${failure.detail ?? "it cannot be read"}`,
  });
  await deps.database.transaction((tx) => tx.run(sql, params));
}
