// The real back office as the simulation's server: requests as its routes take them, and what happens at its console.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SyncRequest } from "#core/contract/terminal.ts";
import { SIGNATURE_AGE_MS_MAX } from "#core/contract/terminal-signature.ts";
import { FailureError, fail } from "#core/errors.ts";
import type { TerminalId } from "#core/ids.ts";
import { after, durationMs } from "#core/time.ts";
import type { Database } from "#database/database.ts";
import { ifPossible, MANAGER, someCustomers } from "./customers.ts";
import { backUp, type MortalDatabase, mortal, openBooks, restoreFrom, ServerCrash } from "./memory-books.ts";
import { watchQuietRestores } from "./quiet-restores.ts";
import { faultsAtEnd, faultsNow } from "./real-faults.ts";
import { lossesOf } from "./real-losses.ts";
import { MERCHANT, type OfficeDeps, type RealOffice, startOffice, takeOnMerchant } from "./real-office.ts";
import { writeSeededKeys } from "./seeded-keys.ts";
import type { SimCard, SimServer, SimWorld } from "./sim-server.ts";

/** Of 1,000 transactions, how many the process does not live to see committed, or to tell of. */
const CRASHES_PER_MILLE = 1;
/**
 * A back-up and a restore copy all of the books, and so does a sale of a card here. A run of more operations than this
 * has as many of each as one of this many, spread over all of it.
 */
const OFTEN_COPIED_OPS = 20_000;
/** Restarting, or restoring a back-up, takes this long at least: no two things then happen at one instant. */
const DOWN_MS = 5_000;

export async function openRealServer(
  world: SimWorld,
  options: Readonly<{ cards: number; ops: number; whileWaiting(): Promise<void> }>,
): Promise<SimServer> {
  const { clock, random, nextId } = world;
  const isSpared = () => options.ops > OFTEN_COPIED_OPS && random() >= OFTEN_COPIED_OPS / options.ops;
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

  const customers = someCustomers(world, options.cards, ask, () => books.read);
  for (let index = 0; index < options.cards; index += 1) await customers.buy();
  isCalm = false;

  const atConsole = (card: SimCard) => ({ cardId: card.cardId, by: MANAGER, reason: "simulated" });
  const isWaiting = async () => (await books.read.get(WAITING)) !== undefined;

  const restore = async () => {
    await hold.idle();
    await books.close();
    clock.at = after(clock.at, durationMs(DOWN_MS));
    const at = clock.now();
    books = await restoreFrom(backupPath, at);
    await start();
    await customers.remember();
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
    const hand = customers.cards();
    const card = hand[Math.floor(random() * hand.length)] ?? fail("CARD_UNKNOWN");
    if (what < 0.12) {
      // What was sold after the last back-up is lost by a restore, and no till knows of it: here nothing is.
      if ((await isWaiting()) || isSpared()) return;
      await customers.buy();
      counts.cardsSold += 1;
      await keep();
    } else if (what < 0.3) await ask((at) => at.terminals.setAside.recall(card.cardId));
    else if (what < 0.4) await customers.changePassword(card);
    else if (what < 0.48) await ask((at) => at.cards.block(atConsole(card)));
    else if (what < 0.6)
      for (const each of hand) await ifPossible(ask((at) => at.cards.unblock(atConsole(each))));
    // Cards end as seldom as others take their place.
    else if (what < 0.63) {
      if (!isSpared()) await ask((at) => at.cards.end(atConsole(card), "refunded"));
    } else if (what < 0.66) await ask((at) => at.cards.sweep());
    else if (what < 0.69) await ask((at) => at.ledger.checkpoint());
    else if (what < 0.72) await start();
    else if (isSpared()) return;
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
      // A terminal whose till never heard of its enrolment would be awaited after each restore until it is written off.
      isCalm = true;
      const { code } = await ask((at) => at.terminals.createCode(order));
      const enrolment = await ask((at) => at.terminals.enrol({ ...input, code }));
      isCalm = false;
      return enrolment;
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
    cards: customers.cards,
    happen: () => ifPossible(happen()),
    restart: start,
    isWaiting,
    awaitsSlips: async () => (await books.read.get(AWAITED)) !== undefined,
    losses: () => lossesOf(books.read),
    faults: async (tills, deep) => [...(await faultsNow(books, tills, deep)), ...quiet.faults(tills)],
    faultsAtEnd: (tills) => faultsAtEnd(books, tills),
    counts: () => ({ ...counts, quietRestores: quiet.count() }),
    transfers: async () =>
      JSON.stringify(
        await books.read.all(
          `SELECT id, debit, credit, CAST(amount AS TEXT) AS amount, recorded_at FROM ledger_transfer
           ORDER BY lane, batch, position`,
        ),
      ),
    close: async () => {
      await hold.idle();
      await books.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

const AWAITED = "SELECT 1 AS awaited FROM sealed_slip WHERE judged_at IS NULL LIMIT 1";
const WAITING = "SELECT 1 AS waiting FROM books_restore WHERE settled_at IS NULL";
