// Wires the till to its back office: the signed line, the sync, the snapshot and the offline desk.
import { randomBytes } from "node:crypto";
import type { Logger } from "pino";
import { FailureError } from "#core/errors.ts";
import type { PasswordHasher } from "../keys/password-hash.ts";
import { tillKeysOf } from "../keys/till-keys.ts";
import { makeOfflineDesk } from "../offline/desk.ts";
import type { BackOffice, Call, Earlier, LineMonitor, OfflineDesk, Snapshots } from "../ports.ts";
import type { Journal } from "../store/journal.ts";
import type { TillDatabase } from "../store/tx.ts";
import { openCashOnly } from "./cash-only.ts";
import { openEarlier } from "./earlier.ts";
import type { EnrolledRing } from "./enrol.ts";
import { LINE_WAITS, type Line, type LineWaits, startLine } from "./line-monitor.ts";
import { makeServerLink, type ServerLink } from "./server-link.ts";
import { openSnapshotStore } from "./snapshot-store.ts";
import { syncOnce } from "./sync-once.ts";
import { makeTransport } from "./transport.ts";
import { makeUploader } from "./uploader.ts";
import { serverKeyOf } from "./verify-answers.ts";

export type ConnectOptions = Readonly<{
  backofficeUrl: string;
  ring: EnrolledRing;
  database: TillDatabase;
  journal: Journal;
  hasher: PasswordHasher;
  log: Logger;
  /** At least 0, below 1. */
  random?(): number;
  fetch?: typeof fetch;
  waits?: LineWaits;
  /** Of a clock that nobody sets; from any beginning. */
  uptimeMs?(): number;
}>;

export type Connection = Readonly<{
  backOffice: BackOffice;
  line: LineMonitor;
  earlier: Earlier;
  snapshots: Snapshots;
  desk: OfflineDesk;
  /** Syncs now; resolves once the back office has what was written before the call. */
  push(): Promise<void>;
  /**
   * Resolves once there is a catalogue and staff: at once where some are kept. Fails as `push` does. It waits for nothing
   * that an earlier enrolment of this machine has left to send.
   */
  firstSnapshot(): Promise<void>;
  stop(): Promise<void>;
}>;

/** Starts to keep in step with the back office. The line may be cut: everything works without it, within the policy. */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const { ring, database, journal, log } = options;
  const { enrolment } = ring;
  const { terminalId } = enrolment;
  const keys = tillKeysOf(ring.secrets);
  const stopping = new AbortController();
  const transport = {
    baseUrl: options.backofficeUrl,
    now: journal.now,
    fetch: options.fetch ?? fetch,
    stopping: stopping.signal,
  };
  const signer = { terminalId, signText: keys.signText, nonce: () => randomBytes(18).toString("base64url") };
  const server = makeServerLink(makeTransport({ ...transport, signer }));
  const serverKey = serverKeyOf(enrolment.serverKey);
  const cashOnly = await openCashOnly(database, terminalId);
  const snapshots = await openSnapshotStore(database, journal, { terminalId, keys });
  if (snapshots.alarm() !== null) log.error({ terminalId }, "snapshot.changed-on-disk");
  const uploader = makeUploader({ terminalId, serverKey, server, database, journal });
  const uptimeMs = options.uptimeMs ?? (() => performance.now());
  const ofBefore = { terminalId, server, serverKey, transport, database, journal, uptimeMs, log };
  const earlier = await openEarlier({ ...ofBefore, keys: ring.earlier ?? [] });
  const upload = async () => {
    const answer = await uploader.upload();
    earlier.booksAre(answer.booksRestoredAt ?? null);
    return answer;
  };
  const line = startLine({
    sync: async (mustPull) => {
      // First, so that what a card paid under an earlier id is not set aside for this till meanwhile. Before the first
      // snapshot nothing is: it knows no card yet, and its people wait to sign in.
      if (snapshots.version() > 0) await earlier.send();
      await syncOnce(
        { terminalId, serverKey, server, journal, snapshots, uploader: { upload }, log },
        mustPull,
      );
    },
    nudges: server.nudges,
    cashOnly,
    now: journal.now,
    lastSyncAt: journal.lastCountersigned()?.serverTime ?? null,
    random: options.random ?? Math.random,
    waits: options.waits ?? LINE_WAITS,
    log,
  });
  const desk = makeOfflineDesk({
    identity: enrolment,
    sealKey: enrolment.sealKey,
    database,
    journal,
    keys,
    hasher: options.hasher,
    rules: snapshots,
    isCashOnly: cashOnly.isSet,
    push: line.push,
    log,
  });
  // Whatever is written goes up soon.
  const stopListening = journal.onChange((entries) => {
    if (entries.length > 0) line.syncSoon();
  });
  return {
    backOffice: watchedCalls(server, line),
    line,
    earlier,
    snapshots,
    desk,
    push: line.push,
    firstSnapshot: () => firstSnapshot(snapshots, line.push),
    stop: async () => {
      stopListening();
      desk.stop();
      stopping.abort();
      await line.stop();
    },
  };
}

/** A push lasts until the round after has sent all that was left, so that it only tells whether somebody answers. */
async function firstSnapshot(
  snapshots: Pick<Snapshots, "version" | "onChange">,
  push: () => Promise<void>,
): Promise<void> {
  if (snapshots.version() > 0) return;
  let stop = () => {};
  const applied = new Promise<void>((resolve) => {
    stop = snapshots.onChange(resolve);
  });
  await Promise.race([applied, push()]).finally(() => stop());
}

/**
 * A payment without an answer is the first to know of a cut line: a sync then finds out at once. A refund is asked once
 * the back office has the journal: else it could take a hold that was given up for the slip that took its place.
 */
function watchedCalls(server: ServerLink, line: Pick<Line, "push" | "syncSoon">): BackOffice {
  const watched =
    <Input, Output>(call: Call<Input, Output>): Call<Input, Output> =>
    async (input, options) => {
      try {
        return await call(input, options);
      } catch (error) {
        if (error instanceof FailureError && NO_ANSWER.has(error.failure.code)) line.syncSoon();
        throw error;
      }
    };
  return {
    authorise: watched(server.authorise),
    attempt: watched(server.attempt),
    refund: watched(async (input, options) => {
      await within(options?.signal, line.push());
      return server.refund(input, options);
    }),
    balance: watched(server.balance),
    register: watched(server.register),
  };
}

const NO_ANSWER: ReadonlySet<string> = new Set(["LINE_CUT", "TIMED_OUT"]);

/** Fails with TIMED_OUT once the signal ends, and leaves the work to end by itself. */
async function within(signal: AbortSignal | undefined, work: Promise<void>): Promise<void> {
  if (signal === undefined) return work;
  const settled = new AbortController();
  const late = new Promise<never>((_resolve, reject) => {
    const end = () => reject(new FailureError({ code: "TIMED_OUT" }));
    signal.addEventListener("abort", end, { signal: settled.signal });
    if (signal.aborted) end();
  });
  try {
    await Promise.race([work, late]);
  } finally {
    settled.abort();
  }
}
