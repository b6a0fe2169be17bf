// Sends the journal upwards, in order, from where the back office says it stands. A replay changes nothing.
import type { KeyObject } from "node:crypto";
import type { Mark, SyncAnswer } from "#core/contract/terminal.ts";
import { SYNC_ENTRIES_MAX } from "#core/contract/terminal.ts";
import { instantOf } from "#core/contract/values.ts";
import { type ErrorCode, FailureError } from "#core/errors.ts";
import type { Epoch, TerminalId } from "#core/ids.ts";
import { GENESIS_HASH, type SignedEntry } from "#core/journal/entry.ts";
import { instant } from "#core/time.ts";
import { noteSealed, sealedThrough } from "../offline/sealed-slips.ts";
import type { SentJournal } from "../store/earlier-journal.ts";
import type { TillDatabase } from "../store/tx.ts";
import { keepAnchor } from "./anchors.ts";
import type { ServerLink } from "./server-link.ts";
import { checkCheckpoint, checkMark } from "./verify-answers.ts";

/** The server takes 8 MiB for a journal's body; a batch of large reports stays below. */
const BATCH_CHARS_MAX = 7 * 1_048_576;
/** Batches in one run: beyond them the rest waits for the next, so that a snapshot is pulled between. */
const BATCHES_MAX = 400;

export type Uploader = Readonly<{
  /**
   * Sends everything that the back office has not countersigned; its last answer. Without anything to send it still
   * asks, so that the answer is fresh. Fails with LINE_CUT or TIMED_OUT, with the server's own refusals, with
   * SIGNATURE_WRONG for a mark that is not to be believed, and with CASH_ONLY where the two journals have forked.
   */
  upload(): Promise<SyncAnswer>;
  /**
   * Shows a back office that quarantined the terminal what it has not countersigned: it keeps that for people to judge.
   * Once in a run of the program. Fails as `upload` does where nobody answers.
   */
  show(): Promise<void>;
}>;

export type UploaderOptions = Readonly<{
  terminalId: TerminalId;
  serverKey: KeyObject;
  server: ServerLink;
  database: TillDatabase;
  journal: SentJournal;
  /** The machine is another terminal by now: this one sells no more, and wants no grants. */
  isLeft?: boolean;
}>;

/** What a server says to entries that it keeps but does not believe. */
const REFUSALS_OF_FORKS: ReadonlySet<ErrorCode> = new Set([
  "TERMINAL_QUARANTINED",
  "SYNC_GAP",
  "JOURNAL_BROKEN",
]);

/** Where to go on: after this place of this epoch. */
type Place = Readonly<{ epoch: Epoch; seq: number }>;

export function makeUploader(options: UploaderOptions): Uploader {
  const { terminalId, serverKey, server, database, journal, isLeft = false } = options;
  const leaving = isLeft ? { left: true } : {};
  // What the server confirmed in this run of the program; asked for anew whenever the two disagree.
  let confirmed: Place | undefined;
  let shownFork: Place | undefined;
  // When the back office says that it was restored; undefined until it has said anything.
  let booksRestoredAt: SyncAnswer["booksRestoredAt"];

  /** False where it was restored since its last word: what was signed before that proves nothing to it. */
  const isSameBooks = (answer: Pick<SyncAnswer, "booksRestoredAt">): boolean => {
    const isSame = answer.booksRestoredAt === undefined || answer.booksRestoredAt === booksRestoredAt;
    if (answer.booksRestoredAt !== undefined) booksRestoredAt = answer.booksRestoredAt;
    return isSame;
  };

  const send = async ({ epoch, seq }: Place, entries: readonly SignedEntry[]) => {
    const sent = { fromSeq: seq + 1, throughSeq: entries.at(-1)?.seq ?? seq };
    const sealed = await sealedThrough(database.read, epoch, sent, SYNC_ENTRIES_MAX);
    const head = journal.head();
    const answer = await server.sync({
      epoch,
      entries: [...entries],
      sealed: [...sealed],
      head: { epoch: head.epoch, seq: head.seq },
      ...leaving,
      ...(booksRestoredAt === undefined ? {} : { booksRestoredAt }),
    });
    checkMark(serverKey, terminalId, answer.mark, answer.signature);
    return answer;
  };

  const accept = async (answer: SyncAnswer): Promise<Place> => {
    const { mark, signature, serverTime, prunableBefore } = answer;
    if (mark.seq > 0) await mustBeOurs(journal, mark);
    await journal.countersigned({
      mark,
      signature,
      serverTime: instantOf(serverTime),
      prunableBefore: instantOf(prunableBefore),
    });
    const { checkpoint, booksRestoredAt: restoredAt = null } = answer;
    if (checkpoint) checkCheckpoint(serverKey, terminalId, checkpoint, restoredAt);
    await database.transaction(async (tx) => {
      await noteSealed(tx, {
        ...answer,
        serverTime: instantOf(serverTime),
        prunableBefore: instantOf(prunableBefore),
      });
      if (checkpoint) await keepAnchor(tx, checkpoint, restoredAt);
    });
    return { epoch: mark.epoch, seq: mark.seq };
  };

  const startingPlace = async (): Promise<Place> => {
    const answer = await server.mark();
    const { mark, signature, serverTime } = answer;
    checkMark(serverKey, terminalId, mark, signature);
    isSameBooks(answer);
    journal.sawServerTime(instantOf(serverTime));
    const place = await placeToGoOn(journal, terminalId, mark);
    if (typeof place !== "string") {
      // An epoch that was left behind is all there, and so no longer at risk.
      if (mark.seq > 0 && place.epoch !== mark.epoch) await noteLeftEpoch(mark, signature, serverTime);
      return place;
    }
    await showFork();
    return forked(place);
  };

  const noteLeftEpoch = (mark: Mark, signature: string, serverTime: string) =>
    journal.countersigned({
      mark,
      signature,
      serverTime: instantOf(serverTime),
      // Nothing is known of back-ups from this answer, so nothing may go.
      prunableBefore: instant(0),
    });

  /** A fork is kept whole there. What was shown is not shown again. */
  const showFork = async () => {
    let place: Place | undefined = shownFork ?? journal.lastCountersigned()?.mark;
    place ??= { epoch: (await ownEpochs(journal, terminalId))[0] ?? journal.head().epoch, seq: 0 };
    for (let batches = 0; batches < BATCHES_MAX; batches += 1) {
      const entries = bounded(await journal.entriesAfter(place, SYNC_ENTRIES_MAX));
      const last = entries.at(-1);
      if (last === undefined) {
        const next = await epochAfter(journal, terminalId, place.epoch);
        if (next === undefined) return;
        place = { epoch: next, seq: 0 };
        continue;
      }
      try {
        await server.sync({ epoch: place.epoch, entries: [...entries], sealed: [], ...leaving });
      } catch (error) {
        if (!(error instanceof FailureError) || !REFUSALS_OF_FORKS.has(error.failure.code)) throw error;
      }
      place = { epoch: last.epoch, seq: last.seq };
      shownFork = place;
    }
  };

  const run = async (): Promise<SyncAnswer> => {
    let place = confirmed ?? (await startingPlace());
    for (let batches = 0; batches < BATCHES_MAX; batches += 1) {
      const entries = bounded(await journal.entriesAfter(place, SYNC_ENTRIES_MAX));
      const next = entries.length === 0 ? await epochAfter(journal, terminalId, place.epoch) : undefined;
      if (next !== undefined) {
        place = { epoch: next, seq: 0 };
        continue;
      }
      mustFollow(place, entries);
      const answer = await send(place, entries);
      const reached = await accept(answer);
      confirmed = reached;
      const head = journal.head();
      if (!isSameBooks(answer)) {
        place = reached;
        continue;
      }
      if (entries.length === 0 || (reached.epoch === head.epoch && reached.seq === head.seq)) return answer;
      if (!isFurther(reached, place)) {
        confirmed = undefined;
        throw new FailureError({ code: "LINE_CUT", detail: "the server's mark does not move" });
      }
      place = reached;
    }
    throw new FailureError({ code: "BUSY", detail: "more is written than can be sent" });
  };

  return {
    upload: async () => {
      try {
        return await run();
      } catch (error) {
        const wasRemembered = confirmed !== undefined;
        confirmed = undefined;
        // The server was restored behind what it had confirmed, or another answer of its was lost: ask it where it stands.
        if (wasRemembered && error instanceof FailureError && error.failure.code === "SYNC_GAP") return run();
        throw error;
      }
    },
    show: showFork,
  };
}

/**
 * Where to go on for a mark of the server's, or why the mark is no place of this journal: this disk is a copy, or older
 * than what the back office has, and nobody declared it. A mark beyond an epoch that was left by a declared restore is
 * no fork: what the lost disk had sent after the back-up is the server's to judge.
 */
async function placeToGoOn(
  journal: SentJournal,
  terminalId: TerminalId,
  mark: Mark,
): Promise<Place | string> {
  const epochs = await ownEpochs(journal, terminalId);
  const [first] = epochs;
  if (first === undefined) throw new FailureError({ code: "JOURNAL_BROKEN", detail: "no epoch" });
  if (mark.seq === 0) return { epoch: epochs.includes(mark.epoch) ? mark.epoch : first, seq: 0 };

  if (!epochs.includes(mark.epoch)) return "the server's mark is in an epoch that is not here";
  const own = await hashAt(journal, mark);
  if (own === mark.hash) return { epoch: mark.epoch, seq: mark.seq };
  if (own !== undefined) return "the server holds another entry in this place";
  const next = await epochAfter(journal, terminalId, mark.epoch);
  return next === undefined ? "the server holds entries that are not here" : { epoch: next, seq: 0 };
}

/** What this machine wrote as another terminal, before it was enrolled anew or since, is not this one's to send. */
async function ownEpochs(journal: SentJournal, terminalId: TerminalId): Promise<readonly Epoch[]> {
  const own: Epoch[] = [];
  for (const epoch of await journal.epochs()) {
    const [first] = await journal.entriesAfter({ epoch, seq: 0 }, 1);
    if (first?.terminalId === terminalId) own.push(epoch);
  }
  return own;
}

async function epochAfter(
  journal: SentJournal,
  terminalId: TerminalId,
  epoch: Epoch,
): Promise<Epoch | undefined> {
  const epochs = await ownEpochs(journal, terminalId);
  return epochs[epochs.indexOf(epoch) + 1];
}

/** The hash of an own entry; of one that was pruned, the countersignature still tells it. */
async function hashAt(journal: SentJournal, { epoch, seq }: Mark): Promise<string | undefined> {
  const [entry] = await journal.entriesAfter({ epoch, seq: seq - 1 }, 1);
  if (entry?.seq === seq) return entry.hash;
  const last = journal.lastCountersigned()?.mark;
  return last?.epoch === epoch && last.seq === seq ? last.hash : undefined;
}

async function mustBeOurs(journal: SentJournal, mark: Mark): Promise<void> {
  if ((await hashAt(journal, mark)) !== mark.hash) forked("the server countersigned what is not here");
}

/** What was pruned here and is gone there cannot be sent again: pruning waits for the oldest back-up, so this is a fork. */
function mustFollow(place: Place, entries: readonly SignedEntry[]): void {
  const [next] = entries;
  if (next === undefined) return;
  if (next.seq !== place.seq + 1) forked("entries before the server's mark are no longer here");
  if (place.seq === 0 && next.prevHash !== GENESIS_HASH) forked("the first entry follows another");
}

const isFurther = (reached: Place, before: Place): boolean =>
  reached.epoch !== before.epoch || reached.seq > before.seq;

function bounded(entries: readonly SignedEntry[]): readonly SignedEntry[] {
  let chars = 0;
  const end = entries.findIndex((entry) => {
    chars += JSON.stringify(entry).length;
    return chars > BATCH_CHARS_MAX;
  });
  return end === -1 ? entries : entries.slice(0, Math.max(1, end));
}

const forked = (detail: string): never => {
  throw new FailureError({ code: "CASH_ONLY", detail });
};
