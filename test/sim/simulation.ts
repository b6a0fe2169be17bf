// The simulation: operations drawn from one seed on several tills and a server, with the invariants checked all along.
import type { OfflinePolicy } from "#core/contract/terminal.ts";
import type { CardId } from "#core/ids.ts";
import { after, durationMs, instant } from "#core/time.ts";
import { randomFrom } from "#test/world/faulty-line.ts";
import { krwWire, SmallBackOffice } from "#test/world/small-back-office.ts";
import { balanceOf, faultOfBooks } from "#test/world/small-books.ts";
import type { SmallCard, SmallState } from "#test/world/small-state.ts";
import { Crash, SimTill } from "./sim-till.ts";

export type SimOptions = Readonly<{ ops: number; seed: number; tills: number; cards: number }>;

export type SimReport = {
  seed: number;
  ops: number;
  tills: number;
  cards: number;
  payments: { online: number; escrow: number; risk: number; refused: number };
  syncs: { done: number; failed: number };
  crashes: number;
  cuts: number;
  restores: number;
  entries: number;
  escrowLossMinor: string;
  riskLossMinor: string;
  riskCapMinor: string;
  violations: string[];
};

const TERMINAL_CAP = 60_000n;
const POLICY: OfflinePolicy = {
  paymentMax: krwWire(15_000),
  cardDayMax: krwWire(25_000),
  terminalMax: krwWire(TERMINAL_CAP),
  countMax: 12,
  ageMaxMs: 72 * 3_600_000,
  aboveCap: "refuse",
  unverified: "refuse",
  wrongTriesMax: 3,
};
const START = instant(Date.parse("2026-03-01T00:00:00.000Z"));
/** The whole of the books is re-derived this often; the floor of every account is checked at every posting. */
const DEEP_CHECK_EVERY = 500;
/** A run that goes wrong says so once and stops: what follows a first fault explains nothing. */
const VIOLATIONS_MAX = 1;

export async function simulate(options: SimOptions): Promise<SimReport> {
  const random = randomFrom(options.seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const upTo = (max: number) => Math.floor(random() * max);
  let count = 0;
  const nextId = () => {
    count += 1;
    return `sim-${String(count).padStart(9, "0")}`;
  };
  const clock = { at: START, now: () => clock.at };

  const office = new SmallBackOffice({ now: clock.now, nextId, policy: POLICY, grantMax: 20_000n });
  for (let index = 0; index < options.cards; index += 1) addCard(office, index);
  const deps = { office, clock, random, nextId };
  const tills: SimTill[] = [];
  for (let index = 0; index < options.tills; index += 1) tills.push(await SimTill.open(deps));

  let backup: SmallState | undefined;
  const charges: { cardId: CardId; amount: bigint; key: string }[] = [];
  const report: SimReport = emptyReport(options);
  const violate = (what: string) => void report.violations.push(what);

  const payment = async (till: SimTill) => {
    const card = pick([...office.state.cards.values()]);
    const password = random() < 0.95 ? card.password : "a wrong one";
    const amount = 1 + upTo(random() < 0.1 ? 40_000 : 9_000);
    if (random() < 0.5) {
      report.payments.online += 1;
      await till.payOnline(card, amount, password);
      return;
    }
    const outcome = await till.payAtTill(card, amount, password);
    if (outcome === "escrow" || outcome === "risk") report.payments[outcome] += 1;
    else report.payments.refused += 1;
  };

  const sync = async (till: SimTill) => {
    const before = lossesOf(office.state.workItems);
    const isWaiting = office.state.waitsFor.size > 0;
    const code = await till.sync();
    if (code === undefined) report.syncs.done += 1;
    else report.syncs.failed += 1;
    if (code === "CASH_ONLY" || code === "TERMINAL_QUARANTINED") violate(`I4: ${till.terminalId} ${code}`);
    const lost = { risk: lossesOf(office.state.workItems).risk - before.risk };
    // A restored server hears of many windows at once, so there each till's own exposure is the bound that is checked.
    if (lost.risk > TERMINAL_CAP && !isWaiting) violate(`I5: ${till.terminalId} lost ${lost.risk} at once`);
  };

  const serverEvent = () => {
    const what = random();
    const cardId = pick([...office.state.cards.keys()]);
    if (what < 0.3) {
      const charge = { cardId, amount: BigInt(upTo(60_000)), key: nextId() };
      charges.push(charge);
      office.charge(charge.cardId, charge.amount, charge.key);
    } else if (what < 0.4) office.recall(cardId);
    else if (what < 0.5) office.changePassword(cardId, `password ${upTo(1_000)}`);
    else if (what < 0.9 || backup === undefined || office.state.waitsFor.size > 0) {
      // A back-up that is older than what tills may have pruned is no back-up; here the last one is kept.
      if (office.state.waitsFor.size === 0) backup = office.backup();
    } else {
      office.restore(backup);
      // What came in by the bank is on the bank's statement too, and is entered again; what was there stays once.
      for (const { cardId: charged, amount, key } of charges) office.charge(charged, amount, key);
      report.restores += 1;
    }
  };

  const step = async () => {
    const till = pick(tills);
    const what = random();
    if (what < 0.5) await payment(till);
    else if (what < 0.56) await till.voidOne();
    else if (what < 0.78) await sync(till);
    else if (what < 0.82) await till.resolveAttempts();
    else if (what < 0.88) {
      till.line.isCut = !till.line.isCut;
      report.cuts += 1;
    } else if (what < 0.91) till.line.deliverLate();
    else if (what < 0.914) {
      await till.restart();
      report.crashes += 1;
    } else if (what < 0.95) serverEvent();
    else clock.at = after(clock.at, durationMs(upTo(random() < 0.05 ? 20 * 3_600_000 : 600_000)));
  };

  const run = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      report.crashes += 1;
      await error.till.restart();
    }
  };

  const checkNow = async () => {
    for (const till of tills) {
      const { atRisk, slips } = till.highestRisk;
      if (atRisk > TERMINAL_CAP) violate(`I5: ${till.terminalId} risked ${atRisk}`);
      if (slips > POLICY.countMax) violate(`I5: ${till.terminalId} had ${slips} slips at risk`);
    }
    const fault = faultOfBooks(office.state.books, office.state.waitsFor.size > 0);
    if (fault !== undefined) violate(`I1: ${fault}`);
    const lost = lossesOf(office.state.workItems);
    if (lost.escrow > 0n) violate(`I5: escrow lost ${lost.escrow}`);
    const odd = office.state.workItems.find((item) => !item.startsWith("loss risk"));
    if (odd !== undefined) violate(`I3: ${odd}`);
  };

  let op = 0;
  for (; op < options.ops && report.violations.length < VIOLATIONS_MAX; op += 1) {
    await run(step);
    if (op % DEEP_CHECK_EVERY === 0) await checkNow();
  }
  report.ops = op;

  // The line mends, and everything comes in.
  for (const till of tills) till.line.isCut = false;
  for (let turn = 0; turn < 200 && !(await isQuiet(tills, office)); turn += 1) {
    for (const till of tills) {
      await run(() => till.resolveAttempts());
      await run(() => sync(till));
    }
  }
  await checkNow();
  await checkEnd(tills, office, report, violate);
  return report;
}

async function isQuiet(tills: readonly SimTill[], office: SmallBackOffice): Promise<boolean> {
  for (const till of tills) {
    const [open] = await till.database.read.all(
      "SELECT attempt_id FROM attempts WHERE state IN ('asked', 'unknown') LIMIT 1",
    );
    if (open !== undefined || till.journal.unsynced().count > 0) return false;
  }
  return office.state.waitsFor.size === 0;
}

/** When all is in: each acknowledged slip was paid once, each chain holds, and both sides have the same entries. */
async function checkEnd(
  tills: readonly SimTill[],
  office: SmallBackOffice,
  report: SimReport,
  violate: (what: string) => void,
): Promise<void> {
  let acknowledged = 0n;
  for (const till of tills) {
    if (till.journal.unsynced().count > 0) violate(`I2: ${till.terminalId} cannot sync`);
    for (const [tenderId, amount] of till.acknowledged) {
      acknowledged += amount;
      const row = await till.database.read.get("SELECT state FROM tenders WHERE tender_id = ?", [tenderId]);
      if (row?.state !== "approved") violate(`I2: ${tenderId} was acknowledged and is gone`);
    }
    const chain = await till.journal.verify();
    report.entries += chain.entries;
    if (chain.broken !== null) violate(`I4: ${till.terminalId} ${chain.broken.why} at ${chain.broken.seq}`);
    const stored = office.state.terminals.get(till.terminalId)?.entries ?? [];
    if (stored.length !== chain.entries) violate(`I4: the server has ${stored.length} of ${chain.entries}`);
    if (stored.at(-1)?.hash !== till.journal.head().hash)
      violate(`I4: the heads of ${till.terminalId} differ`);
  }
  const paid = balanceOf(office.state.books, "merchant");
  if (paid !== acknowledged) violate(`I3: ${acknowledged} was acknowledged, ${paid} was paid`);
  const held = [...office.state.books.balances].filter(
    ([account, left]) => account.startsWith("hold:") && left > 0n,
  );
  if (held.length > 0) violate(`I3: ${held.length} holds without an end`);
  const lost = lossesOf(office.state.workItems);
  report.escrowLossMinor = String(lost.escrow);
  report.riskLossMinor = String(lost.risk);
}

function lossesOf(workItems: readonly string[]): { escrow: bigint; risk: bigint } {
  const sumOf = (kind: string) =>
    workItems
      .filter((item) => item.startsWith(`loss ${kind} `))
      .reduce((sum, item) => sum + BigInt(item.split(" ").at(-1) ?? "0"), 0n);
  return { escrow: sumOf("escrow"), risk: sumOf("risk") };
}

function addCard(office: SmallBackOffice, index: number): void {
  const card: Omit<SmallCard, "passwordVersion" | "state"> = {
    cardId: `card-${index}` as CardId,
    number: `9410009${String(index).padStart(9, "0")}`,
    pin: `77${String(index).padStart(10, "0")}`,
    password: `password ${index}`,
  };
  office.addCard(card, 60_000n);
}

const emptyReport = ({ ops, seed, tills, cards }: SimOptions): SimReport => ({
  seed,
  ops,
  tills,
  cards,
  payments: { online: 0, escrow: 0, risk: 0, refused: 0 },
  syncs: { done: 0, failed: 0 },
  crashes: 0,
  cuts: 0,
  restores: 0,
  entries: 0,
  escrowLossMinor: "0",
  riskLossMinor: "0",
  riskCapMinor: String(TERMINAL_CAP * BigInt(tills)),
  violations: [],
});
