// Today at a glance: sums of what has been synced, exposure per till, and what waits for a person.
import type { AttentionItem, ExposureRow, Today } from "#core/contract/reports.ts";
import type { TerminalRow } from "#core/contract/terminals.ts";
import { instantOf, wireInstant, wireMoney } from "#core/contract/values.ts";
import { divideHalfEven, money } from "#core/money.ts";
import { type Clock, type Instant, instant, minutes } from "#core/time.ts";
import type { ReadDb, Row } from "#database/database.ts";
import { bigintOf, nullable, numberOf, textOf } from "#database/row.ts";
import type { Terminals } from "../terminals/create-terminals.ts";
import { type Business, boundsOf, businessDateOf } from "./business.ts";
import { type HourSum, salesSums, tendersByHour } from "./store.ts";

const HOURS = 24;
/** A till that says nothing for this long is either off or cut. */
const SILENT_AFTER_MS = minutes(15);
const ATTENTION_MAX = 20;

export type TodayDeps = Readonly<{
  read: ReadDb;
  clock: Clock;
  business: Business;
  terminals: Pick<Terminals, "list">;
}>;

export async function today(deps: TodayDeps): Promise<Today> {
  const { read, clock, business } = deps;
  const now = clock.now();
  const businessDate = businessDateOf(business, now);
  const span = { ...boundsOf(business, businessDate), currency: business.currency };
  const [sums, byHour, terminals, waiting] = await Promise.all([
    salesSums(read, span),
    tendersByHour(read, span),
    deps.terminals.list(),
    waitingIn(read),
  ]);
  const exposure = terminals.map((terminal) => exposureOf(terminal, now));
  const inCurrency = (minor: bigint) => wireMoney(money(minor, business.currency));
  const total = (is: (sum: HourSum) => boolean) =>
    byHour.filter(is).reduce((all, sum) => all + sum.amount, 0n);
  return {
    businessDate,
    utcOffsetMinutes: business.utcOffsetMinutes,
    salesCount: sums.sales,
    gross: inCurrency(sums.gross),
    prepaid: inCurrency(total((sum) => sum.method === "prepaid")),
    offlineValue: inCurrency(total(isOffline)),
    averageBasket: inCurrency(sums.sales === 0 ? 0n : divideHalfEven(sums.gross, BigInt(sums.sales))),
    byHour: Array.from({ length: HOURS }, (_, hour) => {
      const of = (is: (sum: HourSum) => boolean) => inCurrency(total((sum) => sum.hour === hour && is(sum)));
      return {
        hour,
        cash: of((sum) => sum.method === "cash"),
        prepaidOnline: of((sum) => sum.route === "online"),
        prepaidOffline: of(isOffline),
      };
    }),
    exposure,
    attention: oldestFirst([...waiting, ...exposure.flatMap(tillToLookAt)]),
  };
}

const isOffline = ({ route }: HourSum) => route === "escrow" || route === "risk";

function exposureOf(terminal: TerminalRow, now: Instant): ExposureRow {
  return {
    terminalId: terminal.terminalId,
    name: terminal.name,
    escrow: terminal.exposure.granted,
    riskTakenToday: terminal.exposure.riskTaken,
    riskCap: terminal.exposure.riskCap,
    lastSyncAt: terminal.lastSyncAt,
    heardAt: heardAtOf(terminal),
    state: stateOf(terminal, now),
  };
}

function stateOf(terminal: TerminalRow, now: Instant): ExposureRow["state"] {
  if (terminal.state !== "enrolled") return terminal.state;
  if (terminal.isLeftWhole) return "left";
  return now - instantOf(heardAtOf(terminal)) > SILENT_AFTER_MS ? "silent" : "live";
}

const heardAtOf = ({ lastSyncAt, enrolledAt }: TerminalRow) => lastSyncAt ?? enrolledAt;

/** A till that a person must go to: since when it is silent, or was last heard of before it was put aside. */
function tillToLookAt({ terminalId, name, state, heardAt }: ExposureRow): AttentionItem[] {
  if (state !== "silent" && state !== "quarantined") return [];
  return [{ kind: "terminal", id: terminalId, at: heardAt, code: state, subject: name, amount: null }];
}

/** What has waited longest is what is asked about first. */
const oldestFirst = (items: readonly AttentionItem[]): AttentionItem[] =>
  items.toSorted((one, other) => one.at.localeCompare(other.at)).slice(0, ATTENTION_MAX);

/** What tills, the bank and batches left open for a person. */
async function waitingIn(read: ReadDb): Promise<AttentionItem[]> {
  const [workItems, exceptions, batches] = await Promise.all([
    read.all(
      `SELECT w.work_item_id AS id, w.at, w.code, COALESCE(t.name, w.terminal_id) AS subject,
              CAST(w.amount AS TEXT) AS amount, w.currency
       FROM work_item w LEFT JOIN terminal t ON t.terminal_id = w.terminal_id
       WHERE w.state = 'open' ORDER BY w.at LIMIT ${ATTENTION_MAX}`,
    ),
    read.all(
      `SELECT id, at, bucket AS code, subject, CAST(expected AS TEXT) AS amount, currency
       FROM settlement_exception WHERE state = 'open' ORDER BY at LIMIT ${ATTENTION_MAX}`,
    ),
    read.all(
      `SELECT id, made_at AS at, 'BATCH_STATE' AS code, state AS subject, NULL AS amount, currency
       FROM settlement_batch WHERE state IN ('draft', 'approved') ORDER BY made_at LIMIT ${ATTENTION_MAX}`,
    ),
  ]);
  return [
    ...workItems.map((row) => attentionItem("work-item", row)),
    ...exceptions.map((row) => attentionItem("exception", row)),
    ...batches.map((row) => attentionItem("batch", row)),
  ];
}

function attentionItem(kind: AttentionItem["kind"], row: Row): AttentionItem {
  const amount = nullable(row, "amount", bigintOf);
  const currency = nullable(row, "currency", textOf);
  return {
    kind,
    id: textOf(row, "id"),
    at: wireInstant(instant(numberOf(row, "at"))),
    code: textOf(row, "code"),
    subject: textOf(row, "subject"),
    amount:
      amount === null || currency === null
        ? null
        : { minor: String(amount), currency: currency as Today["gross"]["currency"] },
  };
}
