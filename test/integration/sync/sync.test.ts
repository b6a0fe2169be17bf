// The sync over a real port and a line that fails, against the small back office.

import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { v7 } from "uuid";
import { afterEach, expect, onTestFinished, test } from "vitest";
import type { SyncRequest } from "#core/contract/terminal.ts";
import { type Instant, instant } from "#core/time.ts";
import { keyStoreAt } from "#main/till/keys/key-store.ts";
import { tillKeysOf } from "#main/till/keys/till-keys.ts";
import { enrol } from "#main/till/sync/enrol.ts";
import { makeServerLink } from "#main/till/sync/server-link.ts";
import { makeTransport } from "#main/till/sync/transport.ts";
import { faultyFetch, soundLine } from "#test/world/faulty-line.ts";
import { balanceOf, faultOfBooks } from "#test/world/small-books.ts";
import { payOffline } from "#test/world/small-till.ts";
import {
  anAuthorisation,
  aSale,
  aWorld,
  CARD,
  closeWorlds,
  eventually,
  offline,
  QUICK,
  reconnect,
  startOf,
  type World,
} from "#test/world/small-world.ts";

afterEach(closeWorlds);

test("sends again from the mark of a back office that was restored from a back-up", async () => {
  const world = await aWorld();
  await world.till.desk.learn({ ...CARD, passwordVersion: 1 });
  await world.connection.push();
  const backup = world.office.backup();
  expect(["escrow", "risk"]).toContain(await offline(world, 7_000));
  await world.connection.push();
  world.office.restore(backup);
  expect(balanceOf(world.office.state.books, "merchant")).toBe(0n);
  await expect(world.connection.backOffice.authorise(anAuthorisation(1_000))).rejects.toMatchObject({
    failure: { code: "BOOKS_RESTORED" },
  });
  await offline(world, 100);
  await world.connection.push();
  expect(balanceOf(world.office.state.books, "merchant")).toBe(7_100n);
  expect(faultOfBooks(world.office.state.books)).toBeUndefined();
  expect(world.office.state.waitsFor.size).toBe(0);
});

test("takes cash only, over restarts, when another disk wrote on under its name", async () => {
  const world = await aWorld();
  await world.connection.push();
  // The copy of the disk goes on by itself: the server now holds an entry that this one never wrote.
  const terminal = [...world.office.state.terminals.values()][0];
  const [last] = terminal?.entries.slice(-1) ?? [];
  if (last === undefined) throw new Error("nothing was synced");
  terminal?.entries.push({ ...last, seq: last.seq + 1, hash: "f".repeat(64), prevHash: last.hash });
  terminal?.places.set(`${last.epoch}:${last.seq + 1}`, "f".repeat(64));
  await world.connection.stop();
  const again = await reconnect(world);
  await expect(again.push()).rejects.toMatchObject({ failure: { code: "CASH_ONLY" } });
  expect(again.line.state().kind).toBe("cash-only");
  expect(again.desk.limits().cashOnly).toBe(true);
  await again.stop();
  world.faults.isCut = true;
  const restarted = await reconnect(world);
  expect(restarted.line.state().kind).toBe("cash-only");
  expect(await payOffline(restarted.desk, world.till.journal, aSale(1_000))).toBe("CASH_ONLY");
});

test("refuses a snapshot of another signer, terminal, version or time, and keeps the one it has", async () => {
  const world = await aWorld();
  await world.connection.push();
  const version = world.connection.snapshots.version();
  const honest = world.office.snapshot.bind(world.office);
  const older = honest(world.till.ring.enrolment.terminalId, null);
  world.office.changePassword(CARD.cardId, "a new version");
  const tampered = [
    () => older,
    () => ({ ...honest(older.snapshot.terminalId, null), signature: older.signature }),
    () => {
      const now = honest(older.snapshot.terminalId, null);
      return { ...now, snapshot: { ...now.snapshot, version: now.snapshot.version + 5 } };
    },
  ];
  for (const lie of tampered) {
    world.office.snapshot = lie as typeof honest;
    await world.connection.push();
    expect(world.connection.snapshots.version()).toBe(version);
  }
  world.office.snapshot = honest;
  await world.connection.push();
  expect(world.connection.snapshots.version()).toBeGreaterThan(version);
});

/** The till ends, its file is changed by the statement, and it starts again without the line. */
async function restartCut(world: World, sql: string) {
  await world.connection.stop();
  world.faults.isCut = true;
  await world.till.database.transaction((tx) => tx.run(sql));
  return reconnect(world);
}

test.each([
  ["a limit", "UPDATE snapshot_parts SET json = replace(json, '30000', '99999999') WHERE part = 'policy'"],
  [
    "the staff",
    `INSERT INTO snapshot_parts
     VALUES ('staff', '[{"staffId":"park","name":"Park","role":"manager","verifier":"x"}]')`,
  ],
  ["a part", "DELETE FROM snapshot_parts WHERE part = 'hotList'"],
  ["the version", "UPDATE snapshot_state SET version = version + 1"],
])(
  "forgets a snapshot of which %s was changed in its file, says so, and takes it anew",
  async (_what, sql) => {
    const world = await aWorld();
    await world.till.desk.learn({ ...CARD, passwordVersion: 1 });
    const before = world.connection.snapshots;
    const changed = await restartCut(world, sql);
    expect(changed.snapshots.version()).toBe(0);
    expect(changed.snapshots.staff()).toEqual([]);
    expect(changed.snapshots.alarm()).toBe("SNAPSHOT_CHANGED");
    expect(["escrow", "risk"]).not.toContain(
      await payOffline(changed.desk, world.till.journal, aSale(1_000)),
    );
    world.faults.isCut = false;
    await changed.push();
    expect(changed.snapshots.version()).toBeGreaterThanOrEqual(before.version());
    expect(changed.snapshots.staff()).toEqual(before.staff());
    expect(changed.snapshots.alarm()).toBeNull();
    await changed.stop();
    world.faults.isCut = true;
    expect((await reconnect(world)).snapshots.version()).toBe(changed.snapshots.version());
  },
);

test("takes a snapshot anew where the one at hand is of before there were seals", async () => {
  const world = await aWorld();
  const upgraded = await restartCut(world, "UPDATE snapshot_state SET seal = NULL");
  expect(upgraded.snapshots.version()).toBe(0);
  expect(upgraded.snapshots.alarm()).toBeNull();
  world.faults.isCut = false;
  await upgraded.push();
  expect(upgraded.snapshots.version()).toBeGreaterThan(0);
});

test("believes no countersignature that is not the server's", async () => {
  const world = await aWorld();
  await world.connection.push();
  const honest = world.office.mark.bind(world.office);
  world.office.mark = (terminalId) => ({
    ...honest(terminalId),
    signature: Buffer.alloc(64).toString("base64"),
  });
  await offline(world, 1_000);
  await expect(world.connection.push()).rejects.toMatchObject({ failure: { code: "SIGNATURE_WRONG" } });
  expect(world.till.journal.unsynced().count).toBeGreaterThan(0);
});

test("says offline after two failures in a row and online after one answer", async () => {
  const world = await aWorld();
  await eventually(async () => expect(world.connection.line.state().kind).toBe("online"));
  world.faults.isCut = true;
  await eventually(async () => expect(world.connection.line.state().kind).toBe("offline"));
  world.faults.isCut = false;
  await eventually(async () => expect(world.connection.line.state().kind).toBe("online"));
});

test("pulls at once what it is nudged about", async () => {
  const world = await aWorld({ waits: { ...QUICK, idleMs: 60_000 } });
  await eventually(async () => expect(world.server.requests).toContain("GET /v1/terminal/nudges"));
  await world.connection.push();
  const version = world.connection.snapshots.version();
  world.office.changePassword(CARD.cardId, "another one");
  world.server.nudge("snapshot");
  await eventually(async () => expect(world.connection.snapshots.version()).toBeGreaterThan(version));
});

test("still signs validly on a machine whose clock is an hour slow", async () => {
  const world = await aWorld();
  const slow = linkOf(world, instant(Date.now() - 3_600_000));
  expect(await slow.mark()).toMatchObject({ mark: { terminalId: world.till.ring.enrolment.terminalId } });
});

test("forgets the clock of something between that refused it", async () => {
  const world = await aWorld();
  let asked = 0;
  const link = linkOf(world, world.clock.now(), async (url, init) => {
    asked += 1;
    if (asked > 2) return fetch(url, init);
    return new Response("", { status: 401, headers: { date: "Mon, 05 Jan 2026 00:00:00 GMT" } });
  });
  await expect(link.mark()).rejects.toMatchObject({ failure: { code: "LINE_CUT" } });
  expect(asked).toBe(2);
  expect(await link.mark()).toMatchObject({ mark: { terminalId: world.till.ring.enrolment.terminalId } });
  expect(asked).toBe(3);
});

test("changes nothing when a batch that was sent is sent again", async () => {
  const world = await aWorld();
  await world.till.desk.learn({ ...CARD, passwordVersion: 1 });
  await offline(world, 3_000);
  await world.connection.push();
  const { epoch } = world.till.journal.head();
  const entries = (await world.till.journal.entriesAfter(startOf(world), 500)) as SyncRequest["entries"];
  const before = balanceOf(world.office.state.books, "merchant");
  world.office.sync(world.till.ring.enrolment.terminalId, { epoch, entries, sealed: [] });
  expect(balanceOf(world.office.state.books, "merchant")).toBe(before);
});

test("asks for a refund once the back office has the journal", async () => {
  const world = await aWorld();
  await world.till.desk.learn({ ...CARD, passwordVersion: 1 });
  world.faults.isCut = true;
  await offline(world, 3_000);
  const { requests } = world.server;
  requests.splice(0);
  world.faults.isCut = false;
  const asked = { attemptId: v7(), refundId: v7(), tenderId: v7(), amount: { minor: "1", currency: "KRW" } };
  await expect(world.connection.backOffice.refund(asked as never)).rejects.toThrow("PAYMENT_UNKNOWN");
  expect(world.till.journal.unsynced().count).toBe(0);
  const at = (path: string) => requests.findIndex((request) => request.startsWith(`POST ${path}`));
  expect(at("/v1/terminal/journal")).toBeGreaterThan(-1);
  expect(at("/v1/terminal/journal")).toBeLessThan(at("/v1/terminal/refunds"));
});

test("gives up a refund at its caller's limit, though the journal before it has no answer yet", async () => {
  const { connection, silent } = await aSilentBackOffice();
  let isSyncOver = false;
  const noteEnd = () => {
    isSyncOver = true;
  };
  connection.push().then(noteEnd, noteEnd);
  const caller = new AbortController();
  const asked = { attemptId: v7(), refundId: v7(), tenderId: v7(), amount: { minor: "1", currency: "KRW" } };
  const refund = connection.backOffice.refund(asked as never, { signal: caller.signal });
  await silent.firstAsked;
  caller.abort();
  await expect(refund).rejects.toMatchObject({ failure: { code: "TIMED_OUT" } });
  expect(isSyncOver).toBe(false);
});

test("gives up any other question at its caller's limit", async () => {
  const { connection, silent } = await aSilentBackOffice();
  const { authorise, attempt, balance } = connection.backOffice;
  await silent.firstAsked;
  const questions = [
    (options: { signal: AbortSignal }) => authorise(anAuthorisation(1_000), options),
    (options: { signal: AbortSignal }) => attempt({ attemptId: anAuthorisation(1).attemptId }, options),
    (options: { signal: AbortSignal }) => balance(CARD, options),
  ];
  for (const question of questions) {
    const caller = new AbortController();
    const before = silent.asked();
    const answer = question({ signal: caller.signal });
    await eventually(async () => expect(silent.asked()).toBeGreaterThan(before));
    caller.abort();
    // The link's own limit would say TIMED_OUT, and much later.
    await expect(answer).rejects.toMatchObject({ failure: { code: "LINE_CUT" } });
  }
});

test("enrols once for a lost answer, and anew with another key", async () => {
  const world = await aWorld();
  const store = keyStoreAt(await mkdtemp(join(tmpdir(), "countersign-enrol-")), null);
  const deps = { store, now: () => world.clock.now(), stopping: new AbortController().signal };
  const request = { backofficeUrl: world.server.url, keyStore: "file", softwareVersion: "test" } as const;
  const lostBack = faultyFetch({ ...soundLine(), lostBack: 1_000 }, () => 0);
  await expect(enrol({ ...request, code: "code-2" }, { ...deps, fetch: lostBack })).rejects.toMatchObject({
    failure: { code: "LINE_CUT" },
  });
  const first = await enrol({ ...request, code: "code-2" }, { ...deps, fetch });
  expect(world.office.state.enrolled).toBe(2);
  const anew = await enrol({ ...request, code: "code-3" }, { ...deps, fetch });
  expect(anew.enrolment.terminalId).not.toBe(first.enrolment.terminalId);
  expect(anew.secrets.pepper).toBe(first.secrets.pepper);
  expect(anew.secrets.signing).not.toBe(first.secrets.signing);
  await expect(enrol({ ...request, code: "guess" }, { ...deps, fetch })).rejects.toMatchObject({
    failure: { code: "ENROLMENT_REFUSED" },
  });
});

test("keeps the keys that a till sells by until a new enrolment has its answer, and asks again by the same new ones", async () => {
  const world = await aWorld();
  const store = keyStoreAt(await mkdtemp(join(tmpdir(), "countersign-enrol-")), null);
  const deps = { store, fetch, now: () => world.clock.now(), stopping: new AbortController().signal };
  const request = { backofficeUrl: world.server.url, keyStore: "file", softwareVersion: "test" } as const;
  const { secrets, enrolment } = await enrol({ ...request, code: "code-2" }, deps);
  const isKept = async () => expect(await store.read()).toEqual({ secrets, enrolment, keyStore: "file" });

  await expect(enrol({ ...request, code: "mistyped" }, deps)).rejects.toMatchObject({
    failure: { code: "ENROLMENT_REFUSED" },
  });
  await isKept();
  // The machine ends between the server's answer and the disk.
  const crash = () => Promise.reject(new Error("the power went"));
  const crashing = { ...deps, store: { ...store, write: crash } };
  await expect(enrol({ ...request, code: "code-3" }, crashing)).rejects.toThrow("the power went");
  await isKept();
  const { enrolled } = world.office.state;
  const anew = await enrol({ ...request, code: "code-3" }, deps);
  expect(world.office.state.enrolled).toBe(enrolled);
  expect(anew.enrolment.terminalId).not.toBe(enrolment.terminalId);
  expect(await store.read()).toMatchObject({ enrolment: { terminalId: anew.enrolment.terminalId } });
  expect(await store.pending.read()).toBeUndefined();
});

/** Takes every request and never answers one; the till that asks it knows what it synced before. */
async function aSilentBackOffice() {
  const world = await aWorld();
  await world.connection.stop();
  let asked = 0;
  const server = createServer(() => {
    asked += 1;
  });
  const firstAsked = once(server, "request");
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const connection = await reconnect({ ...world, server: { ...world.server, url } });
  return { connection, silent: { firstAsked, asked: () => asked } };
}

/** The terminal's calls over a line of their own, by a clock that stands still. */
function linkOf(world: World, now: Instant, fetchOnLine: typeof fetch = fetch) {
  const { signText } = tillKeysOf(world.till.ring.secrets);
  const { terminalId } = world.till.ring.enrolment;
  return makeServerLink(
    makeTransport({
      baseUrl: world.server.url,
      signer: { terminalId, signText, nonce: () => v7() },
      now: () => now,
      fetch: fetchOnLine,
      stopping: new AbortController().signal,
    }),
  );
}
