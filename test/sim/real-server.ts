// The real back office as the simulation's server: requests as its routes take them, and what happens at its console.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SyncRequest } from "#core/contract/terminal.ts";
import { SIGNATURE_AGE_MS_MAX } from "#core/contract/terminal-signature.ts";
import { FailureError, fail } from "#core/errors.ts";
import type { StaffId, TerminalId } from "#core/ids.ts";
import { krw } from "#core/money.ts";
import { after, durationMs } from "#core/time.ts";
import type { Database } from "#database/database.ts";
import { numberOf, textOf } from "#database/row.ts";
import { backUp, type MortalDatabase, mortal, openBooks, restoreFrom, ServerCrash } from "./memory-books.ts";
import { watchQuietRestores } from "./quiet-restores.ts";
import { faultsAtEnd, faultsNow } from "./real-faults.ts";
import { lossesOf } from "./real-losses.ts";
import { MERCHANT, type OfficeDeps, type RealOffice, startOffice, takeOnMerchant } from "./real-office.ts";
import { writeSeededKeys } from "./seeded-keys.ts";
import type { SimCard, SimServer, SimWorld } from "./sim-server.ts";

const MANAGER = "mina" as StaffId;
/** Of 1,000 transactions, how many the process does not live to see committed, or to tell of. */
const CRASHES_PER_MILLE = 1;
/** Restarting, or restoring a back-up, takes this long at least: no two things then happen at one instant. */
const DOWN_MS = 5_000;
/** Some cards are nearly empty from the start, so that what tills hold of them is wanted back. */
const CARD_WON_MIN = 20_000;
const CARD_WON_MAX = 600_000;

type Held = SimCard & { readonly passwords: Map<number, string> };

export async function openRealServer(
  world: SimWorld,
  options: Readonly<{ cards: number; whileWaiting(): Promise<void> }>,
): Promise<SimServer> {
  const { clock, random, nextId } = world;
  const dir = mkdtempSync(join(tmpdir(), "countersign-sim-"));
  const backupPath = join(dir, "backup.db");
  const deps: OfficeDeps = { ...world, keysDir: dir, whileWaiting: options.whileWaiting };
  writeSeededKeys(dir, random);
  const counts = { restores: 0, killed: 0, cardsSold: 0 };
  const quiet = watchQuietRestores();
  let books: Database = await openBooks();
  await takeOnMerchant(books, world);
  let isCalm = true;
  const strikes = () => !isCalm && random() * 1_000 < CRASHES_PER_MILLE;
  let hold: MortalDatabase = mortal(books, strikes);
  let office: RealOffice = await startOffice(deps, hold.database);
  let hand: readonly Held[] = [];
  let hasBackup = false;

  const start = async () => {
    clock.at = after(clock.at, durationMs(DOWN_MS));
    hold = mortal(books, strikes);
    office = await startOffice(deps, hold.database);
  };
  /** A request, and what it left to be done; a process that dies of it answers nobody. */
  const ask = async <T>(work: (office: RealOffice) => Promise<T>): Promise<T> => {
    const asked = hold;
    try {
      const answer = await work(office);
      office.tellOfChanges();
      await asked.idle();
      if (asked.isDead()) throw new ServerCrash();
      return answer;
    } catch (error) {
      office.tellOfChanges();
      await asked.idle();
      if (!asked.isDead()) throw error;
      if (asked === hold) {
        counts.killed += 1;
        await start();
      }
      throw new FailureError({ code: "TIMED_OUT", detail: "the back office died" });
    }
  };
  const trading = async (at: RealOffice, terminalId: TerminalId) => at.terminals.trading(terminalId);

  const sellCard = async () => {
    const amount = krw(BigInt(CARD_WON_MIN + Math.floor(random() ** 2 * (CARD_WON_MAX - CARD_WON_MIN))));
    const order = { id: nextId(), makerId: MANAGER, quantity: 1, amount, validDays: 3_650 };
    const [card] = (await ask((at) => at.cards.issue(order))).cards;
    if (card === undefined) return fail("INTERNAL", "a batch has a card");
    const { cardId, number, pin, initialPassword } = card;
    const password = `password ${nextId()}`;
    await ask((at) => at.cards.register({ number, initialPassword, password }));
    hand = [...hand, { cardId, number, pin, password, passwords: new Map([[1, password]]) }].slice(
      -options.cards,
    );
    counts.cardsSold += 1;
  };
  for (let index = 0; index < options.cards; index += 1) await sellCard();
  isCalm = false;

  /** What the holder knows is what the books have: who was answered by nobody tries both. */
  const learnPasswords = async (tried?: Readonly<{ card: Held; password: string }>) => {
    const rows = await books.read.all("SELECT card_id, password_version FROM card");
    const versions = new Map(rows.map((row) => [String(row.card_id), numberOf(row, "password_version")]));
    hand = hand.map((card) => {
      const version = versions.get(card.cardId) ?? 0;
      const passwords = new Map([...card.passwords].filter(([of]) => of <= version));
      if (tried?.card.cardId === card.cardId && !passwords.has(version))
        passwords.set(version, tried.password);
      return { ...card, passwords, password: passwords.get(version) ?? card.password };
    });
  };
  const change = async (card: Held) => {
    const tried = `password ${nextId()}`;
    const { number, password } = card;
    try {
      await ask((at) => at.cards.changePassword({ number, password, newPassword: tried }));
    } finally {
      await learnPasswords({ card, password: tried });
    }
  };
  const atConsole = (card: Held) => ({ cardId: card.cardId, by: MANAGER, reason: "simulated" });
  const isWaiting = async () => (await books.read.get(WAITING)) !== undefined;

  const restore = async () => {
    await hold.idle();
    await books.close();
    clock.at = after(clock.at, durationMs(DOWN_MS));
    const at = clock.now();
    books = await restoreFrom(backupPath, at);
    await start();
    await learnPasswords();
    counts.restores += 1;
    quiet.began(at, random() < 0.5);
  };
  const noteSettled = async () => {
    if (!(await isWaiting())) await quiet.settled(books.read);
  };
  const keep = async () => {
    await backUp(books, backupPath);
    hasBackup = true;
  };
  const happen = async () => {
    const what = random();
    const card = hand[Math.floor(random() * hand.length)] ?? fail("CARD_UNKNOWN");
    if (what < 0.12) {
      // What was sold after the last back-up is lost by a restore, and no till knows of it: here nothing is.
      if (await isWaiting()) return;
      await sellCard();
      await keep();
    } else if (what < 0.3) await ask((at) => at.terminals.setAside.recall(card.cardId));
    else if (what < 0.4) await change(card);
    else if (what < 0.48) await ask((at) => at.cards.block(atConsole(card)));
    else if (what < 0.6)
      for (const each of hand) await codeless(ask((at) => at.cards.unblock(atConsole(each))));
    else if (what < 0.63) await ask((at) => at.cards.end(atConsole(card), "refunded"));
    else if (what < 0.66) await ask((at) => at.cards.sweep());
    else if (what < 0.69) await ask((at) => at.ledger.checkpoint());
    else if (what < 0.72) await start();
    else if (what < 0.92 || !hasBackup) await keep();
    else await restore();
  };

  return {
    // The server refuses what was signed more than two minutes ago. Here that is asked only where a restore came between
    // and took back what it remembered of the id; else ids alone must do, however late a request comes.
    mayTake: ({ at, restores }) => restores === counts.restores || clock.now() - at <= SIGNATURE_AGE_MS_MAX,
    takesRefunds: true,
    restores: () => counts.restores,
    enrol: async (input) => {
      const order = { terminalName: `Till ${nextId()}`, merchantId: MERCHANT, madeBy: MANAGER };
      const { code } = await ask((at) => at.terminals.createCode(order));
      return ask((at) => at.terminals.enrol({ ...input, code }));
    },
    mark: (terminalId) => ask((at) => at.terminals.mark(terminalId)),
    sync: (terminalId, input) => {
      const request = SyncRequest.parse(JSON.parse(JSON.stringify(input)));
      return ask((at) => at.terminals.sync(terminalId, request)).finally(noteSettled);
    },
    snapshot: (terminalId, since) => ask((at) => at.terminals.snapshot(terminalId, since ?? undefined)),
    authorise: async (terminalId, input) => {
      const answer = await ask(async (at) =>
        at.payments.authoriseForTerminal(await trading(at, terminalId), input as never),
      );
      if (answer.kind === "approved") quiet.disturbed();
      return answer;
    },
    isQuiet: quiet.isQuiet,
    attempt: (terminalId, attemptId) => ask((at) => at.payments.attemptOfTerminal(terminalId, attemptId)),
    refund: (terminalId, input) =>
      ask(async (at) => at.payments.refundForTerminal(await trading(at, terminalId), input as never)),
    cards: () => hand,
    happen: async () => {
      try {
        await happen();
      } catch (error) {
        // The console says no, or the back office died: a person tries again another time.
        if (!(error instanceof FailureError)) throw error;
      }
    },
    restart: start,
    isWaiting,
    awaitsSlips: async () => (await books.read.get(AWAITED)) !== undefined,
    losses: () => lossesOf(books.read),
    faults: async (tills, deep) => [...(await faultsNow(books, tills, deep)), ...quiet.faults(tills)],
    faultsAtEnd: (tills) => faultsAtEnd(books, tills),
    counts: () => ({ ...counts, quietRestores: quiet.count() }),
    head: async () => {
      const row = await books.read.get(
        "SELECT hash FROM ledger_batch ORDER BY lane DESC, number DESC LIMIT 1",
      );
      return row === undefined ? "" : textOf(row, "hash");
    },
    close: async () => {
      await hold.idle();
      await books.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

const AWAITED = "SELECT 1 AS awaited FROM sealed_slip WHERE judged_at IS NULL LIMIT 1";
const WAITING = "SELECT 1 AS waiting FROM books_restore WHERE settled_at IS NULL";

async function codeless(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof FailureError)) throw error;
  });
}
