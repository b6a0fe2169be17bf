import { readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { openSqlite } from "#database/sqlite.ts";
import { EXIT, runCli } from "#main/cli/run-cli.ts";
import { lockFolder } from "#main/station/lock.ts";
import { aFolder } from "../journal/a-journal.ts";
import {
  aCounter,
  approvedOnline,
  CARD,
  journalKinds,
  KIM,
  LEE,
  lineCut,
  withBasket,
  won,
} from "./a-till.ts";

/** A data folder with one till that has sold, refunded and closed a shift. */
async function aStation() {
  const dataDir = await aFolder();
  const counter = await aCounter(join(dataDir, "till-1", "till.db"));
  const till = await counter.start();
  await withBasket(till);
  await till.act("startPaying");
  await till.act("startPrepaid", { amount: won(6_000) });
  await till.act("typeCard", { number: CARD });
  await till.act("typePassword", { password: "blue-door" });
  await till.until((view) => view.sale?.tenders.length === 1);
  await till.act("payCash", { given: won(5_000) });
  const [line] = (await till.view()).sale?.lines ?? [];
  const lines = [{ lineId: line?.lineId, quantity: 1 }];
  await till.act("refund", { receiptNumber: 1, lines, managerId: LEE, managerPin: "2222" });
  await till.act("reprint", { receiptNumber: 1 });
  await till.act("closeShift", { counts: [{ faceMinor: "1000", count: 104 }] });
  const head = till.journal.head();
  await till.stop();
  return { dataDir, counter, head };
}

async function cli(...args: readonly string[]) {
  const lines: string[] = [];
  const status = await runCli(args, (line) => lines.push(line));
  return { status, said: lines.join("\n") };
}

async function spoil(path: string, ...statements: readonly string[]): Promise<void> {
  const database = await openSqlite(path);
  await database.transaction(async (tx) => {
    for (const sql of statements) await tx.run(sql);
  });
  await database.close();
}

describe("countersign verify", () => {
  it("says that a till holds", async () => {
    const { dataDir } = await aStation();
    expect(await cli("verify", dataDir)).toMatchObject({
      status: EXIT.OK,
      said: expect.stringMatching(/hold/),
    });
  });

  it("names an entry that was changed, and a table that is not what the journal says", async () => {
    const { dataDir, counter } = await aStation();
    await spoil(counter.path, "UPDATE receipts SET amount = amount + 1 WHERE receipt_number = 1");
    const table = await cli("verify", dataDir);
    expect(table.status).toBe(EXIT.WRONG);
    expect(table.said).toContain("receipts");
    expect(await cli("rebuild", dataDir)).toMatchObject({ status: EXIT.OK });
    expect(await cli("verify", dataDir)).toMatchObject({ status: EXIT.OK });

    await spoil(
      counter.path,
      "DROP TRIGGER entries_no_update",
      "UPDATE entries SET body = replace(body, '10000', '10001') WHERE kind = 'sale-completed'",
    );
    const chain = await cli("verify", dataDir);
    expect(chain.said).toMatch(/JOURNAL_BROKEN: hash/);
    expect(await cli("rebuild", dataDir)).toMatchObject({ status: EXIT.WRONG });
  });

  it("says how it is used, and that a folder holds no till", async () => {
    expect(await cli()).toMatchObject({ status: EXIT.USAGE });
    expect(await cli("verify", await aFolder())).toMatchObject({ status: EXIT.WRONG });
  });

  it("does not rebuild or restore under a running station", async () => {
    const { dataDir } = await aStation();
    const lock = await lockFolder(dataDir);
    expect(await cli("rebuild", dataDir)).toMatchObject({ status: EXIT.IN_USE });
    lock.release();
  });
});

describe("countersign backup and restore", () => {
  it("brings a till back in a new epoch that names the old head, without grants", async () => {
    const { dataDir, counter, head } = await aStation();
    const copy = join(await aFolder(), "copy");
    await spoil(
      counter.path,
      `INSERT INTO grants VALUES ('g', 'c', 5, 5, 'KRW', '2030-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', 'open')`,
    );
    expect(await cli("backup", dataDir, copy)).toMatchObject({ status: EXIT.OK });
    expect((await readdir(copy)).sort()).toEqual(["manifest.json", "till-1.db"]);
    const later = await counter.start();
    await later.act("signIn", { staffId: KIM, pin: "1111" });
    await later.stop();

    expect(await cli("restore", dataDir, copy)).toMatchObject({ status: EXIT.OK });
    const restored = await counter.start();
    const now = restored.journal.head();
    expect(now.epoch).not.toBe(head.epoch);
    const [started] = await restored.journal.entriesAfter({ epoch: now.epoch, seq: 0 }, 1);
    expect(started?.body).toMatchObject({
      reason: "restored",
      previous: { epoch: head.epoch, seq: head.seq, hash: head.hash },
    });
    expect(await restored.database.read.get("SELECT state FROM grants")).toEqual({ state: "lost" });

    await withBasket(restored);
    await restored.act("startPaying");
    await restored.act("payCash", { given: won(10_000) });
    expect((await restored.view()).sale?.receiptNumber).toBe(1);
    expect(await journalKinds(restored)).toContain("sale-completed");
    expect((await restored.journal.verify()).broken).toBeNull();
    await restored.stop();
  });

  it("does not undo or repeat a payment that was under way when the back-up was made", async () => {
    const { dataDir, counter } = await aStation();
    const copy = join(await aFolder(), "copy");
    const till = await counter.start();
    counter.script.authorise = lineCut;
    await withBasket(till);
    await till.act("startPaying");
    await till.act("startPrepaid", { amount: won(10_000) });
    await till.act("typeCard", { number: CARD });
    await till.act("typePassword", { password: "blue-door" });
    await till.until((view) => view.sale?.prepaid?.step === "unknown");
    await cli("backup", dataDir, copy);
    counter.script.authorise = approvedOnline;
    await till.act("askAgain");
    await till.until((view) => view.sale?.stage === "completed");
    await till.stop();

    await cli("restore", dataDir, copy);
    const restored = await counter.start();
    expect((await restored.view()).sale).toBeNull();
    expect(await journalKinds(restored)).toEqual(["epoch-started"]);
    await restored.stop();
  });

  it("refuses a back-up that is not whole, and leaves what is there", async () => {
    const { dataDir, counter } = await aStation();
    const copy = join(await aFolder(), "copy");
    await cli("backup", dataDir, copy);
    const file = join(copy, "till-1.db");
    const bytes = await readFile(file);
    await writeFile(file, bytes.subarray(0, bytes.length - 4_096));
    const before = await readFile(counter.path);
    expect(await cli("restore", dataDir, copy)).toMatchObject({
      status: EXIT.WRONG,
      said: expect.stringMatching(/DATABASE_CORRUPT/),
    });
    expect(await readFile(counter.path)).toEqual(before);
    expect(await readdir(dirname(counter.path))).not.toContain("before");
  });
});
