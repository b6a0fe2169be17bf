// Takes in a till's journal. Entries, postings and the mark commit together; then the server signs what it has stored.
import type { Ledger } from "#backoffice/ledger/ledger.ts";
import type { LedgerAnswer } from "#backoffice/ledger/request.ts";
import type { SyncAnswer, SyncRequest } from "#core/contract/terminal.ts";
import { wireInstant } from "#core/contract/values.ts";
import { type ErrorCode, FailureError, fail } from "#core/errors.ts";
import type { CardId, TerminalId } from "#core/ids.ts";
import type { ChainPlace } from "#core/journal/chain.ts";
import { decodeEntry, type Entry, type SignedEntry } from "#core/journal/entry.ts";
import { sum } from "#core/money.ts";
import { agreementAt } from "#core/settlement/commission.ts";
import type { Instant } from "#core/time.ts";
import type { Statement } from "#database/database.ts";
import { type Acceptance, acceptEntries, headOf } from "./accept-entries.ts";
import type { TerminalDeps } from "./deps.ts";
import { type FactsSource, left, loadFacts, type Plan } from "./facts.ts";
import { renewGrants } from "./give-grants.ts";
import { followedBy, inUseItem, noteLeft, reportKept } from "./left-terminals.ts";
import { lossLeft } from "./loss-bound.ts";
import { postingsOf } from "./plan.ts";
import { isNamed, isPostable, isReportable } from "./postable.ts";
import { projectionsOf } from "./project.ts";
import { quarantine } from "./quarantine.ts";
import { booksRestored, isCaughtUp, isRestoring, lastRestoredAt, noteCaughtUp } from "./restored-books.ts";
import { awaitedOf, judgedAmong, sealedOf } from "./sealed-slips.ts";
import { versionAfterSync } from "./snapshot.ts";
import { openGrantsOf, type TerminalRecord, terminalById } from "./store.ts";
import { storeEntries } from "./store-entries.ts";
import { checkpointToWitness } from "./witness.ts";
import { workItem } from "./work-item.ts";

/**
 * Stores entries once, posts what they say and answers with the countersigned mark. `unwitnessed` holds the terminals
 * whose Z is stored and covered by no checkpoint yet: what sends nothing new tries that again. Fails with TERMINAL_UNKNOWN,
 * TERMINAL_QUARANTINED (also at the sync that shows the fork), SYNC_GAP, JOURNAL_BROKEN, SIGNATURE_WRONG, or with BUSY,
 * TIMED_OUT or NOT_READY where its signatures could not be checked.
 */
export async function syncJournal(
  deps: TerminalDeps,
  unwitnessed: Set<TerminalId>,
  terminalId: TerminalId,
  request: SyncRequest,
): Promise<SyncAnswer> {
  const terminal = (await terminalById(deps.database.read, terminalId)) ?? fail("TERMINAL_UNKNOWN");
  if (terminal.state === "quarantined") return quarantine(deps, terminal, request.entries, "quarantined");
  const { read } = deps.database;
  const standing =
    request.entries.length + request.sealed.length > 0 ? standingOf(deps, terminal) : undefined;
  standing?.catch(() => undefined); // Heard where it is awaited.
  const acceptance = await acceptEntries({ read, signatures: deps.signatures }, terminal, request);
  if (acceptance.kind === "refused") return fail(acceptance.code, acceptance.detail);
  if (acceptance.kind === "forked") return quarantine(deps, terminal, request.entries, acceptance.detail);

  const { fresh, place } = acceptance;
  const touched =
    standing === undefined ? NO_CARDS : await post(deps, terminal, standing, acceptance, request);
  const caughtUp = await isCaughtUp(read, request, place);
  if (request.left === true) await noteLeft(deps, terminal);
  const hasLeft = request.left === true || terminal.leftAt !== null;
  await afterwards(deps, terminal, touched, { caughtUp, hasLeft });
  if (caughtUp && hasLeft && terminal.state === "enrolled") await reportKept(deps, terminal, place);
  // The till hears at once of a checkpoint that covers its Z, and holds it against whoever rewrites the day.
  if (fresh.some(({ entry: { kind } }) => kind === "z-closed")) unwitnessed.add(terminalId);
  if (unwitnessed.has(terminalId)) await deps.ledger.checkpoint();
  unwitnessed.delete(terminalId);
  return answer(deps, terminalId, request);
}

/** Where the server's mark stands. */
export async function markOf(deps: TerminalDeps, terminalId: TerminalId) {
  const terminal = (await terminalById(deps.database.read, terminalId)) ?? fail("TERMINAL_UNKNOWN");
  const { epoch, seq, hash } = headOf(terminal);
  const mark = { terminalId, epoch, seq, hash };
  return {
    mark,
    signature: deps.keys.sign(mark),
    serverTime: wireInstant(deps.clock.now()),
    booksRestoredAt: await lastRestoredAt(deps.database.read),
  };
}

async function answer(deps: TerminalDeps, terminalId: TerminalId, request: SyncRequest): Promise<SyncAnswer> {
  const sent = request.sealed.map(({ tenderId }) => tenderId);
  const [mark, oldest, snapshotVersion, judged, awaited] = await Promise.all([
    markOf(deps, terminalId),
    deps.oldestBackupAt(),
    versionAfterSync(deps, terminalId),
    judgedAmong(deps, terminalId, sent),
    awaitedOf(deps, terminalId),
  ]);
  return {
    ...mark,
    checkpoint: await checkpointToWitness(deps, terminalId, mark.booksRestoredAt),
    prunableBefore: wireInstant(oldest),
    snapshotVersion,
    judgedTenders: [...judged],
    awaitedTenders: [...awaited],
  };
}

type Accepted = Extract<Acceptance, { kind: "accepted" }>;

/** How a terminal stands, whatever it sends. */
type Standing = Pick<FactsSource, "terminal" | "restoring" | "awaiting" | "lossLeft" | "termsAt">;

/** Asked for before entries are looked at, so that the database answers while they are. */
async function standingOf(deps: TerminalDeps, terminal: TerminalRecord): Promise<Standing> {
  const { read } = deps.database;
  const [agreements, restoring, awaiting, left] = await Promise.all([
    deps.agreementsOf(terminal.merchantId),
    isRestoring(read, terminal),
    booksRestored(read),
    lossLeft(deps, terminal),
  ]);
  const termsAt = (at: Instant) => agreementAt(agreements, at)?.terms;
  return { terminal, restoring, awaiting, lossLeft: left, termsAt };
}

const NO_CARDS: Plan["cards"] = new Set();

/** Plans that meet a balance which has just changed are made again; each pass settles at least one request. */
const PASSES_MAX = 16;

async function post(
  deps: TerminalDeps,
  terminal: TerminalRecord,
  asked: Promise<Standing>,
  { fresh, place, newEpoch, signed, isSignedSoon }: Accepted,
  { sealed, left }: Pick<SyncRequest, "sealed" | "left">,
): Promise<Plan["cards"]> {
  const { dialect } = deps.database;
  const now = deps.clock.now();
  // Made, and written, while the signatures are checked on other threads.
  const decoded = fresh.map(({ entry: asSigned }) => ({ asSigned, entry: decodeEntry(asSigned) }));
  const entries = decoded.flatMap(({ entry }) => entry ?? []);
  const journal = storeEntries(dialect, fresh, now);
  const { currency } = deps.station;
  const postable = entries.filter((entry) => isNamed(entry) && isPostable(entry, currency));
  const reportable = postable.filter((entry) => isReportable(entry, currency));
  const projections = projectionsOf(dialect, reportable, terminal);

  // Judging a slip is more than making rows. And where other syncs are checked first, the writer does not wait for them.
  if (sealed.length > 0 || !isSignedSoon) await signed;
  const { verdicts, waiting } = await sealedOf(deps, terminal.terminalId, entries, sealed);
  if (fresh.length === 0 && waiting.length === 0) return NO_CARDS;
  const source: Omit<FactsSource, "refused"> = {
    ...(await asked),
    now,
    triesMax: deps.cards.wrongTriesMax,
    verdicts,
  };
  const unread = decoded.flatMap(({ asSigned, entry }) =>
    entry === undefined ? [undecodable(asSigned, source)] : [],
  );
  const fitting = new Set(reportable);
  const absurd = entries.filter((entry) => !fitting.has(entry));
  const stored = [
    ...journal,
    ...(fresh.length === 0
      ? []
      : markStatements(terminal, place, { newEpoch, now, follows: followedBy(terminal, postable) })),
    ...unread,
    ...absurd.map((entry) => unpostable(entry, source)),
    ...(newEpoch ? await leftBehind(deps, terminal, place, source) : []),
    ...(terminal.leftAt !== null && left !== true && fresh.length > 0 ? await inUseItem(deps, place) : []),
    ...projections,
  ];
  const refused = new Map<string, ErrorCode[]>();
  for (let pass = 0; pass < PASSES_MAX; pass += 1) {
    const facts = await loadFacts(deps.database.read, { ...source, refused }, [...waiting, ...postable]);
    for (const entry of [...waiting, ...postable]) postingsOf(entry, facts);
    const outcome = await commit(deps.ledger, facts.plan, terminal, stored, signed);
    if (outcome === "committed") {
      // Tries that travelled may have blocked a card: every till must know.
      if (entries.some(({ kind }) => kind === "password-wrong")) deps.nudges.publish("all", "snapshot");
      return facts.plan.cards;
    }
    for (const [id, code] of outcome) refused.set(id, [...(refused.get(id) ?? []), code]);
  }
  return fail("BUSY", "the balances change faster than they can be read");
}

/** One transaction. What the ledger declines undoes all of it and is planned anew: a decline here would be for ever. */
async function commit(
  ledger: Pick<Ledger, "submitTogether">,
  { requests, rows }: Plan,
  terminal: TerminalRecord,
  stored: readonly Statement[],
  signed: Promise<void>,
): Promise<"committed" | ReadonlyMap<string, ErrorCode>> {
  const declines = new Map<string, ErrorCode>();
  try {
    await ledger.submitTogether(
      requests,
      (answers) => {
        declines.clear();
        answers.forEach((given, index) => {
          const request = requests[index];
          const code = request === undefined ? undefined : refusalIn(given, request.kind === "tombstone");
          if (code !== undefined && request !== undefined) declines.set(request.id, code);
        });
        if (declines.size > 0) throw new Declined();
        return [...stored, ...rows];
      },
      // Another request of this terminal may have moved the mark since it was read: then nothing of this is true.
      [
        {
          sql: "SELECT terminal_id FROM terminal WHERE terminal_id = ? AND mark_seq = ? AND mark_hash = ? AND state = ?",
          params: [terminal.terminalId, terminal.markSeq, terminal.markHash, terminal.state],
          code: "BUSY",
        },
      ],
      signed,
    );
    return "committed";
  } catch (error) {
    if (error instanceof Declined) return declines;
    throw error;
  }
}

class Declined extends Error {}

/** A tombstone over an attempt that arrived meanwhile is no tombstone: the attempt is then planned as what it became. */
function refusalIn(given: LedgerAnswer, isTombstone: boolean): ErrorCode | undefined {
  if (isTombstone) return given.kind === "accepted" ? "STATE_CONFLICT" : undefined;
  return given.kind === "declined" ? given.code : undefined;
}

function markStatements(
  terminal: TerminalRecord,
  { epoch, seq, hash }: ChainPlace,
  {
    newEpoch,
    now,
    follows,
  }: Readonly<{ newEpoch: boolean; now: number; follows: ReturnType<typeof followedBy> }>,
): readonly Statement[] {
  const { terminalId } = terminal;
  return [
    {
      sql: "UPDATE terminal SET epoch = ?, mark_seq = ?, mark_hash = ? WHERE terminal_id = ?",
      params: [epoch, seq, hash, terminalId],
    },
    {
      sql: `INSERT INTO terminal_epoch (terminal_id, epoch, reason, started_at, mark_seq, mark_hash,
              follows_epoch, follows_seq, follows_hash)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (terminal_id, epoch)
            DO UPDATE SET mark_seq = excluded.mark_seq, mark_hash = excluded.mark_hash`,
      params: [
        terminalId,
        epoch,
        newEpoch && terminal.epoch !== null ? "restored" : "enrolled",
        now,
        seq,
        hash,
        follows?.epoch ?? null,
        follows?.seq ?? null,
        follows?.hash ?? null,
      ],
    },
  ];
}

const undecodable = (signed: SignedEntry, source: Pick<FactsSource, "now">): Statement =>
  workItem(signed, source, {
    kind: "entry-undecodable",
    amount: null,
    policy: null,
    bearer: "nobody",
    code: "REQUEST_INVALID",
    detail: `an entry of kind ${signed.kind} that this back office cannot read`,
  });

const unpostable = (entry: Entry, source: Pick<FactsSource, "now">): Statement =>
  workItem(entry, source, {
    kind: "posting-refused",
    amount: null,
    policy: null,
    bearer: "merchant",
    ...(isNamed(entry)
      ? {
          code: "AMOUNT_INVALID",
          detail: `an amount of ${entry.kind} is below zero, absurd, or of another currency`,
        }
      : { code: "REQUEST_INVALID", detail: `an id of ${entry.kind} is no id` }),
  });

/** A till that was restored has no grants any more, and so never closes those of the epoch that it left. */
async function leftBehind(
  deps: TerminalDeps,
  terminal: TerminalRecord,
  place: ChainPlace,
  source: Pick<FactsSource, "now">,
): Promise<readonly Statement[]> {
  const grants = await openGrantsOf(deps.database.read, { terminalId: terminal.terminalId });
  if (grants.length === 0 || terminal.epoch === null) return [];
  const amount = sum(grants.map(left), deps.station.currency);
  return [
    workItem({ ...place, seq: 1 }, source, {
      kind: "grants-of-old-epoch",
      amount,
      policy: "escrow",
      bearer: "nobody",
      code: "STATE_CONFLICT",
      detail: `${grants.length} grants of epoch ${terminal.epoch} were not closed before the restore`,
    }),
  ];
}

/** What follows from a sync and may be done again at the next one: grants, endings of cards, nudges. */
async function afterwards(
  deps: TerminalDeps,
  terminal: TerminalRecord,
  cards: ReadonlySet<CardId>,
  { caughtUp, hasLeft }: Readonly<{ caughtUp: boolean; hasLeft: boolean }>,
): Promise<void> {
  if (caughtUp) await noteCaughtUp(deps, terminal);
  try {
    for (const cardId of cards) await deps.finishEnding(cardId);
    // What a till that was enrolled anew had is nobody's to spend: it would be set aside until somebody writes it off.
    if (caughtUp && !hasLeft && terminal.state === "enrolled") await renewGrants(deps, terminal.terminalId);
  } catch (error) {
    // The entries are stored and must be countersigned; the next sync tries the rest again.
    if (!(error instanceof FailureError)) throw error;
    deps.log.warn({ terminalId: terminal.terminalId, code: error.failure.code }, "sync.afterwards");
  }
}
