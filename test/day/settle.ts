// The way of the day's money to the bank and back: netted by one person, refused once and netted again, approved by
// another, sent, answered, matched.
import type { BatchPage } from "#core/contract/settlement.ts";
import { type Console, refusalOf } from "#test/world/day-console.ts";
import type { SimulatorsClient } from "#test/world/day-station.ts";
import { eventually } from "#test/world/eventually.ts";
import type { DayRecord } from "./record.ts";

export type Settlement = Readonly<{
  maker: Console;
  checker: Console;
  bank: SimulatorsClient;
  record: DayRecord;
  say(line: string): void;
  /** Waits for the back office to run, after it was killed. */
  backofficeUp(): Promise<unknown>;
}>;

/** The bank looks at its folder every second, the back office at its own every five. */
const BANK_MS_MAX = 60_000;

/**
 * One batch from the net to the statement.
 * @param rejects which of its payments the bank shall refuse, counted from 1; null for none
 * @param during what happens while it is being netted: a crash, perhaps
 */
export async function settle(
  day: Settlement,
  rejects: number | null,
  during: () => Promise<void> = async () => undefined,
): Promise<BatchPage> {
  const { maker, checker, record, say } = day;
  const first = await netted(day, during);
  const draft = rejects === null ? first : await nettedAgain(day, first);
  const { batchId } = draft;
  say(
    `Batch ${batchId.slice(-6)}: ${draft.batchPayments.length} payments, ${draft.net.minor} won after ` +
      `${draft.commission.minor} won of commission; made by ${draft.madeBy}.`,
  );
  await mustRefuse(record, "MAKER_IS_CHECKER", "the maker approved it alone", () =>
    maker.settlement.approve({ batchId }),
  );
  await mustRefuse(record, "BATCH_STATE", "it was sent without approval", () =>
    maker.settlement.send({ batchId }),
  );
  const approved = await checker.settlement.approve({ batchId });
  say(`Approved by ${approved.approvedBy}, who did not make it.`);
  await day.bank.bank({
    behaviour: rejects === null ? { kind: "honest" } : { kind: "rejectNth", nth: rejects },
  });
  const sent = await maker.settlement.send({ batchId });
  say(`Sent as ${sent.fileName}.`);
  const answered = await answeredBy(day, batchId);
  const rejected = answered.batchPayments.filter(({ state }) => state === "rejected");
  for (const { merchantName, net, reason } of rejected)
    say(`The bank refuses ${net.minor} won to ${merchantName}: ${reason ?? "no reason"}.`);
  const paid = answered.batchPayments.length - rejected.length;
  say(`The statement shows ${paid} of them paid; the batch is ${answered.state}.`);
  if (rejected.length !== (rejects === null ? 0 : 1))
    record.problems.push(`the bank refused ${rejected.length} payments of ${batchId}`);
  await resolve(
    day,
    rejected.map(({ endToEndId }) => endToEndId),
  );
  record.batches.push({
    batchId,
    paymentIds: answered.batchPayments.map(({ endToEndId }) => endToEndId),
    rejected: rejected.map(({ endToEndId }) => endToEndId),
  });
  return answered;
}

/** Nets; where the back office died over it, looks whether the batch was made before asking for it again. */
async function netted({ maker, backofficeUp }: Settlement, during: () => Promise<void>): Promise<BatchPage> {
  const asking = maker.settlement.net().catch((error: unknown) => {
    if (refusalOf(error) !== "LINE_CUT") throw error;
    return undefined;
  });
  const [answer] = await Promise.all([asking, during()]);
  await backofficeUp();
  const { rows } = await maker.settlement.batches({ page: 0, pageSize: 10, state: "draft" });
  const [made, second] = rows;
  if (second !== undefined) throw new Error("netting made two batches");
  if (answer !== undefined && made?.batchId !== answer.batchId)
    throw new Error(`batch ${answer.batchId} was told to its maker and is gone`);
  return made === undefined ? maker.settlement.net() : maker.settlement.batch({ batchId: made.batchId });
}

/** A draft with which a manager is not content goes, and the next one pays the same. */
async function nettedAgain(
  { maker, checker, record, say }: Settlement,
  draft: BatchPage,
): Promise<BatchPage> {
  const { batchId } = draft;
  await mustRefuse(record, "REQUEST_INVALID", "it was refused without a reason", () =>
    checker.settlement.refuse({ batchId, reason: " " }),
  );
  const refused = await checker.settlement.refuse({ batchId, reason: "An account is being checked." });
  record.refusedBatches.push({
    batchId,
    paymentIds: refused.batchPayments.map(({ endToEndId }) => endToEndId),
  });
  say(`Batch ${batchId.slice(-6)}, ${refused.net.minor} won, is ${refused.state} by ${refused.refusal?.by}.`);
  for (const late of [checker.settlement.approve, maker.settlement.send, maker.settlement.refuse])
    await mustRefuse(record, "BATCH_STATE", "a refused batch went on", () =>
      late({ batchId, reason: "It was refused." }),
    );
  const again = await maker.settlement.net();
  if (again.net.minor !== refused.net.minor || again.items !== refused.items)
    record.problems.push(
      `batch ${again.batchId} pays ${again.net.minor}, the refused one ${refused.net.minor}`,
    );
  return again;
}

function answeredBy({ maker }: Settlement, batchId: string): Promise<BatchPage> {
  let last: BatchPage | undefined;
  return eventually(
    async () => {
      await maker.settlement.takeIn();
      last = await maker.settlement.batch({ batchId });
      return last.batchPayments.every(({ state }) => state === "settled" || state === "rejected")
        ? last
        : undefined;
    },
    () => `the bank's answer to ${batchId}: ${JSON.stringify(last?.batchPayments.map(({ state }) => state))}`,
    BANK_MS_MAX,
  );
}

/** A person looks at each refused payment and says what becomes of it. */
async function resolve({ checker, record, say }: Settlement, payments: readonly string[]): Promise<void> {
  const { rows } = await checker.settlement.exceptions({ page: 0, pageSize: 100, state: "open" });
  for (const payment of payments) {
    const exception = rows.find(({ subject, bucket }) => subject === payment && bucket === "rejected");
    if (exception === undefined) {
      record.problems.push(`the refused payment ${payment} is no exception`);
      continue;
    }
    await checker.settlement.resolveException({
      exceptionId: exception.exceptionId,
      resolution: "The account is right by now: paid again with the next batch.",
    });
    say(`Exception ${payment.slice(-6)} is resolved: it goes into the next batch.`);
  }
  const others = rows.filter(({ subject }) => !payments.includes(subject));
  for (const { bucket, detail } of others) record.problems.push(`unexpected exception, ${bucket}: ${detail}`);
}

async function mustRefuse(
  record: DayRecord,
  code: string,
  otherwise: string,
  call: () => Promise<unknown>,
): Promise<void> {
  const refusal = await call().then(
    () => "nothing",
    (error: unknown) => refusalOf(error),
  );
  if (refusal !== code) record.problems.push(`${otherwise}: refused by ${refusal}, not ${code}`);
}
