// What the console shows after a restore: what the bank has and these books do not, and who has said what of it.
import type { Answer } from "#backoffice/bank/channel-look-back.ts";
import { readBankFile } from "#backoffice/bank/read-bank-file.ts";
import type { Statement } from "#backoffice/bank/read-statement.ts";
import type { BatchRow, RestoredBank, UnknownAnswer, UnknownSentFile } from "#core/contract/settlement.ts";
import { wireInstant, wireMoney } from "#core/contract/values.ts";
import type { StaffId } from "#core/ids.ts";
import { type Money, sum } from "#core/money.ts";
import { confirmStatement } from "#core/settlement/adopt.ts";
import { instant } from "#core/time.ts";
import { controlSumOf } from "./adopt-sent.ts";
import type { SettlementDeps } from "./deps.ts";
import { nameOf, rowOf } from "./find-batches.ts";
import { type UnknownSent, unknownAnswers, unknownSent } from "./find-unknown.ts";
import { type BankRestore, openBankRestore } from "./restored-bank.ts";
import { openStatement, summaryOf } from "./settle-restore.ts";
import { newestBatches, unsentBatches } from "./store.ts";

/** Each is read for the page. What is beyond is taken in all the same. */
const ANSWERS_SHOWN_MAX = 50;

/** Null where nothing is to be settled. `reader` is who might confirm. */
export async function restoredBank(deps: SettlementDeps, reader: StaffId): Promise<RestoredBank | null> {
  const { read } = deps.database;
  const restore = await openBankRestore(read);
  if (restore === undefined) return null;
  const sent = await unknownSent(deps, restore);
  const answers = await unknownAnswers(deps);
  const found = new Set(sent.map(({ held }) => held?.id));
  const unsent = (await unsentBatches(read)).filter(({ id }) => !found.has(id));
  const [newest] = await newestBatches(read, 1);
  const unsentRows: BatchRow[] = [];
  for (const batch of unsent) unsentRows.push(await rowOf(read, batch));
  const shown: UnknownAnswer[] = [];
  for (const answer of answers.slice(0, ANSWERS_SHOWN_MAX)) shown.push(await answerOf(deps, answer));
  return {
    backupMadeAt: restore.backupMadeAt === null ? null : wireInstant(restore.backupMadeAt),
    restoredAt: wireInstant(restore.restoredAt),
    tillsAreIn: await deps.tillsAreIn(),
    sent: sent.map(sentOf),
    answers: shown,
    moreAnswers: answers.length - shown.length,
    newestBatch: newest === undefined ? null : await rowOf(read, newest),
    unsent: unsentRows,
    statement: await statementOf(deps, restore, sent, reader),
  };
}

const NAME_CHARACTERS_MAX = 120;

const sentOf = ({ name, file, verdict }: UnknownSent): UnknownSentFile => ({
  name: name.slice(0, NAME_CHARACTERS_MAX),
  createdAt: file === undefined ? null : wireInstant(file.createdAt),
  payments: file?.transfers.length ?? 0,
  controlSum: file === undefined ? null : wireMoney(controlSumOf(file)),
  verdict: verdict.kind,
});

async function answerOf(deps: SettlementDeps, answer: Answer): Promise<UnknownAnswer> {
  const name = answer.name.slice(0, NAME_CHARACTERS_MAX);
  const bytes = await deps.channel.readAnswer(answer);
  const read = bytes === undefined ? undefined : await readBankFile(bytes, deps.validator);
  if (!read?.ok) return { name, kind: "unreadable", about: "", createdAt: null, debits: null };
  const { message } = read.value;
  if (message.kind === "status-report") {
    const { originalMessageId = "", createdAt } = message;
    return { name, kind: message.kind, about: originalMessageId, createdAt: timeOf(createdAt), debits: null };
  }
  const [first] = message.statements;
  return {
    name,
    kind: message.kind,
    about: (first?.id ?? message.messageId ?? "").slice(0, 80),
    createdAt: timeOf(first?.createdAt),
    debits: debitsOf(message.statements),
  };
}

function timeOf(text: string | undefined): string | null {
  const at = Date.parse(text ?? "");
  return Number.isNaN(at) ? null : wireInstant(instant(at));
}

/** Of one currency; null where there is none, or several. */
function debitsOf(statements: readonly Statement[]): UnknownAnswer["debits"] {
  const amounts = statements
    .flatMap(({ lines }) => lines)
    .flatMap(({ direction, status, amount }): readonly Money[] =>
      direction === "debit" && status === "booked" && amount !== undefined ? [amount] : [],
    );
  const currency = amounts[0]?.currency;
  if (currency === undefined || amounts.some((amount) => amount.currency !== currency)) return null;
  return wireMoney(sum(amounts, currency));
}

async function statementOf(
  { database }: SettlementDeps,
  restore: BankRestore,
  sent: readonly UnknownSent[],
  reader: StaffId,
): Promise<RestoredBank["statement"]> {
  const statement = await openStatement(database.read, restore);
  if (statement === undefined) return null;
  const { id, by, at, reason, found } = statement;
  const isSame = summaryOf(sent) === found;
  return {
    statementId: id,
    by: await nameOf(database.read, by),
    at: wireInstant(at),
    reason,
    bar: confirmStatement(by, reader).ok ? (isSame ? null : "STATE_CONFLICT") : "MAKER_IS_CHECKER",
  };
}
