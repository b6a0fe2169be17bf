// A journal written again whole under another key: its own chain holds, and only what others hold of it tells.
import { generateKeyPairSync, sign } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { MIGRATIONS } from "#backoffice/migrations/list.ts";
import { canonicalJson, type JsonValue } from "#core/canonical-json.ts";
import { hashedText } from "#core/journal/chain.ts";
import { GENESIS_HASH, type SignedEntry } from "#core/journal/entry.ts";
import { migrate } from "#database/migrate.ts";
import { openSqlite } from "#database/sqlite.ts";
import { EXIT, runCli } from "#main/cli/run-cli.ts";
import { type KeyRing, keyStoreAt } from "#main/till/keys/key-store.ts";
import { makeTillSecrets, tillKeysOf } from "#main/till/keys/till-keys.ts";
import { rowsAfter, signedOf } from "#main/till/store/entry-rows.ts";
import { sha256Hex } from "#main/till/store/sha256.ts";
import { aClock, aFolder, aSigner, NOON, openJournal, someIds, TERMINAL } from "../journal/a-journal.ts";

const server = generateKeyPairSync("ed25519");

/** A data folder with a till that has opened its drawer, of which the back office has countersigned all. */
async function aStation() {
  const dataDir = await aFolder();
  const path = join(dataDir, "till-1", "till.db");
  await mkdir(join(dataDir, "till-1"));
  const secrets = makeTillSecrets();
  const { signer } = tillKeysOf(secrets);
  const { journal, close } = await openJournal(path, { signer, ids: someIds(), clock: aClock() });
  await journal.append([{ kind: "drawer-opened", body: { reason: "no reason" } }], { staffId: null });
  const { epoch, seq, hash } = journal.head();
  const mark = { terminalId: TERMINAL, epoch, seq, hash };
  await journal.countersigned({
    mark: { epoch, seq, hash },
    signature: sign(null, Buffer.from(canonicalJson(mark), "utf8"), server.privateKey).toString("base64"),
    serverTime: NOON,
    prunableBefore: NOON,
  });
  const entries = await journal.entriesAfter({ epoch, seq: 0 }, 10);
  expect(entries).toHaveLength(2);
  await close();

  const key32 = Buffer.alloc(32, 7).toString("base64");
  const enrolment: NonNullable<KeyRing["enrolment"]> = {
    terminalId: TERMINAL,
    terminalName: "Till 1",
    stationName: "Station 7",
    merchantId: "m-1" as NonNullable<KeyRing["enrolment"]>["merchantId"],
    currency: "KRW",
    utcOffsetMinutes: 540,
    serverKey: server.publicKey.export({ type: "spki", format: "der" }).toString("base64"),
    sealKey: key32,
    staffKey: key32,
    serverTime: new Date(NOON).toISOString(),
  };
  return {
    path,
    signer,
    entries,
    verify: async () => {
      const said: string[] = [];
      const status = await runCli(["verify", dataDir], (line) => said.push(line));
      return { status, said: said.join("\n") };
    },
    keepKeys: () => keyStoreAt(join(dataDir, "till-1", "keys"), null).write({ secrets, enrolment }, "file"),
    /**
     * As a till has them that was enrolled again since.
     * @param serverKey the back office's of then
     */
    keepLeftKeys: (serverKey = enrolment.serverKey) =>
      keyStoreAt(join(dataDir, "till-1", "keys"), null).write(
        {
          secrets: makeTillSecrets(),
          enrolment: { ...enrolment, terminalId: "t-later" as typeof TERMINAL },
          earlier: [{ terminalId: TERMINAL, signing: secrets.signing, serverKey }],
        },
        "file",
      ),
    keepBooks: () => keepBooks(join(dataDir, "backoffice"), signer.publicKey, entries),
  };
}

/** The books of the folder: the terminal with its key, and its journal. */
async function keepBooks(folder: string, publicKey: string, entries: readonly SignedEntry[]): Promise<void> {
  await mkdir(folder);
  const books = await openSqlite(join(folder, "backoffice.db"));
  await migrate(books, MIGRATIONS);
  await books.transaction(async (tx) => {
    await tx.run(
      `INSERT INTO terminal (terminal_id, name, merchant_id, state, public_key, key_store, software_version,
         staff_key_sealed, mark_seq, mark_hash, snapshot_version, enrolled_at)
       VALUES (?, 'Till 1', 'm-1', 'enrolled', ?, 'file', 'test', 'x', 0, 'x', 0, 0)`,
      [TERMINAL, publicKey],
    );
    for (const { epoch, seq, id, kind, hash, sig } of entries)
      await tx.run(
        `INSERT INTO journal_entry (terminal_id, epoch, seq, entry_id, kind, at, content, hash, sig, received_at)
         VALUES (?, ?, ?, ?, ?, 0, '{}', ?, ?, 0)`,
        [TERMINAL, epoch, seq, id, kind, hash, sig],
      );
  });
  await books.close();
}

/** Writes every entry again, with another reason, under a key of the forger's. */
async function forge(path: string, { publicKey, sign: signHash } = aSigner()): Promise<void> {
  const database = await openSqlite(path);
  const [epoch] = await database.read.all("SELECT epoch FROM epochs");
  const rows = await rowsAfter(database.read, String(epoch?.epoch), 0, 10);
  await database.transaction(async (tx) => {
    await tx.run("DROP TRIGGER IF EXISTS entries_no_update");
    let prevHash = GENESIS_HASH;
    for (const row of rows) {
      const entry = signedOf(row);
      if (entry === undefined) throw new Error("an entry cannot be read");
      const body = entry.kind === "drawer-opened" ? { reason: "all in order" } : entry.body;
      const hash = sha256Hex(hashedText({ ...entry, body, prevHash }));
      await tx.run("UPDATE entries SET body = ?, prev_hash = ?, hash = ?, sig = ? WHERE seq = ?", [
        canonicalJson(body as JsonValue),
        prevHash,
        hash,
        signHash(Buffer.from(hash, "hex")),
        entry.seq,
      ]);
      prevHash = hash;
    }
    await tx.run("UPDATE epochs SET public_key = ?", [publicKey]);
    await tx.run("UPDATE countersignatures SET hash = ?", [prevHash]);
  });
  await database.close();
}

test("says of a journal that nothing in the folder proves whose key signed it", async () => {
  const station = await aStation();
  const { status, said } = await station.verify();
  expect(status).toBe(EXIT.OK);
  expect(said).toContain("the key was not proved");
});

test("proves an honest journal by the till's keys and by the books", async () => {
  const station = await aStation();
  await station.keepKeys();
  expect((await station.verify()).said).not.toContain("not proved");
  await station.keepBooks();
  expect(await station.verify()).toMatchObject({
    status: EXIT.OK,
    said: expect.not.stringContaining("not proved"),
  });
});

test("finds another key by the till's own", async () => {
  const station = await aStation();
  await station.keepKeys();
  await forge(station.path);
  expect(await station.verify()).toMatchObject({
    status: EXIT.WRONG,
    said: expect.stringContaining("another key than this till's"),
  });
});

test("proves what was written under an enrolment that was left, and finds another key, by the keys kept of it", async () => {
  const station = await aStation();
  await station.keepLeftKeys();
  expect(await station.verify()).toMatchObject({
    status: EXIT.OK,
    said: expect.not.stringContaining("not proved"),
  });
  await forge(station.path);
  expect(await station.verify()).toMatchObject({
    status: EXIT.WRONG,
    said: expect.stringContaining("another key than this till's"),
  });
});

test("proves what was left to send of an earlier enrolment when the back office got other keys", async () => {
  const station = await aStation();
  const { publicKey } = generateKeyPairSync("ed25519");
  await station.keepLeftKeys(publicKey.export({ type: "spki", format: "der" }).toString("base64"));
  expect(await station.verify()).toMatchObject({ status: EXIT.OK });
});

test("finds by the countersignature what was signed again with the till's own key", async () => {
  const station = await aStation();
  await station.keepKeys();
  await forge(station.path, station.signer);
  expect(await station.verify()).toMatchObject({
    status: EXIT.WRONG,
    said: expect.stringContaining("SIGNATURE_WRONG"),
  });
});

test("finds another key, and other entries, by the books", async () => {
  const station = await aStation();
  await station.keepBooks();
  await forge(station.path);
  expect((await station.verify()).said).toContain("another key than the books have");
  await forge(station.path, station.signer);
  expect(await station.verify()).toMatchObject({
    status: EXIT.WRONG,
    said: expect.stringContaining("is not the one that the books hold"),
  });
});

test("names what the back office had sent where somebody else wrote it", async () => {
  const station = await aStation();
  await station.keepKeys();
  const database = await openSqlite(station.path);
  await database.transaction((tx) =>
    tx.run(
      "INSERT INTO snapshot_state (id, version, issued_at, catalogue_version, seal) VALUES (1, 1, 0, 1, 'AAAA')",
    ),
  );
  await database.close();
  expect(await station.verify()).toMatchObject({
    status: EXIT.WRONG,
    said: expect.stringContaining("SNAPSHOT_CHANGED"),
  });
});
