// A simulated till: the real journal, store, desk and sync over a database in memory; only its screen is missing.
import { createHash } from "node:crypto";
import { pino } from "pino";
import { type ErrorCode, FailureError } from "#core/errors.ts";
import type { AttemptId, SaleId } from "#core/ids.ts";
import type { Tender } from "#core/journal/bodies.ts";
import { decodeEntry, type EntryDraft } from "#core/journal/entry.ts";
import type { Clock } from "#core/time.ts";
import { textOf } from "#database/row.ts";
import type { PasswordHasher } from "#main/till/keys/password-hash.ts";
import { tillKeysOf } from "#main/till/keys/till-keys.ts";
import { makeOfflineDesk } from "#main/till/offline/desk.ts";
import type { OfflineDesk } from "#main/till/ports.ts";
import type { Journal } from "#main/till/store/journal.ts";
import type { TillDatabase } from "#main/till/store/tx.ts";
import { openCashOnly } from "#main/till/sync/cash-only.ts";
import type { EnrolledRing } from "#main/till/sync/enrol.ts";
import { openSnapshotStore } from "#main/till/sync/snapshot-store.ts";
import { syncOnce } from "#main/till/sync/sync-once.ts";
import { makeUploader } from "#main/till/sync/uploader.ts";
import { serverKeyOf } from "#main/till/sync/verify-answers.ts";
import { krwWire, type SmallBackOffice } from "#test/world/small-back-office.ts";
import type { SmallCard } from "#test/world/small-state.ts";
import { approvedOnline, openJournal, openSmallTill, payOffline } from "#test/world/small-till.ts";
import { type SimLine, simLine } from "./sim-line.ts";

/** Argon2id is slow on purpose and proved elsewhere; here only "the same or not" matters. */
const quickHasher: PasswordHasher = {
  hash: async (peppered) => createHash("sha256").update(peppered).digest("hex"),
  verify: async (phc, peppered) => createHash("sha256").update(peppered).digest("hex") === phc,
};

/** Thrown in the middle of a write: the process is gone, the transaction with it. */
export class Crash extends Error {
  readonly till: SimTill;

  constructor(till: SimTill) {
    super("the machine lost its power");
    this.till = till;
  }
}

export type SimDeps = Readonly<{
  office: SmallBackOffice;
  clock: Clock;
  random(): number;
  nextId(): string;
}>;

type Slip = Readonly<{ saleId: SaleId; tender: Extract<Tender, { method: "prepaid" }> }>;
type Running = Readonly<{ journal: Journal; desk: OfflineDesk; sync(): Promise<void>; stop(): void }>;

/** Far more than a simulated till writes between two syncs. */
const UNSYNCED_MAX = 10_000;
/** Of 1,000 writes, how many the power cuts in the middle. */
const CRASHES_PER_MILLE = 2;

export class SimTill {
  readonly line: SimLine;
  readonly database: TillDatabase;
  /** What the cashier was told is paid, by slip; a void takes it out again. */
  readonly acknowledged = new Map<string, bigint>();
  /** The most that was ever at risk here when a slip was taken. */
  highestRisk: Readonly<{ atRisk: bigint; slips: number }> = { atRisk: 0n, slips: 0 };
  readonly #ring: EnrolledRing;
  readonly #deps: SimDeps;
  readonly #slips: Slip[] = [];
  #running: Running;

  private constructor(
    deps: SimDeps,
    ring: EnrolledRing,
    database: TillDatabase,
    line: SimLine,
    running: Running,
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
      enrol: async (request) => deps.office.enrol(request),
    });
    const line = simLine(deps.office, ring.enrolment.terminalId, deps.random);
    return new SimTill(deps, ring, database, line, await start(deps, ring, database, line));
  }

  get journal(): Journal {
    return this.#running.journal;
  }

  get terminalId() {
    return this.#ring.enrolment.terminalId;
  }

  /** What was in memory is gone; what was written is there. */
  async restart(): Promise<void> {
    this.#running.stop();
    this.#running = await start(this.#deps, this.#ring, this.database, this.line);
    const open = await this.#openAttempts("asked");
    await this.journal.append(
      open.map((attempt) => ({ kind: "tender-unknown", body: { ...attempt, code: "PEER_GONE" } })),
      { staffId: null },
    );
  }

  /** Resolves with why it did not get through, or undefined. */
  async sync(): Promise<ErrorCode | undefined> {
    return codeOf(this.#running.sync());
  }

  async payOnline(card: SmallCard, amount: number, password: string): Promise<void> {
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
    const ask = () =>
      this.line.server.authorise({
        ...sale,
        attemptId,
        amount: krwWire(amount),
        card: { number: card.number, password },
      });
    try {
      const answer = await ask();
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
  async #afterNoAnswer(
    card: SmallCard,
    amount: number,
    password: string,
    unknown: Readonly<{ saleId: SaleId; tenderId: string; attemptId: AttemptId }>,
  ): Promise<void> {
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
  }

  async payAtTill(
    card: SmallCard,
    amount: number,
    password: string,
    superseded?: Readonly<{ saleId: SaleId; tenderId: string; attemptId: AttemptId }>,
  ): Promise<string> {
    const { journal, desk } = this.#running;
    const sale = {
      ...(superseded ?? this.#newSale()),
      number: this.#deps.random() < 0.3 ? card.pin : card.number,
      password,
      amount,
      ...(superseded === undefined ? {} : { supersedes: [superseded.attemptId] }),
    };
    const outcome = await payOffline(desk, this.#crashing(journal), sale);
    if (outcome === "escrow" || outcome === "risk") {
      const entries = await journal.entriesAfter(
        { epoch: journal.head().epoch, seq: journal.head().seq - 1 },
        1,
      );
      const body = entries[0]?.body as Slip | undefined;
      if (body !== undefined) this.#acknowledge(body);
    }
    if (outcome === "risk") await this.#noteRisk();
    return outcome;
  }

  /**
   * Measured as each risk slip is taken: a server that was restored puts back at risk what it had countersigned, which
   * may be more than the cap, and then nothing more is taken until it is sent again.
   */
  async #noteRisk(): Promise<void> {
    const { atRisk, slips } = await this.#unsyncedRisk();
    this.highestRisk = {
      atRisk: atRisk > this.highestRisk.atRisk ? atRisk : this.highestRisk.atRisk,
      slips: Math.max(slips, this.highestRisk.slips),
    };
  }

  /** What is at risk by the journal alone: risk slips that the server has not countersigned, less those that were voided. */
  async #unsyncedRisk(): Promise<Readonly<{ atRisk: bigint; slips: number }>> {
    const { epoch } = this.journal.head();
    const seq = this.journal.lastCountersigned()?.mark.seq ?? 0;
    const slips = new Map<string, bigint>();
    for (const signed of await this.journal.entriesAfter({ epoch, seq }, UNSYNCED_MAX)) {
      const entry = decodeEntry(signed);
      if (entry?.kind === "tender-voided") slips.delete(entry.body.tender.tenderId);
      if (entry?.kind !== "tender-approved" || entry.body.tender.method !== "prepaid") continue;
      const { tenderId, amount, approval } = entry.body.tender;
      if (approval.kind === "risk") slips.set(tenderId, BigInt(amount.minor));
    }
    const atRisk = [...slips.values()].reduce((sum, amount) => sum + amount, 0n);
    return { atRisk, slips: slips.size };
  }

  /** Voids a slip of this till: the customer changed his mind. */
  async voidOne(): Promise<void> {
    const at = Math.floor(this.#deps.random() * this.#slips.length);
    const slip = this.#slips[at];
    if (slip === undefined) return;
    await this.#append([{ kind: "tender-voided", body: { ...slip, reason: "changed mind" } }]);
    this.#slips.splice(at, 1);
    this.acknowledged.delete(slip.tender.tenderId);
  }

  async #approve(draft: EntryDraft): Promise<void> {
    await this.#append([draft]);
    if (draft.kind === "tender-approved") this.#acknowledge(draft.body as Slip);
  }

  #acknowledge({ saleId, tender }: Slip): void {
    this.#slips.push({ saleId, tender });
    if (this.#slips.length > 50) this.#slips.shift();
    this.acknowledged.set(tender.tenderId, BigInt(tender.amount.minor));
  }

  #newSale() {
    return { saleId: this.#deps.nextId() as SaleId, tenderId: this.#deps.nextId() };
  }

  #append(drafts: readonly EntryDraft[]): Promise<unknown> {
    return this.#crashing(this.journal).append(drafts, { staffId: null });
  }

  /** The journal on a machine that may lose its power in the middle of a write. */
  #crashing(journal: Journal): Journal {
    const isLast = this.#deps.random() * 1_000 < CRASHES_PER_MILLE;
    if (!isLast) return journal;
    return {
      ...journal,
      append: (drafts, options) =>
        journal.append(drafts, {
          ...options,
          effects: async () => {
            throw new Crash(this);
          },
        }),
    };
  }

  async #openAttempts(state: "asked" | "unknown") {
    const rows = await this.database.read.all(
      "SELECT attempt_id, sale_id, about_id FROM attempts WHERE state = ? ORDER BY seq LIMIT 20",
      [state],
    );
    return rows.map((row) => ({
      attemptId: textOf(row, "attempt_id") as AttemptId,
      saleId: textOf(row, "sale_id") as SaleId,
      tenderId: textOf(row, "about_id"),
    }));
  }
}

async function start(
  deps: SimDeps,
  ring: EnrolledRing,
  database: TillDatabase,
  line: SimLine,
): Promise<Running> {
  const { enrolment } = ring;
  const { terminalId } = enrolment;
  const log = pino({ level: "silent" });
  const journal = await openJournal(ring, database, deps);
  const snapshots = await openSnapshotStore(database, journal);
  const serverKey = serverKeyOf(enrolment.serverKey);
  const cashOnly = await openCashOnly(database, terminalId);
  const uploader = makeUploader({ terminalId, serverKey, server: line.server, database, journal });
  const sync = () =>
    syncOnce({ terminalId, serverKey, server: line.server, journal, snapshots, uploader, log }, false);
  const desk = makeOfflineDesk({
    identity: enrolment,
    sealKey: enrolment.sealKey,
    database,
    journal,
    keys: tillKeysOf(ring.secrets),
    hasher: quickHasher,
    rules: snapshots,
    isCashOnly: cashOnly.isSet,
    push: sync,
    log,
  });
  return { journal, desk, sync, stop: desk.stop };
}

async function codeOf(work: Promise<unknown>): Promise<ErrorCode | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof FailureError) return error.failure.code;
    throw error;
  }
}
