// A back-up of the books: whole, with its keys under a passphrase, and known as restored when it is put back.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { v7 } from "uuid";
import { beforeAll, describe, expect, it } from "vitest";
import { backupBooks, restoreBooks } from "#backoffice/backup/backup-books.ts";
import { verifyBooks } from "#backoffice/backup/verify-books.ts";
import { openBankRestore } from "#backoffice/settlement/restored-bank.ts";
import { startBackoffice } from "#backoffice/start.ts";
import type { ErrorCode } from "#core/errors.ts";
import { instant } from "#core/time.ts";
import { fileHash } from "#database/file-hash.ts";
import { openSqlite } from "#database/sqlite.ts";

const PASSPHRASE = "a passphrase of some length";
const clock = { now: () => instant(Date.now()) };
const fresh = (name: string) => join(mkdtempSync(join(tmpdir(), "countersign-backup-")), name);

let dataDir: string;
let backup: string;

const start = (dir: string) =>
  startBackoffice({
    mode: "demo",
    dataDir: dir,
    pagesDir: join(dir, "no-pages"),
    schemasDir: "backoffice/bank/schemas",
    port: 0,
    host: "127.0.0.1",
    version: "test",
    clock,
    ids: { next: () => v7() },
    log: pino({ level: "silent" }),
  });

beforeAll(async () => {
  dataDir = fresh("backoffice");
  backup = fresh("backup");
  const running = await start(dataDir);
  // Taken while the back office runs: selling goes on.
  await backupBooks(dataDir, backup, PASSPHRASE, clock);
  await running.stop();
});

const failsWith = (code: ErrorCode) =>
  expect.objectContaining({ failure: expect.objectContaining({ code }) });

describe("a back-up of the books", () => {
  it("holds no key in the clear", () => {
    const secrets = readdirSync(join(dataDir, "keys")).map((name) =>
      readFileSync(join(dataDir, "keys", name), "utf8").trim(),
    );
    expect(secrets.length).toBeGreaterThan(3);
    for (const name of readdirSync(backup)) {
      const text = readFileSync(join(backup, name), "latin1");
      for (const secret of secrets) expect(text.includes(secret)).toBe(false);
    }
  });

  it("opens with its passphrase only", async () => {
    await expect(restoreBooks(backup, fresh("to"), "another passphrase", clock)).rejects.toEqual(
      failsWith("PASSWORD_WRONG"),
    );
    await expect(backupBooks(dataDir, fresh("short"), "short", clock)).rejects.toEqual(
      failsWith("PASSWORD_FORM"),
    );
  });

  it("is refused when its database was changed", async () => {
    const changed = fresh("changed");
    await backupBooks(dataDir, changed, PASSPHRASE, clock);
    const path = join(changed, "backoffice.db");
    const bytes = readFileSync(path);
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    await expect(restoreBooks(changed, fresh("to"), PASSPHRASE, clock)).rejects.toEqual(
      failsWith("DATABASE_CORRUPT"),
    );
  });

  const copyOf = (name: string) => {
    const copy = fresh(name);
    cpSync(backup, copy, { recursive: true });
    return copy;
  };

  it.each([
    ["manifest.json", '{"kind":'],
    ["manifest.json", '{"kind":"something else"}'],
    ["keys.sealed", ""],
    ["keys.sealed", '{"salt":"AAAA"}'],
  ])("is refused when its %s is damaged: %s", async (name, text) => {
    const damaged = copyOf("damaged");
    writeFileSync(join(damaged, name), text);
    await expect(restoreBooks(damaged, fresh("to"), PASSPHRASE, clock)).rejects.toEqual(
      failsWith("DATABASE_CORRUPT"),
    );
  });

  it("is refused when a part of it is missing", async () => {
    const partial = copyOf("partial");
    rmSync(join(partial, "keys.sealed"));
    await expect(restoreBooks(partial, fresh("to"), PASSPHRASE, clock)).rejects.toEqual(
      failsWith("DATABASE_CORRUPT"),
    );
  });

  it("that cannot be brought to today's form and marked leaves the books as they were", async () => {
    const newer = copyOf("newer");
    const path = join(newer, "backoffice.db");
    const database = await openSqlite(path);
    await database.transaction((tx) => tx.run("INSERT INTO schema_migration VALUES ('999-of-a-newer-one')"));
    await database.close();
    const manifest = JSON.parse(readFileSync(join(newer, "manifest.json"), "utf8"));
    const databaseSha256 = await fileHash(path);
    writeFileSync(join(newer, "manifest.json"), JSON.stringify({ ...manifest, databaseSha256 }));
    const namesIn = (dir: string) => readdirSync(dir).filter((name) => !name.includes(".restoring"));
    const before = [await fileHash(join(dataDir, "backoffice.db")), namesIn(dataDir)];
    await expect(restoreBooks(newer, dataDir, PASSPHRASE, clock)).rejects.toEqual(
      failsWith("STATE_CONFLICT"),
    );
    expect([await fileHash(join(dataDir, "backoffice.db")), namesIn(dataDir)]).toEqual(before);
  });

  it("takes the place of what a restore that was cut off left, and nothing starts on half of one", async () => {
    const to = fresh("cut-off");
    mkdirSync(join(to, "keys.restoring"), { recursive: true });
    for (const name of ["backoffice.db.restoring", "backoffice.db.restoring-wal", "keys.restoring/old.1.key"])
      writeFileSync(join(to, name), "half of one");
    await expect(start(to)).rejects.toEqual(failsWith("STATE_CONFLICT"));
    await restoreBooks(backup, to, PASSPHRASE, clock);
    expect(readdirSync(to).filter((name) => name.includes(".restoring"))).toEqual([]);
    expect(readdirSync(join(to, "keys"))).toEqual(readdirSync(join(dataDir, "keys")));
    expect(existsSync(join(to, "backoffice.db-wal"))).toBe(false);
    expect(await verifyBooks(join(to, "backoffice.db"))).toMatchObject({ ok: true });
  });

  it("comes back whole, keeps what was there aside, and is known as restored", async () => {
    await restoreBooks(backup, dataDir, PASSPHRASE, clock);
    expect(readdirSync(dataDir).some((name) => name.startsWith("before-restore-"))).toBe(true);
    expect(await verifyBooks(join(dataDir, "backoffice.db"))).toMatchObject({ ok: true });
    const database = await openSqlite(join(dataDir, "backoffice.db"));
    expect(await database.read.all("SELECT settled_at, bank_settled_at FROM books_restore")).toEqual([
      { settled_at: null, bank_settled_at: null },
    ]);
    const { madeAt } = JSON.parse(readFileSync(join(backup, "manifest.json"), "utf8"));
    expect(await openBankRestore(database.read)).toMatchObject({ backupMadeAt: Date.parse(madeAt) });
    await database.close();
    const again = await start(dataDir);
    expect(again.cards).toHaveLength(20);
    await again.stop();
  });
});
