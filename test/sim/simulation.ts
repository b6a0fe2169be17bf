// The simulation: operations drawn from one seed on several tills and a server, with the invariants checked all along.
import { createHash } from "node:crypto";
import { after, durationMs } from "#core/time.ts";
import { randomFrom } from "#test/world/faulty-line.ts";
import { openRealServer } from "./real-server.ts";
import { POLICY, type SimServer, type SimWorld, START, TERMINAL_CAP } from "./sim-server.ts";
import { Crash, SimTill } from "./sim-till.ts";
import { openSmallServer } from "./small-server.ts";

export type SimOptions = Readonly<{
  server: "real" | "small";
  ops: number;
  seed: number;
  tills: number;
  cards: number;
}>;

export type SimReport = SimOptions & {
  payments: { online: number; escrow: number; risk: number; refused: number };
  /** Why tills refused, by code. */
  refusals: Record<string, number>;
  refunds: number;
  syncs: { done: number; failed: number };
  crashes: number;
  cuts: number;
  restores: number;
  /** What the server alone counts. */
  serverCounts: Readonly<Record<string, number>>;
  entries: number;
  /** Of all entries and all transfers: equal runs have written the very same. */
  fingerprint: string;
  escrowLossMinor: string;
  riskLossMinor: string;
  restoredLossMinor: string;
  riskCapMinor: string;
  violations: string[];
};

/** Sums over the tables are compared this often; the floor of every account is checked at every posting. */
const CHECK_EVERY = 500;
/** All of the books are derived again this often; it costs as much as all that came before. */
const DEEP_CHECKS = 20;
/** A run that goes wrong says so once and stops: what follows a first fault explains nothing. */
const VIOLATIONS_MAX = 1;
const QUIET_TURNS_MAX = 400;

/** `tell` hears from time to time how many operations are done. */
export async function simulate(
  options: SimOptions,
  tell: (done: number) => void = () => undefined,
): Promise<SimReport> {
  const random = randomFrom(options.seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const upTo = (max: number) => Math.floor(random() * max);
  let count = 0;
  const nextId = () => {
    count += 1;
    return `sim-${String(count).padStart(9, "0")}`;
  };
  const clock = { at: START, now: () => clock.at };
  const world: SimWorld = { clock, random, nextId };
  const report: SimReport = emptyReport(options);
  const violate = (what: string) => void report.violations.push(what);
  const tills: SimTill[] = [];
  let acting: SimTill | undefined;

  const sync = async (till: SimTill, mustPull: boolean) => {
    const before = await server.losses();
    const isWaiting = await server.isWaiting();
    const code = await till.sync(mustPull);
    if (code === undefined) report.syncs.done += 1;
    else report.syncs.failed += 1;
    if (code === "CASH_ONLY" || code === "TERMINAL_QUARANTINED") violate(`I4: ${till.terminalId} ${code}`);
    const lost = (await server.losses()).risk - before.risk;
    // A restored server hears of many windows at once, so there each till's own exposure is the bound that is checked.
    if (lost > TERMINAL_CAP && !isWaiting) violate(`I5: ${till.terminalId} lost ${lost} at once`);
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

  /** While a payment waits for money that tills give back, one of them may. */
  const whileWaiting = async () => {
    const till = pick(tills);
    if (till !== acting && random() < 0.1) await run(() => sync(till, true));
  };
  const server: SimServer =
    options.server === "real"
      ? await openRealServer(world, { cards: options.cards, ops: options.ops, whileWaiting })
      : openSmallServer(world, options.cards);
  const deps = { ...world, server };
  for (let index = 0; index < options.tills; index += 1) tills.push(await SimTill.open(deps));

  const payment = async (till: SimTill) => {
    const card = pick(server.cards());
    const password = random() < 0.95 ? card.password : "a wrong one";
    const amount = 1 + upTo(random() < 0.1 ? 40_000 : 9_000);
    if (random() < 0.5 && !server.isQuiet()) {
      report.payments.online += 1;
      await till.payOnline(card, amount, password);
      return;
    }
    const outcome = await till.payAtTill(card, amount, password);
    if (outcome === "escrow" || outcome === "risk") report.payments[outcome] += 1;
    else {
      report.payments.refused += 1;
      report.refusals[outcome] = (report.refusals[outcome] ?? 0) + 1;
    }
  };

  const step = async () => {
    const till = pick(tills);
    acting = till;
    const what = random();
    if (what < 0.44) await payment(till);
    else if (what < 0.48) await till.voidOne();
    else if (what < 0.53) await till.completeOne();
    else if (what < 0.56) {
      if (server.takesRefunds) await till.refundOne();
    } else if (what < 0.78) await sync(till, random() < 0.3);
    else if (what < 0.82) await till.resolveAttempts();
    else if (what < 0.88) {
      till.line.isCut = !till.line.isCut;
      report.cuts += 1;
    } else if (what < 0.91) await till.line.deliverLate();
    else if (what < 0.914) {
      await till.restart();
      report.crashes += 1;
    } else if (what < 0.95) await server.happen();
    else clock.at = after(clock.at, durationMs(upTo(random() < 0.05 ? 20 * 3_600_000 : 600_000)));
  };

  const checkNow = async (deep: boolean) => {
    for (const till of tills) {
      const { atRisk, slips } = till.highestRisk;
      if (atRisk > TERMINAL_CAP) violate(`I5: ${till.terminalId} risked ${atRisk}`);
      if (slips > POLICY.countMax) violate(`I5: ${till.terminalId} had ${slips} slips at risk`);
    }
    for (const fault of await server.faults(tills, deep)) violate(fault);
  };

  const deepEvery = Math.max(CHECK_EVERY, Math.ceil(options.ops / DEEP_CHECKS));
  let op = 0;
  for (; op < options.ops && report.violations.length < VIOLATIONS_MAX; op += 1) {
    await run(step);
    if (op % deepEvery === 0 && op > 0) tell(op);
    if (op % CHECK_EVERY === 0) await checkNow(op % deepEvery < CHECK_EVERY);
  }

  // The line mends, and everything comes in.
  acting = undefined;
  for (const till of tills) till.line.isCut = false;
  // A turn completes one sale of each till, and a long run leaves hundreds open.
  const turnsMax = QUIET_TURNS_MAX + Math.max(...tills.map(({ openSales }) => openSales));
  for (let turn = 0; turn < turnsMax && !(await isQuiet(tills, server)); turn += 1) {
    for (const till of tills) {
      await run(() => till.completeOne());
      await run(() => till.resolveAttempts());
      await run(() => sync(till, true));
    }
  }
  await checkNow(true);
  await checkEnd(tills, server, report, violate);
  const ran = { ...report, ops: op, fingerprint: await fingerprintOf(tills, server) };
  for (const till of tills) await till.close();
  await server.close();
  return ran;
}

async function isQuiet(tills: readonly SimTill[], server: SimServer): Promise<boolean> {
  for (const till of tills) {
    const [open] = await till.database.read.all(
      "SELECT attempt_id FROM attempts WHERE state IN ('asked', 'unknown') LIMIT 1",
    );
    if (open !== undefined || till.openSales > 0 || till.journal.unsynced().count > 0) return false;
  }
  return !(await server.isWaiting()) && !(await server.awaitsSlips());
}

/** When all is in: each acknowledged slip stands, each chain holds, and the server has what it must have. */
async function checkEnd(
  tills: readonly SimTill[],
  server: SimServer,
  report: SimReport,
  violate: (what: string) => void,
): Promise<void> {
  if (!(await isQuiet(tills, server))) violate("I2: not everything came in");
  for (const till of tills) {
    if (till.journal.unsynced().count > 0) violate(`I2: ${till.terminalId} cannot sync`);
    for (const tenderId of till.acknowledged.keys()) {
      const row = await till.database.read.get("SELECT state FROM tenders WHERE tender_id = ?", [tenderId]);
      if (row?.state !== "approved") violate(`I2: ${tenderId} was acknowledged and is gone`);
    }
    const chain = await till.journal.verify();
    report.entries += chain.entries;
    if (chain.broken !== null) violate(`I4: ${till.terminalId} ${chain.broken.why} at ${chain.broken.seq}`);
    const [refunds] = await till.database.read.all(
      "SELECT COUNT(*) AS refunds FROM receipts WHERE kind = 'refund'",
    );
    report.refunds += Number(refunds?.refunds ?? 0);
  }
  for (const fault of await server.faultsAtEnd(tills)) violate(fault);
  const lost = await server.losses();
  report.restores = server.restores();
  report.serverCounts = { ...server.counts() };
  report.escrowLossMinor = String(lost.escrow);
  report.riskLossMinor = String(lost.risk);
  report.restoredLossMinor = String(lost.restored);
}

/** Sealing takes a nonce of the machine's own, so the hash of what was sealed is left out. */
const SEALED = /"sealedHash":"[0-9a-f]+"/g;

async function fingerprintOf(tills: readonly SimTill[], server: SimServer): Promise<string> {
  const hash = createHash("sha256");
  for (const { journal } of tills) {
    const { epoch } = journal.head();
    for (let seq = 0; ; ) {
      const page = await journal.entriesAfter({ epoch, seq }, 1_000);
      for (const { id, kind, at, body } of page)
        hash.update(JSON.stringify([id, kind, at, body]).replaceAll(SEALED, ""));
      const last = page.at(-1);
      if (last === undefined) break;
      seq = last.seq;
    }
  }
  return hash.update(await server.transfers()).digest("hex");
}

const emptyReport = (options: SimOptions): SimReport => ({
  ...options,
  payments: { online: 0, escrow: 0, risk: 0, refused: 0 },
  refusals: {},
  refunds: 0,
  syncs: { done: 0, failed: 0 },
  crashes: 0,
  cuts: 0,
  restores: 0,
  serverCounts: {},
  entries: 0,
  fingerprint: "",
  escrowLossMinor: "0",
  riskLossMinor: "0",
  restoredLossMinor: "0",
  riskCapMinor: String(TERMINAL_CAP * BigInt(options.tills)),
  violations: [],
});
