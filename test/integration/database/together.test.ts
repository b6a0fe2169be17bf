// Statements that run as one, in a transaction or as a commit of their own.
import { expect, test } from "vitest";
import { FailureError } from "#core/errors.ts";
import type { Statement, WriteDb } from "#database/database.ts";
import { isUniqueViolation } from "#database/failures.ts";
import { booleanOf, bytesOf, numberOf, textOf } from "#database/row.ts";
import { eachDatabase } from "#test/world/database.ts";
import { sampleCount, sampleTables } from "./sample.ts";

const LIMIT = 2n ** 63n - 1n;

eachDatabase((databases) => {
  const fresh = () => databases.open([sampleTables]);

  test("runs statements as one, with all that they bind", async () => {
    const database = await fresh();
    const text = `한글 "quoted" \\ {braces,} 'it''s' ? ; DROP TABLE sample; -- \n`;
    const at = 1_795_246_295_123;
    const insert = "INSERT INTO sample VALUES (?, ?, ?, ?, ?)";
    await database.transaction((tx) =>
      tx.runAll([
        { sql: insert, params: [text, LIMIT, true, at, Uint8Array.of(0, 255)] },
        { sql: insert, params: ["other", null, false, null, null] },
        {
          sql: "UPDATE sample SET at = at + CAST(? AS BIGINT) WHERE id = ? AND at = ?",
          params: [2n, text, at],
        },
        { sql: "INSERT INTO kept VALUES ('a ? in quotes', ?)", params: [text] },
      ]),
    );
    const row = (await database.read.get("SELECT * FROM sample WHERE id = ?", [text])) ?? {};
    expect([booleanOf(row, "seen"), numberOf(row, "at"), [...bytesOf(row, "raw")]]).toEqual([
      true,
      at + 2,
      [0, 255],
    ]);
    expect(await database.read.get("SELECT id, body FROM kept")).toEqual({ id: "a ? in quotes", body: text });
    await database.transaction((tx) => tx.runAll([]));
    expect(await sampleCount(database)).toBe(2);
  });

  test("of many statements run as one, a failure leaves none", async () => {
    const database = await fresh();
    const rowsOf = (ids: readonly string[]) =>
      ids.map((id) => ({ sql: "INSERT INTO sample (id, amount) VALUES (?, ?)", params: [id, 1n] }));
    const many = Array.from({ length: 1_200 }, (_, index) => `n${index}`);
    const failing = database.transaction((tx) => tx.runAll(rowsOf([...many, "n7", "after"])));
    await expect(failing).rejects.toSatisfy(isUniqueViolation);
    expect(await sampleCount(database)).toBe(0);
    await database.transaction((tx) => tx.runAll(rowsOf(many)));
    expect(await sampleCount(database)).toBe(1_200);
  });

  test("of statements run as one, nothing stays where one does not change the one row that it must", async () => {
    const database = await fresh();
    const insert = (id: string) => ({
      sql: "INSERT INTO sample (id, amount) VALUES (?, ?)",
      params: [id, 1n],
    });
    const update = (id: string, must: string) => ({
      sql: "UPDATE sample SET at = 5 WHERE id LIKE ?",
      params: [id],
      must,
    });
    const says = "the sample's row isn't \"there\"; \n한";
    const unmet = { failure: { code: "STATE_CONFLICT", detail: says } };
    const run = (...statements: Statement[]) => database.transaction((tx) => tx.runAll(statements));
    await expect(run(insert("a"), update("b", says))).rejects.toMatchObject(unmet);
    await expect(run(update("b", says))).rejects.toMatchObject(unmet);
    expect(await sampleCount(database)).toBe(0);
    // Two rows are one too many, and what stands between says nothing of the one before it.
    await expect(run(insert("a1"), insert("a2"), update("a%", says))).rejects.toMatchObject(unmet);
    const keep = {
      sql: "INSERT INTO sample (id, amount) VALUES (?, ?) ON CONFLICT (id) DO NOTHING",
      must: says,
    };
    await run(insert("a"), update("a", says), { ...keep, params: ["b", 1n] }, insert("c"));
    expect(await sampleCount(database)).toBe(3);
    await expect(run({ ...keep, params: ["b", 1n] }, insert("e"))).rejects.toMatchObject(unmet);
    expect(await sampleCount(database)).toBe(3);
  });

  test("commits statements that nothing is read for, all of them or none", async () => {
    const database = await fresh();
    const insert = (id: string, amount = "1") => ({
      sql: "INSERT INTO sample (id, amount) VALUES (?, ?)",
      params: [id, BigInt(amount)],
    });
    const must = "the row is there";
    const update = (id: string) => ({
      sql: "UPDATE sample SET amount = amount + CAST(? AS BIGINT) WHERE id = ?",
      params: [1n, id],
      must,
    });
    const unmet = { failure: { code: "STATE_CONFLICT", detail: must } };
    const amounts = async () =>
      (await database.read.all("SELECT id, CAST(amount AS TEXT) AS amount FROM sample ORDER BY id")).map(
        (row) => `${textOf(row, "id")} ${textOf(row, "amount")}`,
      );
    await database.commit([]);
    await database.commit([insert("a")]);
    await database.commit([insert("b", "9007199254740993"), update("b"), update("a")]);
    const kept = ["a 2", "b 9007199254740994"];
    expect(await amounts()).toEqual(kept);
    // One alone that does not do what it must is undone too, and so is one that changes more than its row.
    await expect(database.commit([update("c")])).rejects.toMatchObject(unmet);
    const all = { sql: "UPDATE sample SET at = 5", must };
    await expect(database.commit([all])).rejects.toMatchObject(unmet);
    await expect(database.commit([insert("c"), update("d")])).rejects.toMatchObject(unmet);
    await expect(database.commit([insert("c"), insert("a")])).rejects.toSatisfy(isUniqueViolation);
    await expect(database.commit([insert("a")])).rejects.toSatisfy(isUniqueViolation);
    expect(await amounts()).toEqual(kept);
    expect(await database.read.get("SELECT at FROM sample WHERE at IS NOT NULL")).toBeUndefined();
    // What failed leaves the next one nothing to stumble over.
    await database.commit([insert("c"), update("c")]);
    const many = Array.from({ length: 1_200 }, (_, index) => insert(`n${index}`));
    await expect(database.commit([...many, insert("c")])).rejects.toSatisfy(isUniqueViolation);
    expect(await amounts()).toEqual([...kept, "c 2"]);
    await database.commit(many);
    expect(await sampleCount(database)).toBe(many.length + 3);
  });

  test("binds as many values as a script's statements have", async () => {
    const database = await fresh();
    const { length } = "abcdefghijklmnopqrstuvwxyz".repeat(4);
    const sql = `INSERT INTO sample (id, at) VALUES (?, LENGTH(${Array.from({ length }, () => "CAST(? AS TEXT)").join(" || ")}))`;
    const rows = Array.from({ length: 400 }, (_, row) => ({
      sql,
      params: [`n${row}`, ...Array.from({ length }, () => "x")],
    }));
    await database.commit(rows);
    const lengths = await database.read.all("SELECT DISTINCT at FROM sample");
    expect(lengths.map((row) => numberOf(row, "at"))).toEqual([length]);
    expect(await sampleCount(database)).toBe(rows.length);
  });

  test("the last statements of a transaction commit with it, or nothing of it does", async () => {
    const database = await fresh();
    const insert = (id: string) => ({
      sql: "INSERT INTO sample (id, amount) VALUES (?, ?)",
      params: [id, 1n],
    });
    const many = Array.from({ length: 1_200 }, (_, index) => insert(`n${index}`));
    const ending = (last: readonly Statement[]) =>
      database.transaction(async (tx) => {
        await tx.runAll([insert("before")]);
        await tx.runLast(last);
      });
    await expect(ending([...many, insert("n7")])).rejects.toSatisfy(isUniqueViolation);
    await expect(
      ending([
        ...many,
        { ...insert("n7"), sql: `${insert("").sql} ON CONFLICT DO NOTHING`, must: "n7 is new" },
      ]),
    ).rejects.toThrow(FailureError);
    expect(await sampleCount(database)).toBe(0);
    await ending(many);
    expect(await sampleCount(database)).toBe(many.length + 1);
    await database.transaction((tx) => tx.runLast([]));
    const after = database.transaction(async (tx) => {
      const last = tx.runLast([insert("last")]);
      await expect(Promise.resolve().then(() => tx.run("DELETE FROM sample"))).rejects.toThrow();
      await last;
    });
    await after;
    expect(await sampleCount(database)).toBe(many.length + 2);
  });

  test("a write that failed lets nothing of its transaction commit, heard or not", async () => {
    const database = await fresh();
    const insert = (id: string, at = 0) => ({
      sql: "INSERT INTO sample (id, at) VALUES (?, ?)",
      params: [id, at],
    });
    const unheard = () => undefined;
    const unbound = insert("a", 2 ** 53);
    const works: readonly ((tx: WriteDb) => Promise<unknown>)[] = [
      (tx) => {
        tx.runAll([unbound, insert("b")]).catch(unheard);
        return tx.runLast([insert("c")]);
      },
      async (tx) => {
        await tx.runAll([insert("a")]);
        await tx.runLast([insert("a")]).catch(unheard);
      },
      async (tx) => {
        await tx.runAll([insert("a")]);
        tx.runLast([insert("a")]).catch(unheard);
      },
      async (tx) => {
        await tx.run(unbound.sql, unbound.params).catch(unheard);
        await tx.run("INSERT INTO sample (id) VALUES ('b')").catch(unheard);
      },
    ];
    for (const [index, work] of works.entries()) {
      await expect(database.transaction(work), `${index}`).rejects.toThrow();
      expect([index, await sampleCount(database)]).toEqual([index, 0]);
    }
    await database.commit([insert("a")]);
    expect(await sampleCount(database)).toBe(1);
  });

  test("commits and transactions take turns", async () => {
    const database = await fresh();
    await database.commit([{ sql: "INSERT INTO sample (id, amount) VALUES (?, ?)", params: ["a", 0n] }]);
    const more = { sql: "UPDATE sample SET amount = amount + 1", must: "one row" };
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        index % 2 === 0
          ? database.commit([more, more])
          : database.transaction(async (tx) => {
              await tx.run(more.sql);
              await tx.run(more.sql);
            }),
      ),
    );
    expect(await database.read.get("SELECT CAST(amount AS TEXT) AS amount FROM sample")).toEqual({
      amount: "40",
    });
  });

  test("checks what each of very many statements must, wherever a script ends", async () => {
    const database = await fresh();
    const ids = Array.from({ length: 1_200 }, (_, index) => `n${index}`);
    const rows = ids.map((id) => ({
      sql: "INSERT INTO sample (id, amount) VALUES (?, ?)",
      params: [id, 1n],
      must: `${id} is new`,
    }));
    await database.transaction((tx) => tx.runAll(rows));
    expect(await sampleCount(database)).toBe(ids.length);
  });
});
