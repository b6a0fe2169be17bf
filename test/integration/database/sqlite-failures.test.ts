import { mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { backupSqlite } from "#database/backup.ts";
import type { Database, Statement } from "#database/database.ts";
import { numberOf } from "#database/row.ts";
import { openSqlite } from "#database/sqlite.ts";
import { SqliteConnection } from "#database/sqlite-connection.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "countersign-sqlite-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const codeOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => "done",
    (error: { failure?: { code: string }; message: string }) => error.failure?.code ?? error.message,
  );

async function filled(name: string, rows: number): Promise<Database> {
  const database = await openSqlite(join(folder, name));
  await database.transaction(async (tx) => {
    await tx.run("CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT");
    for (let id = 0; id < rows; id += 1)
      await tx.run("INSERT INTO note VALUES (?, ?)", [id, "x".repeat(500)]);
  });
  return database;
}

const count = async (database: Database) =>
  numberOf((await database.read.get("SELECT COUNT(*) AS count FROM note")) ?? {}, "count");

test("a full disk is DISK_FULL, loses nothing that was acknowledged, and writing goes on when there is room", async () => {
  const database = await filled("full.db", 20);
  const fill = () =>
    database.transaction(async (tx) => {
      for (let id = 100; id < 400; id += 1)
        await tx.run("INSERT INTO note VALUES (?, ?)", [id, "y".repeat(500)]);
    });
  await database.transaction((tx) => tx.all("PRAGMA max_page_count = 10"));
  expect(await codeOf(fill())).toBe("DISK_FULL");
  expect(await count(database)).toBe(20);
  await database.transaction((tx) => tx.all("PRAGMA max_page_count = 10000"));
  expect(await codeOf(fill())).toBe("done");
  await database.close();
});

describe("a database that another process holds", () => {
  const insert = (id: number) => ({ sql: "INSERT INTO note VALUES (?, 'x')", params: [id] });
  const ways = {
    "a transaction": (database: Database) => database.transaction((tx) => tx.runAll([insert(1), insert(2)])),
    "one statement": (database: Database) => database.commit([insert(1)]),
    "a script": (database: Database) => database.commit([insert(1), insert(2)]),
  };

  test.concurrent.each(Object.entries(ways))(
    "is BUSY for %s, and what comes after it stays",
    { timeout: 60_000 },
    async (name, write) => {
      const file = `held by ${name}.db`;
      const database = await filled(file, 0);
      const other = await SqliteConnection.open(join(folder, file), "write");
      await other.run("BEGIN IMMEDIATE");
      expect(await codeOf(write(database))).toBe("BUSY");
      await other.run("ROLLBACK");
      await other.close();
      // Another statement than the one that failed, which would be reset by being run again.
      const later = (id: number) => ({ sql: "INSERT INTO note (id, body) VALUES (?, 'y')", params: [id] });
      await database.commit([later(10)]);
      await database.commit([later(11), later(12)]);
      await database.transaction((tx) => tx.runAll([later(13)]));
      await database.commit([later(14)]);
      await database.close();
      const again = await openSqlite(join(folder, file));
      expect(
        (await again.read.all("SELECT id FROM note ORDER BY id")).map((row) => numberOf(row, "id")),
      ).toEqual([10, 11, 12, 13, 14]);
      await again.close();
    },
  );
});

test("a commit that fails at any of its points leaves nothing behind", async () => {
  const database = await filled("points.db", 1);
  await database.transaction((tx) =>
    tx.run("CREATE TABLE line (note INTEGER REFERENCES note (id) DEFERRABLE INITIALLY DEFERRED) STRICT"),
  );
  const insert = { sql: "INSERT INTO note VALUES (?, ?)", params: [1, "x"] };
  const failing = {
    "at a value": [insert, { sql: "INSERT INTO note VALUES (?, ?)", params: [2, null] }],
    "at its COMMIT": [insert, { sql: "INSERT INTO line VALUES (?)", params: [77] }],
    "at its words": [insert, { sql: "INSERT INTO nowhere VALUES (?)", params: [1] }],
  };
  const ways = {
    commit: (statements: readonly Statement[]) => database.commit(statements),
    runLast: (statements: readonly Statement[]) => database.transaction((tx) => tx.runLast(statements)),
  };
  for (const [point, statements] of Object.entries(failing)) {
    for (const [way, commit] of Object.entries(ways)) {
      expect([way, point, await codeOf(commit(statements))]).not.toEqual([way, point, "done"]);
      expect([way, point, await count(database)]).toEqual([way, point, 1]);
    }
  }
  await database.transaction((tx) => tx.all("PRAGMA max_page_count = 10"));
  const many = Array.from({ length: 300 }, (_, id) => ({ ...insert, params: [100 + id, "y".repeat(500)] }));
  for (const [way, commit] of Object.entries(ways)) {
    expect([way, await codeOf(commit(many))]).toEqual([way, "DISK_FULL"]);
    expect([way, await count(database)]).toEqual([way, 1]);
  }
  await database.transaction((tx) => tx.all("PRAGMA max_page_count = 10000"));
  await database.commit(many);
  expect(await count(database)).toBe(301);
  await database.close();
});

test("a corrupt page is DATABASE_CORRUPT", async () => {
  const database = await filled("page.db", 200);
  await database.close();
  const path = join(folder, "page.db");
  const file = openSync(path, "r+");
  for (let at = 4_096; at < statSync(path).size; at += 4_096)
    writeSync(file, Buffer.alloc(64, 0xff), 0, 64, at);
  const broken = await openSqlite(path);
  expect(await codeOf(broken.read.all("SELECT * FROM note"))).toBe("DATABASE_CORRUPT");
  await broken.close();
});

test("a file that is no database is DATABASE_CORRUPT, and is left as it was", async () => {
  const path = join(folder, "letter.db");
  writeFileSync(path, "Dear sir, this is not a database. ".repeat(100));
  const before = readFileSync(path);
  expect(await codeOf(openSqlite(path))).toBe("DATABASE_CORRUPT");
  expect(readFileSync(path).equals(before)).toBe(true);
});

test("more waiting transactions than the queue holds are BUSY, and those in it are done", async () => {
  const database = await openSqlite(":memory:", { waitingMax: 3 });
  await database.transaction((tx) => tx.run("CREATE TABLE note (id INTEGER PRIMARY KEY)"));
  const write = (id: number) =>
    codeOf(database.transaction((tx) => tx.run("INSERT INTO note VALUES (?)", [id])));
  expect(await Promise.all([1, 2, 3, 4, 5].map(write))).toEqual(["done", "done", "done", "BUSY", "BUSY"]);
  expect(await count(database)).toBe(3);
  await database.close();
});

test("a transaction that never ends is TIMED_OUT, undone, and gives the writer back", async () => {
  const database = await openSqlite(":memory:", { transactionMsMax: 20 });
  await database.transaction((tx) => tx.run("CREATE TABLE note (id INTEGER PRIMARY KEY)"));
  const stuck = database.transaction(async (tx) => {
    await tx.run("INSERT INTO note VALUES (1)");
    await new Promise(() => undefined);
  });
  expect(await codeOf(stuck)).toBe("TIMED_OUT");
  expect(await codeOf(database.transaction((tx) => tx.run("INSERT INTO note VALUES (2)")))).toBe("done");
  expect(await database.read.all("SELECT id FROM note")).toEqual([{ id: 2 }]);
  await database.close();
});

test("statements still under way when the work throws do not land after it", async () => {
  const database = await filled("racing.db", 0);
  const racing = database.transaction(async (tx) => {
    const slow = tx.run("INSERT INTO note SELECT value, 'x' FROM generate_series(1, 1)");
    const late = tx.run("INSERT INTO note VALUES (2, 'x')");
    await Promise.all([slow, late]);
  });
  expect(await codeOf(racing)).not.toBe("done");
  expect(await count(database)).toBe(0);
  await database.close();
});

test("a read that comes while the database closes is NOT_READY, and does not keep it open", async () => {
  const database = await filled("closing.db", 10);
  const asked = database.read.all("SELECT COUNT(*) AS notes FROM note");
  const closed = database.close();
  // The close is under way from the next turns on; each of these is a statement of its own.
  const late: Promise<string>[] = [];
  for (let turn = 0; turn < 20; turn += 1) {
    late.push(codeOf(database.read.all(`SELECT ${turn} AS turn`)));
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await codeOf(closed)).toBe("done");
  expect(await asked).toEqual([{ notes: 10 }]);
  const codes = await Promise.all(late);
  expect(codes.filter((code) => code !== "done" && code !== "NOT_READY")).toEqual([]);
  expect(codes.at(-1)).toBe("NOT_READY");
  const insert = { sql: "INSERT INTO note VALUES (?, ?)", params: [99, "late"] };
  expect(await codeOf(database.commit([insert]))).toBe("NOT_READY");
  expect(await codeOf(database.transaction((tx) => tx.runLast([insert])))).toBe("NOT_READY");
});

test("models cannot write beside the one writer", async () => {
  const database = await filled("models.db", 1);
  await expect(database.sequelize().query("DELETE FROM note")).rejects.toThrow(/readonly/);
  await database.close();
});

test("a back-up holds what was committed, opens by itself, and never overwrites", async () => {
  const database = await filled("source.db", 50);
  const path = join(folder, "backup.db");
  await Promise.all([
    backupSqlite(database, path),
    database.transaction((tx) => tx.run("INSERT INTO note VALUES (1000, 'during')")),
  ]);
  const copy = await openSqlite(path);
  expect(await count(copy)).toBeGreaterThanOrEqual(50);
  await copy.close();
  expect(statSync(path).mode & 0o077).toBe(0);
  expect(await codeOf(backupSqlite(database, path))).toBe("STATE_CONFLICT");
  await database.close();
});

test("the writer is durable and its triggers hold for REPLACE", async () => {
  const database = await filled("pragmas.db", 0);
  const pragma = async (name: string) => {
    const row = await database.transaction((tx) => tx.get(`PRAGMA ${name}`));
    return Object.values(row ?? {})[0];
  };
  expect(await pragma("journal_mode")).toBe("wal");
  expect(await pragma("synchronous")).toBe(2);
  expect(await pragma("recursive_triggers")).toBe(1);
  expect(await pragma("foreign_keys")).toBe(1);
  await database.close();
});
