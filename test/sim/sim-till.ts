// A simulated till: the real journal, store, desk and sync over a database in memory; only its screen is missing.
import { type ErrorCode, FailureError } from "#core/errors.ts";
import type { AttemptId, SaleId } from "#core/ids.ts";
import type { EntryDraft } from "#core/journal/entry.ts";
import { krw } from "#core/money.ts";
import { numberOf, textOf } from "#database/row.ts";
import { SAYS_NOTHING } from "#main/till/receipts/refund.ts";
import { entryAt } from "#main/till/store/entry-rows.ts";
import type { Drafts, Journal } from "#main/till/store/journal.ts";
import type { TillDatabase } from "#main/till/store/tx.ts";
import type { EnrolledRing } from "#main/till/sync/enrol.ts";
import { krwWire } from "#test/world/small-back-office.ts";
import { approvedOnline, openSmallTill, payOffline } from "#test/world/small-till.ts";
import { completion, type RefundAsk, refundApproval, refundAsk, type SimSlip } from "./sale-drafts.ts";
import { seededTillSecrets } from "./seeded-keys.ts";
import { type SimLine, simLine } from "./sim-line.ts";
import type { SimCard, SimServer, SimWorld } from "./sim-server.ts";
import { codeOf, startTill, type TillProcess, unsyncedRisk } from "./till-process.ts";

/** Thrown in the middle of a write: the process is gone, the transaction with it. */
export class Crash extends Error {
  readonly till: SimTill;

  constructor(till: SimTill) {
    super("the machine lost its power");
    this.till = till;
  }
}

/** Changes no row, so that the transaction ends here. */
const POWER_LOST = { sql: "DELETE FROM settings WHERE 0 = 1", must: "the machine keeps its power" } as const;

export type SimDeps = SimWorld & Readonly<{ server: SimServer }>;

/** `restores`: of the books, when it was approved. */
type OpenSale = Readonly<{ slip: SimSlip; restores: number }>;
type Unknown = Readonly<{ saleId: SaleId; tenderId: string; attemptId: AttemptId }>;

/** Of 1,000 writes, how many the power cuts in the middle. */
const CRASHES_PER_MILLE = 2;
/** Sales that may be refunded still; the oldest go first. */
const KEPT_MAX = 50;
export class SimTill {
  readonly line: SimLine;
  readonly database: TillDatabase;
  /** What the cashier was told is paid, by slip; a void takes it out again, a refund its amount. */
  readonly acknowledged = new Map<string, bigint>();
  /** Slips approved on line before a restore of the books and completed after it. */
  readonly acrossRestores = new Set<string>();
  /** The most that was ever at risk here when a slip was taken. */
  highestRisk: Readonly<{ atRisk: bigint; slips: number }> = { atRisk: 0n, slips: 0 };
  readonly #ring: EnrolledRing;
  readonly #deps: SimDeps;
  /** Approved, but the sale is not over. */
  readonly #open: OpenSale[] = [];
  readonly #sold: SimSlip[] = [];
  #running: TillProcess;

  private constructor(
    deps: SimDeps,
    ring: EnrolledRing,
    database: TillDatabase,
    line: SimLine,
    running: TillProcess,
  ) {
    this.#deps = deps;
    this.#ring = ring;
    this.database = database;
    this.line = line;
    this.#running = running;
  }

  static async open(deps: SimDeps): Promise<SimTill> {
    const { database, ring } = await openSmallTill({
      ...deps,
      secrets: seededTillSecrets(deps.random),
      enrol: (request) => deps.server.enrol(request),
    });
    const line = simLine(deps.server, ring.enrolment.terminalId, deps);
    return new SimTill(deps, ring, database, line, await startTill(deps, ring, database, line));
  }

  get journal(): Journal {
    return this.#running.journal;
  }

  get terminalId() {
    return this.#ring.enrolment.terminalId;
  }

  get openSales(): number {
    return this.#open.length;
  }

  /** What was in memory is gone; what was written is there. */
  async restart(): Promise<void> {
    this.#running.stop();
    this.#running = await startTill(this.#deps, this.#ring, this.database, this.line);
    const open = await this.#openAttempts("asked");
    await this.journal.append(
      open.map((attempt) => ({ kind: "tender-unknown", body: { ...attempt, code: "PEER_GONE" } })),
      { staffId: null },
    );
  }

  close(): Promise<void> {
    this.#running.stop();
    return this.database.close();
  }

  /** Resolves with why it did not get through, or undefined. */
  sync(mustPull: boolean): Promise<ErrorCode | undefined> {
    return codeOf(this.#running.sync(mustPull));
  }

  async payOnline(card: SimCard, amount: number, password: string): Promise<void> {
    const sale = this.#newSale();
    const attemptId = this.#deps.nextId() as AttemptId;
    const { desk } = this.#running;
    const mention = await desk.mention(card.number);
    await this.#append([
      {
        kind: "tender-attempted",
        body: { ...sale, attemptId, amount: krwWire(amount), card: mention, route: "online" },
      },
    ]);
    try {
      const answer = await this.line.server.authorise({
        ...sale,
        attemptId,
        amount: krwWire(amount),
        card: { number: card.number, password },
      });
      if (answer.kind === "approved") {
        const named = { ...mention, cardId: answer.cardId };
        await this.#approve(
          approvedOnline({ ...sale, number: card.number, amount }, attemptId, named, answer.balanceAfter),
        );
        await desk.learn({
          number: card.number,
          password,
          cardId: answer.cardId,
          passwordVersion: answer.passwordVersion,
        });
        return;
      }
      const code = answer.kind === "declined" ? answer.code : "NOT_FOUND";
      await this.#append([{ kind: "tender-declined", body: { ...sale, attemptId, code } }]);
      if (answer.kind === "declined" && answer.ownGrants.length > 0)
        await codeOf(desk.closeGrants(answer.ownGrants));
    } catch (error) {
      if (!(error instanceof FailureError)) throw error;
      const { code } = error.failure;
      await this.#append([{ kind: "tender-unknown", body: { ...sale, attemptId, code } }]);
      await this.#afterNoAnswer(card, amount, password, { ...sale, attemptId });
    }
  }

  /** The cashier goes on offline in its place, gives it up, or leaves it for later. */
  async #afterNoAnswer(card: SimCard, amount: number, password: string, unknown: Unknown): Promise<void> {
    const choice = this.#deps.random();
    if (choice < 0.5) await this.payAtTill(card, amount, password, unknown);
    else if (choice < 0.8) await this.#close(unknown);
  }

  async #close({ saleId, attemptId }: Readonly<{ saleId: SaleId; attemptId: AttemptId }>): Promise<void> {
    await this.#append([{ kind: "attempt-closed", body: { saleId, attemptId } }]);
  }

  /** Asks what became of attempts that have no answer; an approved one is given up, as its customer has left. */
  async resolveAttempts(): Promise<void> {
    for (const { saleId, tenderId, attemptId } of await this.#openAttempts("unknown")) {
      try {
        const state = await this.line.server.attempt({ attemptId });
        if (state.kind === "declined")
          await this.#append([
            { kind: "tender-declined", body: { saleId, tenderId, attemptId, code: state.code } },
          ]);
        else await this.#close({ saleId, attemptId });
      } catch (error) {
        if (!(error instanceof FailureError)) throw error;
        return;
      }
    }
    const rows = await this.database.read.all(
      "SELECT epoch, seq FROM attempts WHERE purpose = 'refund' AND state = 'asked' ORDER BY seq LIMIT 20",
    );
    for (const row of rows) {
      const place = { epoch: textOf(row, "epoch"), seq: numberOf(row, "seq") };
      const { body } = await entryAt(this.database.read, place, "refund-attempted");
      await this.#askRefund(body as RefundAsk);
    }
  }

  async payAtTill(card: SimCard, amount: number, password: string, superseded?: Unknown): Promise<string> {
    const { journal, desk } = this.#running;
    const sale = {
      ...(superseded ?? this.#newSale()),
      number: this.#deps.random() < 0.3 ? card.pin : card.number,
      password,
      amount,
      ...(superseded === undefined ? {} : { supersedes: [superseded.attemptId] }),
    };
    const outcome = await payOffline(desk, this.#crashing(journal), sale);
    if (outcome !== "escrow" && outcome !== "risk") return outcome;
    const { epoch, seq } = journal.head();
    const [entry] = await journal.entriesAfter({ epoch, seq: seq - 1 }, 1);
    if (outcome === "risk") await this.#noteRisk();
    await this.#acknowledge(entry?.body as SimSlip);
    return outcome;
  }

  /** The customer changes his mind before the sale is over. */
  async voidOne(): Promise<void> {
    const open = this.#pick(this.#open);
    if (open === undefined) return;
    const { slip } = open;
    await this.#append([{ kind: "tender-voided", body: { ...slip, reason: "changed mind" } }]);
    this.#open.splice(this.#open.indexOf(open), 1);
    this.acknowledged.delete(slip.tender.tenderId);
  }

  async completeOne(): Promise<void> {
    const open = this.#pick(this.#open);
    if (open !== undefined) await this.#complete(open);
  }

  /** Part of a sale is given back, on line or at this till's own risk, never while another refund of it is open. */
  async refundOne(): Promise<void> {
    const slip = this.#pick(this.#sold);
    const left = this.acknowledged.get(slip?.tender.tenderId ?? "") ?? 0n;
    if (slip === undefined || left === 0n) return;
    const amount = 1n + BigInt(Math.floor(this.#deps.random() * Number(left)));
    const open = await this.database.read.get(
      "SELECT 1 AS one FROM attempts WHERE sale_id = ? AND purpose = 'refund' AND state IN ('asked', 'unknown')",
      [slip.saleId],
    );
    if (open !== undefined) return;
    const ids = { refundId: this.#deps.nextId(), attemptId: this.#deps.nextId() as AttemptId };
    const ask = refundAsk(slip, ids, krwWire(amount));
    if (this.#deps.random() < 0.7) {
      await this.#append([{ kind: "refund-attempted", body: ask }]);
      await this.#askRefund(ask);
    } else if ((await this.#running.desk.refundAllowed(krw(amount), slip.tender.card)) === null) {
      await this.#refunded(ask, "offline");
      await this.#noteRisk();
    }
  }

  async #askRefund(ask: RefundAsk): Promise<void> {
    const { attemptId, refundId, tenderId, amount, saleId } = ask;
    let refused: ErrorCode;
    try {
      // As connect.ts has it: the back office must know the sale first.
      await this.#running.sync(false);
      const answer = await this.line.server.refund({ attemptId, refundId, tenderId, amount });
      if (answer.kind === "approved") return await this.#refunded(ask, "online");
      refused = answer.code as ErrorCode;
    } catch (error) {
      if (!(error instanceof FailureError)) throw error;
      refused = error.failure.code;
    }
    if (SAYS_NOTHING.has(refused)) return;
    await this.#append([{ kind: "refund-declined", body: { refundId, saleId, attemptId, code: refused } }]);
  }

  async #refunded(ask: RefundAsk, route: "online" | "offline"): Promise<void> {
    await this.#append(refundApproval(ask, route));
    const left = this.acknowledged.get(ask.tenderId) ?? 0n;
    this.acknowledged.set(ask.tenderId, left - BigInt(ask.amount.minor));
  }

  /**
   * Measured as each risk slip is taken: a server that was restored puts back at risk what it had countersigned, which
   * may be more than the cap, and then nothing more is taken until it is sent again.
   */
  async #noteRisk(): Promise<void> {
    const { atRisk, slips } = await unsyncedRisk(this.journal);
    this.highestRisk = {
      atRisk: atRisk > this.highestRisk.atRisk ? atRisk : this.highestRisk.atRisk,
      slips: Math.max(slips, this.highestRisk.slips),
    };
  }

  async #approve(draft: EntryDraft): Promise<void> {
    await this.#append([draft]);
    if (draft.kind === "tender-approved") await this.#acknowledge(draft.body as SimSlip);
  }

  /** Most sales are over with their slip; some wait for the rest of their money. */
  async #acknowledge({ saleId, tender }: SimSlip): Promise<void> {
    const open = { slip: { saleId, tender }, restores: this.#deps.server.restores() };
    this.#open.push(open);
    this.acknowledged.set(tender.tenderId, BigInt(tender.amount.minor));
    if (this.#deps.random() < 0.5) await this.#complete(open);
  }

  async #complete(open: OpenSale): Promise<void> {
    const { slip, restores } = open;
    await this.#append(completion(slip));
    this.#open.splice(this.#open.indexOf(open), 1);
    this.#sold.push(slip);
    if (this.#sold.length > KEPT_MAX) this.#sold.shift();
    if (slip.tender.approval.kind === "online" && this.#deps.server.restores() > restores)
      this.acrossRestores.add(slip.tender.tenderId);
  }

  #pick<T>(from: readonly T[]): T | undefined {
    return from[Math.floor(this.#deps.random() * from.length)];
  }

  #newSale() {
    return { saleId: this.#deps.nextId() as SaleId, tenderId: this.#deps.nextId() };
  }

  #append(drafts: Drafts): Promise<unknown> {
    return this.#crashing(this.journal).append(drafts, { staffId: null });
  }

  /** The journal on a machine that may lose its power in the middle of a write: all of it is there but the commit. */
  #crashing(journal: Journal): Journal {
    const isLast = this.#deps.random() * 1_000 < CRASHES_PER_MILLE;
    if (!isLast) return journal;
    return {
      ...journal,
      append: async (drafts, options) => {
        try {
          return await journal.append(drafts, { ...options, effects: () => [POWER_LOST] });
        } catch (error) {
          if (error instanceof FailureError && error.failure.detail === POWER_LOST.must)
            throw new Crash(this);
          throw error;
        }
      },
    };
  }

  async #openAttempts(state: "asked" | "unknown") {
    const rows = await this.database.read.all(
      `SELECT attempt_id, sale_id, about_id FROM attempts WHERE purpose = 'payment' AND state = ?
       ORDER BY seq LIMIT 20`,
      [state],
    );
    return rows.map((row) => ({
      attemptId: textOf(row, "attempt_id") as AttemptId,
      saleId: textOf(row, "sale_id") as SaleId,
      tenderId: textOf(row, "about_id"),
    }));
  }
}
