// Sends what was written under earlier enrolments of this machine, each under its own id and by its own key, before what
// is written now. The back office takes it as any late batch of that terminal.
import { type KeyObject, randomBytes } from "node:crypto";
import type { Logger } from "pino";
import { type ErrorCode, FailureError, fail } from "#core/errors.ts";
import type { TerminalId } from "#core/ids.ts";
import { instant } from "#core/time.ts";
import type { EarlierKeys } from "../keys/key-store.ts";
import { signingKeysOf } from "../keys/till-keys.ts";
import { unjudgedOf } from "../offline/sealed-slips.ts";
import type { Earlier } from "../ports.ts";
import { earlierTerminals, journalOfEarlier, unsentOfEarlier } from "../store/earlier-journal.ts";
import type { Journal } from "../store/journal.ts";
import type { TillDatabase } from "../store/tx.ts";
import { type EarlierEnd, readEnds, writeEnds } from "./earlier-ends.ts";
import { makeServerLink, type ServerLink } from "./server-link.ts";
import { makeTransport, type TransportOptions } from "./transport.ts";
import { makeUploader, type Uploader } from "./uploader.ts";

/** A refusal that the back office would only repeat, until its books are others. */
const FOR_GOOD: ReadonlySet<ErrorCode> = new Set([
  "TERMINAL_UNKNOWN",
  "TERMINAL_QUARANTINED",
  "TERMINAL_WRITTEN_OFF",
  "CASH_ONLY",
  "JOURNAL_BROKEN",
]);
const NO_ANSWER: ReadonlySet<ErrorCode> = new Set(["LINE_CUT", "TIMED_OUT"]);

/** Nobody answers, or not now: this says nothing of what is sent. */
const PASSING: ReadonlySet<ErrorCode> = new Set([...NO_ANSWER, "BUSY", "NOT_READY"]);

/** After a failure that may pass. What is written now goes up meanwhile. */
const RETRY_MS = 5_000;
const RETRY_MS_MAX = 10 * 60_000;
/** Refusals before people are told. It is still tried, as rarely as that: what is refused may be mended. */
const REFUSALS_SHOWN = 5;
/** Sealed credentials go up by the hundred, and are judged in the answer. */
const TURNS_MAX = 5;

export type EarlierSender = Earlier &
  Readonly<{
    /**
     * Sends what is due, where somebody answers: fails only as a question to the back office does where nobody answers.
     * What else goes wrong is kept here, as it must hold up nothing that is written now.
     */
    send(): Promise<void>;
    /** When the back office was last restored, as it said last: other books may lack what these had. */
    booksAre(restoredAt: string | null): void;
  }>;

export type EarlierOptions = Readonly<{
  keys: readonly EarlierKeys[];
  /** The present terminal, and its line. */
  terminalId: TerminalId;
  server: Pick<ServerLink, "mark">;
  /** The back office's of now, which may have other keys than when the earlier ones were enrolled. */
  serverKey: KeyObject;
  transport: Omit<TransportOptions, "signer">;
  database: TillDatabase;
  journal: Journal;
  /** Of a clock that nobody sets: the journal's may stand still for as long as one entry is ahead of it. */
  uptimeMs(): number;
  log: Logger;
}>;

type Sender = Uploader & Pick<ServerLink, "refund">;

/** One terminal that this machine was. */
type Left = {
  readonly terminalId: TerminalId;
  /** Or why there is none: null where its keys are gone, or sealed by the other shell. */
  readonly sender: Sender | ErrorCode | null;
  failures: number;
  /** Those of its failures in a row that were refusals, and the last of them. */
  refusals: number;
  refusal: ErrorCode | undefined;
  /** By `uptimeMs`. */
  notBeforeMs: number;
  /** In this run. */
  isAsked: boolean;
};

export async function openEarlier(options: EarlierOptions): Promise<EarlierSender> {
  const { terminalId: present, server, database, journal, uptimeMs, log } = options;
  const lefts: Left[] = [];
  for (const terminalId of await earlierTerminals(database.read, present)) {
    const sender = await senderOf(options, terminalId).catch((error: unknown) => {
      log.error({ err: error, terminalId }, "earlier.unreadable");
      return error instanceof FailureError ? error.failure.code : "DATABASE_CORRUPT";
    });
    const untried = { failures: 0, refusals: 0, refusal: undefined, notBeforeMs: 0, isAsked: false };
    lefts.push({ terminalId, sender, ...untried });
  }
  const ends = new Map(await readEnds(database.read));
  let unsent = await unsentOfEarlier(database.read, present);
  let books: string | null | undefined;

  /** What was settled with other books is not settled; who was unknown is asked for once in each run. */
  const isDue = ({ terminalId, sender, isAsked, notBeforeMs }: Left): boolean => {
    if (!isSender(sender) || uptimeMs() < notBeforeMs) return false;
    const end = ends.get(terminalId);
    return end === undefined || end.books !== books || (end.code === "TERMINAL_UNKNOWN" && !isAsked);
  };

  const noteEnd = async (left: Left, code: ErrorCode | null): Promise<void> => {
    const end: EarlierEnd = { code, books: books ?? null, at: journal.now() };
    const before = ends.get(left.terminalId);
    if (before?.code === code && before.books === end.books) return;
    await writeEnds(database, new Map([...ends, [left.terminalId, end]]));
    ends.set(left.terminalId, end);
    const fields = { terminalId: left.terminalId, code };
    if (code === null) log.info(fields, "earlier.sent");
    else log.error(fields, "earlier.refused");
  };

  /** The code of a failure that may pass; undefined once it is settled. */
  const tryOne = async (left: Left): Promise<ErrorCode | undefined> => {
    try {
      await noteEnd(left, await verdictOn(database, left));
      return undefined;
    } catch (error) {
      if (error instanceof FailureError) return error.failure.code;
      log.error({ err: error, terminalId: left.terminalId }, "earlier.defect");
      return "INTERNAL";
    }
  };

  const sendOne = async (left: Left): Promise<ErrorCode | undefined> => {
    const code = await tryOne(left);
    left.isAsked = true;
    if (code === undefined) {
      left.failures = 0;
      left.refusals = 0;
      return undefined;
    }
    const waitMs = Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** Math.min(left.failures, 16));
    left.failures += 1;
    left.notBeforeMs = uptimeMs() + waitMs;
    if (!PASSING.has(code)) {
      left.refusals += 1;
      left.refusal = code;
    }
    log.warn({ terminalId: left.terminalId, code, waitMs }, "earlier.not-sent");
    return code;
  };

  /** Why it is not sent; undefined where all of it is, or waits only for the line. */
  const hindranceOf = ({ terminalId, sender, refusals, refusal }: Left): ErrorCode | null | undefined => {
    if (!isSender(sender)) return sender;
    return ends.get(terminalId)?.code ?? (refusals < REFUSALS_SHOWN ? undefined : refusal);
  };

  return {
    send: async () => {
      if (!lefts.some(isDue)) return;
      // Whoever answers this is there: with a cut line it costs no more than what is asked next.
      books = (await server.mark()).booksRestoredAt ?? null;
      for (const left of lefts.filter(isDue)) {
        const code = await sendOne(left);
        if (code !== undefined && NO_ANSWER.has(code)) break;
      }
      unsent = await unsentOfEarlier(database.read, present);
    },
    booksAre: (restoredAt) => {
      books = restoredAt;
    },
    unsynced: () => {
      const waiting = lefts.flatMap((left) =>
        hindranceOf(left) === undefined ? (unsent.get(left.terminalId) ?? []) : [],
      );
      const ages = waiting.map(({ oldestAt }) => oldestAt);
      return {
        count: waiting.reduce((sum, { count }) => sum + count, 0),
        oldestAt: ages.length === 0 ? null : instant(Math.min(...ages)),
      };
    },
    leftBehind: () =>
      lefts.flatMap((left) => {
        const { terminalId } = left;
        const entries = unsent.get(terminalId);
        const code = hindranceOf(left);
        return entries === undefined || code === undefined ? [] : [{ terminalId, ...entries, code }];
      }),
    lineOf: (terminalId) => {
      const left = lefts.find((each) => each.terminalId === terminalId);
      if (left === undefined || !isSender(left.sender) || hindranceOf(left) !== undefined)
        return { kind: "gone" };
      const end = ends.get(terminalId);
      const isThere = end?.code === null && end.books === books;
      return isThere ? { kind: "open", refund: left.sender.refund } : { kind: "waiting" };
    },
  };
}

const isSender = (sender: Left["sender"]): sender is Sender => sender !== null && typeof sender !== "string";

/** Null without the terminal's keys. */
async function senderOf(
  { keys, serverKey, database, journal, transport }: EarlierOptions,
  terminalId: TerminalId,
): Promise<Sender | null> {
  const own = keys.find((each) => each.terminalId === terminalId);
  if (own === undefined) return null;
  const { signText } = signingKeysOf(own.signing);
  const signer = { terminalId, signText, nonce: () => randomBytes(18).toString("base64url") };
  const server = makeServerLink(makeTransport({ ...transport, signer }));
  const uploader = makeUploader({
    terminalId,
    serverKey,
    server,
    database,
    journal: await journalOfEarlier(database.read, journal, terminalId),
    isLeft: true,
  });
  return { ...uploader, refund: asLeft(server.refund) };
}

/** Its payments were this terminal's, and it asks for nothing else: what is said of the terminal answers no refund. */
const asLeft =
  (refund: ServerLink["refund"]): ServerLink["refund"] =>
  async (...call) => {
    try {
      return await refund(...call);
    } catch (error) {
      if (!(error instanceof FailureError) || NO_ANSWER.has(error.failure.code)) throw error;
      return fail("BUSY", error.failure.code);
    }
  };

/**
 * Null once the back office has all of it and its word on each sealed slip, or the code that it is refused with for
 * good. Fails with what may pass. What is quarantined is shown whole, as it is kept there for people to judge.
 */
async function verdictOn(database: TillDatabase, { terminalId, sender }: Left): Promise<ErrorCode | null> {
  if (!isSender(sender)) return null;
  try {
    for (let turn = 0; turn < TURNS_MAX; turn += 1) {
      const { awaitedTenders } = await sender.upload();
      const unjudged = await unjudgedOf(database.read, terminalId);
      // What it was shown and neither judges nor waits for is of a slip that it has no more, or never had.
      if (!unjudged.some((tenderId) => awaitedTenders?.includes(tenderId) ?? true)) return null;
    }
    return fail("BUSY", "sealed slips wait to be judged");
  } catch (error) {
    if (!(error instanceof FailureError) || !FOR_GOOD.has(error.failure.code)) throw error;
    const { code } = error.failure;
    if (code === "TERMINAL_QUARANTINED" || code === "CASH_ONLY") await sender.show();
    return code === "CASH_ONLY" ? "TERMINAL_QUARANTINED" : code;
  }
}
