// A till's real keys, journal and sync before the terminals of a real back office, without a port between them.

import { createHash } from "node:crypto";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { v7 } from "uuid";
import { EnrolmentRequest, SyncRequest } from "#core/contract/terminal.ts";
import { SIGNATURE_HEADERS } from "#core/contract/terminal-signature.ts";
import { type ErrorCode, FailureError, fail } from "#core/errors.ts";
import type { SaleId, TerminalId } from "#core/ids.ts";
import { type KeyStore, keyStoreAt } from "#main/till/keys/key-store.ts";
import { makePasswordHasher } from "#main/till/keys/password-hash.ts";
import { leaveTerminal } from "#main/till/leave-terminal.ts";
import type { Journal } from "#main/till/store/journal.ts";
import { openTillDatabase } from "#main/till/store/open.ts";
import { type Connection, connect } from "#main/till/sync/connect.ts";
import { type EnrolledRing, enrol } from "#main/till/sync/enrol.ts";
import { LINE_WAITS } from "#main/till/sync/line-monitor.ts";
import type { StationWorld } from "./a-terminal.ts";
import { MERCHANT } from "./back-office.ts";
import { openJournal, payOffline } from "./small-till.ts";

/** Nothing goes by itself but what is written: a test says when the rest does. */
const STILL = { ...LINE_WAITS, idleMs: 60_000, retryMs: 10, retryMsMax: 20, gatherMs: 1 };

const SYNC = "POST /v1/terminal/journal";

export type StationLine = {
  isCut: boolean;
  /** The next answer to a sync of this terminal is lost on its way back. */
  loseAnswerTo: TerminalId | undefined;
  /** Done once, just before the next sync of this terminal is answered. */
  beforeSync: Readonly<{ terminalId: TerminalId; happens(): Promise<unknown> }> | undefined;
  /** Terminals that the back office takes nothing of, and why. */
  readonly refused: Map<TerminalId, ErrorCode>;
  /** Method, path and terminal of what arrived. */
  readonly requests: Readonly<{ what: string; terminalId: TerminalId }>[];
};

export type StationTill = Awaited<ReturnType<typeof aStationTill>>;

/** Enrolled, open and in step. */
export async function aStationTill(world: StationWorld) {
  const keysDir = await mkdtemp(join(tmpdir(), "countersign-station-till-"));
  const database = await openTillDatabase(":memory:");
  const store = keyStoreAt(keysDir, null);
  const line: StationLine = {
    isCut: false,
    loseAnswerTo: undefined,
    beforeSync: undefined,
    refused: new Map(),
    requests: [],
  };
  const overLine = fetchOf(world, line);
  const { clock } = world;
  let uptimeMs = 0;
  const codeOf = async (terminalName: string) =>
    (await world.terminals.createCode({ terminalName, merchantId: MERCHANT, madeBy: "mina" })).code;
  const enrolWith = (code: string, over: Partial<KeyStore> = {}) =>
    enrol(
      { backofficeUrl: "http://station", code, keyStore: "file", softwareVersion: "test" },
      {
        store: { ...store, ...over },
        now: clock.now,
        fetch: overLine,
        stopping: new AbortController().signal,
      },
    );

  let opened: Readonly<{ ring: EnrolledRing; journal: Journal; connection: Connection }> | undefined;
  const stop = async () => {
    await opened?.connection.stop();
    opened = undefined;
  };
  /** As the till's process does it, by the keys that are on the disk. */
  const start = async () => {
    const { keyStore: _kind, ...ring } = (await store.read()) ?? fail("KEY_SEALED");
    const enrolment = ring.enrolment ?? fail("KEY_SEALED");
    const enrolled = { ...ring, enrolment };
    const surroundings = { clock, ids: { next: v7 }, softwareVersion: "test" };
    const log = pino({ level: "silent" });
    await leaveTerminal(enrolled, { ...surroundings, database, log });
    const journal = await openJournal(enrolled, database, { clock, nextId: v7 });
    const connection = await connect({
      backofficeUrl: "http://station",
      ring: enrolled,
      database,
      journal,
      hasher: makePasswordHasher(),
      log,
      fetch: overLine,
      waits: STILL,
      uptimeMs: () => uptimeMs,
    });
    opened = { ring: enrolled, journal, connection };
    return enrolment.terminalId;
  };
  const now = () => opened ?? fail("NOT_READY", "the till is stopped");

  const first = await enrolWith(await codeOf("Till 1"));
  await start();
  await now().connection.push();
  return {
    first: first.enrolment.terminalId,
    database,
    store,
    line,
    codeOf,
    enrolWith,
    start,
    stop,
    now,
    /** Time that every clock of the machine may miss but the one that nobody sets. */
    passes: (ms: number) => {
      uptimeMs += ms;
    },
    /** Ends without a word to the back office and is enrolled again; the id of the terminal that it is from then on. */
    enrolAgain: async (over: Readonly<{ isCut: boolean }> = { isCut: false }) => {
      line.isCut = true;
      await stop();
      line.isCut = false;
      await enrolWith(await codeOf("Till 1"));
      line.isCut = over.isCut;
      return start();
    },
    /** One whole round with the back office; what it failed with, or null. */
    push: () =>
      now()
        .connection.push()
        .then(
          () => null,
          (error: unknown) =>
            error instanceof FailureError ? error.failure.code : fail("INTERNAL", String(error)),
        ),
    sellOffline: async (card: Readonly<{ number: string; password: string }>, amount: number) => {
      const { connection, journal } = now();
      const sale = { ...card, amount, saleId: v7() as SaleId, tenderId: v7() };
      return { ...sale, how: await payOffline(connection.desk, journal, sale) };
    },
    asked: (terminalId: TerminalId) =>
      line.requests.filter((request) => request.terminalId === terminalId).map(({ what }) => what),
  };
}

/** The routes of the contract that a sync needs, each request proved by its signature. */
function fetchOf({ terminals }: StationWorld, line: StationLine): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const body = await request.text();
    if (line.isCut) throw new TypeError("fetch failed", { cause: { code: "ECONNRESET" } });
    try {
      const what = `${request.method} ${url.pathname}`;
      if (what === "POST /v1/enrolments") {
        return Response.json(await terminals.enrol(EnrolmentRequest.parse(JSON.parse(body))));
      }
      const terminalId = await signerOf(terminals, request, url, body);
      line.requests.push({ what, terminalId });
      const refusal = line.refused.get(terminalId);
      if (refusal !== undefined) fail(refusal);
      const { beforeSync } = line;
      if (beforeSync?.terminalId === terminalId && what === SYNC) {
        line.beforeSync = undefined;
        await beforeSync.happens();
      }
      const answer = await answerTo(terminals, { what, terminalId, url, body });
      if (line.loseAnswerTo === terminalId && what === SYNC) {
        line.loseAnswerTo = undefined;
        throw new TypeError("fetch failed", { cause: { code: "ECONNRESET" } });
      }
      return Response.json(answer);
    } catch (error) {
      if (!(error instanceof FailureError)) throw error;
      return Response.json(
        { code: error.failure.code, data: { detail: error.failure.detail } },
        { status: 409 },
      );
    }
  };
}

async function signerOf(terminals: StationWorld["terminals"], request: Request, url: URL, body: string) {
  const said = (name: string) => request.headers.get(name) ?? fail("SIGNATURE_WRONG", name);
  const parts = {
    method: request.method,
    path: url.pathname + url.search,
    terminalId: said(SIGNATURE_HEADERS.terminal),
    at: said(SIGNATURE_HEADERS.at),
    nonce: said(SIGNATURE_HEADERS.nonce),
    bodyHash: createHash("sha256").update(body, "utf8").digest("hex"),
  };
  return terminals.terminalOfSignature(parts, said(SIGNATURE_HEADERS.signature));
}

type Asked = Readonly<{ what: string; terminalId: TerminalId; url: URL; body: string }>;

function answerTo(
  terminals: StationWorld["terminals"],
  { what, terminalId, url, body }: Asked,
): Promise<unknown> {
  switch (what) {
    case SYNC:
      return terminals.sync(terminalId, SyncRequest.parse(JSON.parse(body)));
    case "GET /v1/terminal/journal/mark":
      return terminals.mark(terminalId);
    case "GET /v1/terminal/snapshot": {
      const since = url.searchParams.get("since");
      return terminals.snapshot(terminalId, since === null ? undefined : Number(since));
    }
    default:
      return fail("NOT_FOUND", what);
  }
}
