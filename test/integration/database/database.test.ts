import { describe, expect, test } from "vitest";
import { bulkRows } from "#database/bulk-rows.ts";
import type { Database } from "#database/database.ts";
import { isUniqueViolation } from "#database/failures.ts";
import { insertRows, textsIn, textsParam } from "#database/insert-rows.ts";
import { type Migration, migrate } from "#database/migrate.ts";
import { bigintOf, booleanOf, bytesOf, nullable, numberOf, textOf } from "#database/row.ts";
import { eachDatabase } from "#test/world/database.ts";
import { sampleCount, sampleTables } from "./sample.ts";

const LIMIT = 2n ** 63n - 1n;

const codeOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => "done",
    (error: { failure?: { code: string }; message: string }) => error.failure?.code ?? error.message,
  );

eachDatabase((databases) => {
  const fresh = () => databases.open([sampleTables]);
  const put = (database: Database, id: string, amount: bigint) =>
    database.transaction((tx) => tx.run("INSERT INTO sample (id, amount) VALUES (?, ?)", [id, amount]));

  test.each([LIMIT, -LIMIT, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 0n])(
    "keeps an amount of %s to the unit",
    async (amount) => {
      const database = await fresh();
      await put(database, "one", amount);
      await database.transaction(async (tx) => {
        await insertRows(tx, { table: "sample", columns: { id: "text", amount: "money" } }, [
          ["many", String(amount)],
        ]);
        await tx.run("INSERT INTO sample (id, amount) SELECT ?, CAST(? AS BIGINT)", ["cast", amount]);
      });
      const rows = await database.read.all("SELECT CAST(amount AS TEXT) AS amount FROM sample");
      expect(rows.map((row) => bigintOf(row, "amount"))).toEqual([amount, amount, amount]);
      const found = await database.read.all("SELECT id FROM sample WHERE amount = CAST(? AS BIGINT)", [
        amount,
      ]);
      expect(found.length).toBe(3);
    },
  );

  test("keeps texts, truth values, instants and bytes", async () => {
    const database = await fresh();
    const text = `한글 "quoted" \\ {braces,} 'it''s' ? \n`;
    const at = 1_795_246_295_123;
    await database.transaction((tx) =>
      tx.run("INSERT INTO sample VALUES (?, ?, ?, ?, ?)", [text, null, true, at, Uint8Array.of(0, 255)]),
    );
    const row = (await database.read.get("SELECT * FROM sample WHERE id = ?", [text])) ?? {};
    expect([textOf(row, "id"), booleanOf(row, "seen"), numberOf(row, "at")]).toEqual([text, true, at]);
    expect([...bytesOf(row, "raw")]).toEqual([0, 255]);
  });

  test("inserts rows in bulk and finds them by a list, whatever their texts hold", async () => {
    const database = await fresh();
    const ids = ["a", 'b"', "c\\", "d,}", "{e", "null", "NULL", "", "한", "'"];
    await database.transaction(async (tx) => {
      const rows = ids.map((id, index) => [id, index % 2 === 0, index === 0 ? null : index]);
      const insert = { table: "sample", columns: { id: "text", seen: "boolean", at: "integer" } } as const;
      const suffix = "ON CONFLICT (id) DO NOTHING";
      expect(await insertRows(tx, { ...insert, suffix }, rows)).toBe(ids.length);
      expect(await insertRows(tx, { ...insert, suffix }, rows)).toBe(0);
    });
    const { read } = database;
    const found = await read.all(`SELECT * FROM sample WHERE ${textsIn(read, "id")} ORDER BY id`, [
      textsParam(read, ids),
    ]);
    expect(found.map((row) => textOf(row, "id"))).toEqual(ids.toSorted());
    expect(booleanOf(found.find((row) => row.id === "a") ?? {}, "seen")).toBe(true);
  });

  test("reads many rows at once as it reads single ones", async () => {
    const database = await fresh();
    const amount = LIMIT - 1n;
    const texts = [`한글 "quoted" \\ \n`, "", "null"];
    await database.transaction(async (tx) => {
      for (const id of texts) {
        await tx.run("INSERT INTO sample (id, amount, at) VALUES (?, ?, ?)", [id, amount, null]);
      }
    });
    const columns = { id: "id", amount: "CAST(amount AS TEXT)", at: "at" };
    const { read } = database;
    const from = `sample WHERE ${textsIn(read, "id")}`;
    const rows = await bulkRows(read, columns, from, [textsParam(read, texts)]);
    expect(rows.map((row) => textOf(row, "id")).toSorted()).toEqual(texts.toSorted());
    expect(rows.map((row) => bigintOf(row, "amount"))).toEqual(texts.map(() => amount));
    expect(rows.map((row) => nullable(row, "at", numberOf))).toEqual(texts.map(() => null));
    expect(await bulkRows(read, columns, from, [textsParam(read, [])])).toEqual([]);
  });

  test("sorts texts by code points, not by a language", async () => {
    const database = await fresh();
    for (const id of ["b", "B", "a", "ä", "Z"]) await put(database, id, 1n);
    const rows = await database.read.all("SELECT id FROM sample ORDER BY id");
    expect(rows.map((row) => textOf(row, "id"))).toEqual(["B", "Z", "a", "b", "ä"]);
  });

  test("undoes everything when the work throws", async () => {
    const database = await fresh();
    const failing = database.transaction(async (tx) => {
      await tx.run("INSERT INTO sample (id) VALUES ('x')");
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await sampleCount(database)).toBe(0);
  });

  test("never commits in silence a transaction whose statement was refused", async () => {
    const database = await fresh();
    await put(database, "x", 1n);
    let refused = false;
    const outcome = await codeOf(
      database.transaction(async (tx) => {
        await tx.run("INSERT INTO sample (id) VALUES ('y')");
        await tx.run("INSERT INTO sample (id) VALUES ('x')").catch((error) => {
          refused = isUniqueViolation(error);
        });
      }),
    );
    expect(refused).toBe(true);
    expect(await sampleCount(database)).toBe(outcome === "done" ? 2 : 1);
  });

  test("a handle is dead after its transaction", async () => {
    const database = await fresh();
    const handle = await database.transaction(async (tx) => ({ run: tx.run }));
    expect(() => handle.run("INSERT INTO sample (id) VALUES ('late')")).toThrow("after it has ended");
  });

  test("reads see committed rows only, and a snapshot sees one moment", async () => {
    const database = await fresh();
    await database.transaction(async (tx) => {
      await tx.run("INSERT INTO sample (id) VALUES ('x')");
      expect(await sampleCount(database)).toBe(0);
    });
    await database.snapshot(async (db) => {
      const before = await db.all("SELECT id FROM sample");
      await put(database, "y", 1n);
      expect(await db.all("SELECT id FROM sample")).toEqual(before);
    });
    expect(await sampleCount(database)).toBe(2);
  });

  test("concurrent transactions that decide from what they read do not overtake each other", async () => {
    const database = await fresh();
    const other = await databases.again(database);
    await put(database, "sum", 0n);
    const addOne = (to: Database) =>
      to.transaction(async (tx) => {
        const row =
          (await tx.get("SELECT CAST(amount AS TEXT) AS amount FROM sample WHERE id = 'sum'")) ?? {};
        await tx.run("UPDATE sample SET amount = ? WHERE id = 'sum'", [bigintOf(row, "amount") + 1n]);
      });
    await Promise.all(Array.from({ length: 8 }, (_, index) => addOne(index % 2 === 0 ? database : other)));
    const row = await database.read.get("SELECT CAST(amount AS TEXT) AS amount FROM sample WHERE id = 'sum'");
    expect(bigintOf(row ?? {}, "amount")).toBe(8n);
  });

  test("models read what was written", async () => {
    const database = await fresh();
    await put(database, "x", 5n);
    const [rows] = await database.sequelize().query("SELECT id FROM sample");
    expect(rows).toEqual([{ id: "x" }]);
  });

  describe("tables that only grow", () => {
    test.each([
      "UPDATE fact SET body = 'other'",
      "UPDATE fact SET body = body WHERE id = 'f'",
      "DELETE FROM fact",
      "DELETE FROM kept",
      ...(databases.dialect === "postgres"
        ? [
            "TRUNCATE fact",
            "TRUNCATE kept",
            "INSERT INTO fact VALUES ('f', 'x') ON CONFLICT (id) DO UPDATE SET body = 'x'",
          ]
        : [
            "INSERT OR REPLACE INTO fact VALUES ('f', 'other')",
            "REPLACE INTO kept VALUES ('k', 'other')",
            "INSERT INTO fact VALUES ('f', 'x') ON CONFLICT (id) DO UPDATE SET body = 'x'",
          ]),
    ])("refuse %s", async (sql) => {
      const database = await fresh();
      await database.transaction(async (tx) => {
        await tx.run("INSERT INTO fact VALUES ('f', 'body')");
        await tx.run("INSERT INTO kept VALUES ('k', 'body')");
      });
      await expect(database.transaction((tx) => tx.run(sql))).rejects.toThrow(/is refused/);
      expect(await database.read.all("SELECT * FROM fact")).toEqual([{ id: "f", body: "body" }]);
      expect(await database.read.all("SELECT * FROM kept")).toEqual([{ id: "k", body: "body" }]);
    });

    test("a row that may change but not go does change", async () => {
      const database = await fresh();
      await database.transaction((tx) => tx.run("INSERT INTO kept VALUES ('k', 'body')"));
      expect(await database.transaction((tx) => tx.run("UPDATE kept SET body = 'new'"))).toBe(1);
    });
  });

  describe("migrations", () => {
    const next: Migration = {
      name: "002-next",
      up: () => ["ALTER TABLE kept ADD COLUMN extra TEXT", "UPDATE kept SET extra = 'was ' || body"],
    };

    test("run once each, over the rows of the version before", async () => {
      const database = await fresh();
      await database.transaction((tx) => tx.run("INSERT INTO kept VALUES ('k', 'body')"));
      expect(await migrate(database, [sampleTables, next])).toEqual(["002-next"]);
      expect(await migrate(database, [sampleTables, next])).toEqual([]);
      expect(await database.read.get("SELECT extra FROM kept")).toEqual({ extra: "was body" });
    });

    test("run once each when two processes start together", async () => {
      const database = await fresh();
      const other = await databases.again(database);
      await Promise.all([migrate(database, [sampleTables, next]), migrate(other, [sampleTables, next])]);
      const names = await database.read.all("SELECT name FROM schema_migration ORDER BY name");
      expect(names.map((row) => textOf(row, "name"))).toEqual(["001-values", "002-next"]);
    });

    test("leave nothing behind when a statement fails", async () => {
      const database = await fresh();
      const broken: Migration = { name: "002-broken", up: () => ["CREATE TABLE half (id TEXT)", "NONSENSE"] };
      await expect(migrate(database, [sampleTables, broken])).rejects.toThrow();
      await expect(database.read.all("SELECT * FROM half")).rejects.toThrow();
      expect(await migrate(database, [sampleTables, next])).toEqual(["002-next"]);
    });

    test("refuse a database of a newer version", async () => {
      const database = await databases.open([sampleTables, next]);
      expect(await codeOf(migrate(database, [sampleTables]))).toBe("STATE_CONFLICT");
    });
  });
});
