// The auditor of the day is worth what it finds: a small day that is well, and then the same day with one thing wrong.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sqlite3 from "sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { audit } from "#test/day/auditor.ts";
import { liveDay } from "#test/day/day.ts";
import type { DayRecord } from "#test/day/record.ts";
import { SCENE_CUSTOMERS } from "#test/day/scenes.ts";
import { buildStale } from "../../../main/build.mjs";

const DAY_MS_MAX = 180_000;
const ROOT = join(import.meta.dirname, "../../..");
const SCHEMAS = join(ROOT, "backoffice/bank/schemas");

const folders: string[] = [];
const aFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), "countersign-auditor-"));
  folders.push(folder);
  return folder;
};

let dir = "";
let record: DayRecord;
beforeAll(async () => {
  await buildStale(() => undefined);
  dir = aFolder();
  const options = { seed: 3, tills: 2, cards: 12, sales: SCENE_CUSTOMERS + 7, kills: 1 };
  record = await liveDay(
    { ...options, dir, distDir: join(ROOT, "dist"), say: () => undefined },
    () => undefined,
  );
}, DAY_MS_MAX);
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

test("finds nothing on a day that is well", async () => {
  const { findings, report } = await audit(dir, record, 0, SCHEMAS);
  expect(findings).toEqual([]);
  expect(report).toMatchObject({ lost: 0, duplicated: 0, trialBalanceMinor: "0", kills: 1 });
  expect(report.sales.total).toBe(SCENE_CUSTOMERS + 7);
  expect(report.journal.verified).toBe(report.journal.entries);
  expect(report.bank).toMatchObject({ files: 6, schemaValid: 6, exceptions: 1 });
  expect(report.bank.lines).toBeGreaterThanOrEqual(2);
  expect(report.bank.matched).toBe(report.bank.lines);
});

test("finds a sale that was acknowledged and is not in the journal", async () => {
  const [receipt] = record.receipts;
  if (receipt === undefined) throw new Error("the day had no sale");
  const told = { ...record, receipts: [...record.receipts, { ...receipt, receiptNumber: 9_999 }] };
  const { report, findings } = await audit(dir, told, 0, SCHEMAS);
  expect(report.lost).toBe(1);
  expect(findings).toContain("sale 9999 of till 1 is there 0 times");
});

test("finds a balance that was changed by one won", async () => {
  const spoilt = await spoil("backoffice/backoffice.db", [
    "UPDATE ledger_account SET credits_posted = credits_posted + 1 WHERE id = 'merchant:station-7/KRW'",
  ]);
  const { report, findings } = await audit(spoilt, record, 0, SCHEMAS);
  expect(report.trialBalanceMinor).toBe("1");
  expect(report.audit.mismatches).toBe(1);
  expect(findings.join()).toContain("merchant:station-7 holds");
});

test("finds a transfer that was made to balance on both sides", async () => {
  const spoilt = await spoil("backoffice/backoffice.db", [
    "UPDATE ledger_account SET credits_posted = credits_posted + 500 WHERE id = 'merchant:station-7/KRW'",
    "UPDATE ledger_account SET credits_posted = credits_posted - 500 WHERE id = 'merchant:car-wash-7/KRW'",
  ]);
  const { report } = await audit(spoilt, record, 0, SCHEMAS);
  expect(report.trialBalanceMinor).toBe("0");
  expect(report.audit.mismatches).toBe(2);
});

test("finds a changed amount in a till's journal", async () => {
  const spoilt = await spoil("till-1/till.db", [
    `UPDATE entries SET body = replace(body, '"minor":"1000"', '"minor":"1001"')
     WHERE seq = (SELECT min(seq) FROM entries WHERE kind = 'tender-approved' AND body LIKE '%"minor":"1000"%')`,
  ]);
  const { report, findings } = await audit(spoilt, record, 0, SCHEMAS);
  expect(report.journal.verified).toBe(report.journal.entries - 1);
  expect(findings.join()).toContain("it is not what was hashed");
});

test("finds an entry that is missing at the till and at the back office", async () => {
  const gone = await spoil("till-1/till.db", ["DELETE FROM entries WHERE seq = 5"]);
  expect((await audit(gone, record, 0, SCHEMAS)).findings.join()).toContain("it follows entry 4");
  const unsynced = await spoil("backoffice/backoffice.db", ["DELETE FROM journal_entry WHERE seq = 5"]);
  expect((await audit(unsynced, record, 0, SCHEMAS)).findings.join()).toContain("has not been synced");
});

test("finds a capture that is in no batch, and one that is in two", async () => {
  const inNone = await spoil("backoffice/backoffice.db", [
    "UPDATE settlement_item SET batch_id = NULL WHERE id = (SELECT min(id) FROM settlement_item)",
  ]);
  expect((await audit(inNone, record, 0, SCHEMAS)).findings.join()).toContain("is in no batch");
  const inTwo = await spoil("backoffice/backoffice.db", [
    `INSERT INTO settlement_item SELECT 'again:' || id, payment_id, merchant_id, kind, gross, commission, currency,
       happened_at, recorded_at, batch_id FROM settlement_item WHERE kind = 'capture' LIMIT 1`,
  ]);
  expect((await audit(inTwo, record, 0, SCHEMAS)).findings.join()).toContain("is captured 2 times");
});

test("finds a refused batch that keeps a capture, or was paid after all", async () => {
  const [refused] = record.refusedBatches;
  if (refused === undefined) throw new Error("the day refused no batch");
  const kept = await spoil("backoffice/backoffice.db", [
    `UPDATE settlement_item SET batch_id = '${refused.batchId}' WHERE id = (SELECT min(id) FROM settlement_item)`,
  ]);
  expect((await audit(kept, record, 0, SCHEMAS)).findings.join()).toContain("which was refused");
  const [sent] = record.batches;
  if (sent === undefined) throw new Error("the day sent no batch");
  const told = { ...record, refusedBatches: [...record.refusedBatches, sent] };
  const { findings } = await audit(dir, told, 0, SCHEMAS);
  expect(findings).toContain(`batch ${sent.batchId} was refused and is settled`);
  expect(findings).toContain(`the bank was asked for ${sent.paymentIds[0]}, which was refused`);
});

test("finds a batch that one person took to the bank alone", async () => {
  const spoilt = await spoil("backoffice/backoffice.db", [
    "PRAGMA ignore_check_constraints = ON",
    "UPDATE settlement_batch SET made_by = 'system', sent_by = approved_by WHERE sent_at IS NOT NULL",
  ]);
  expect((await audit(spoilt, record, 0, SCHEMAS)).findings.join()).toContain(
    "went to the bank by one person",
  );
});

test("finds a statement of the bank that says another amount", async () => {
  const spoilt = copied();
  const folder = join(spoilt, "backoffice/bank/archive/taken");
  const name = readdirSync(folder).find((file) => file.includes("camt053")) ?? "none";
  const content = readFileSync(join(folder, name), "utf8");
  const entryAmount = /(<Ntry>[\s\S]*?<Amt Ccy="KRW">)\d+/;
  writeFileSync(
    join(folder, name),
    content.replace(entryAmount, (_all, before: string) => `${before}1`),
  );
  const { findings } = await audit(spoilt, record, 0, SCHEMAS);
  expect(findings.join()).toContain("does not foot");
});

test.each([
  ["breaks its schema", (content: string) => content.replace("<BookgDt>", "<BookedOn/><BookgDt>")],
  ["ends in the middle", (content: string) => content.slice(0, content.length / 2)],
])("finds the one file of the bank that %s", async (_how, broken) => {
  const spoilt = copied();
  const folder = join(spoilt, "backoffice/bank/archive/taken");
  const names = readdirSync(folder).filter((file) => file.includes("camt053"));
  const [name = "none"] = names;
  expect(names.length).toBeGreaterThan(1);
  const content = readFileSync(join(folder, name), "utf8");
  writeFileSync(join(folder, name), broken(content));
  expect(broken(content)).not.toBe(content);
  const { report, findings } = await audit(spoilt, record, 0, SCHEMAS);
  expect(report.bank).toMatchObject({ files: 6, schemaValid: 5 });
  expect(findings.filter((finding) => finding.includes("is not valid"))).toEqual([
    expect.stringContaining(`${name} is not valid: `),
  ]);
});

test("shares no code with what it audits", () => {
  const folder = join(ROOT, "test/day");
  const files = readdirSync(folder).filter((name) => name.startsWith("auditor"));
  expect(files.length).toBeGreaterThan(3);
  const imports = files.flatMap((name) =>
    [...readFileSync(join(folder, name), "utf8").matchAll(/from "([^"]+)"/g)].map(([, from]) => from ?? ""),
  );
  const allowed = /^(node:|\.\/auditor-|\.\/record\.ts$|sqlite3$|xmllint-wasm$)/;
  expect(imports.filter((from) => !allowed.test(from))).toEqual([]);
});

function copied(): string {
  const folder = aFolder();
  cpSync(dir, folder, { recursive: true });
  return folder;
}

/** A copy of the day with a database changed as only somebody with the file could: its guards are taken off first. */
async function spoil(database: string, statements: readonly string[]): Promise<string> {
  const folder = copied();
  const db = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opening = new sqlite3.Database(join(folder, database), (error) =>
      error === null ? resolve(opening) : reject(error),
    );
  });
  const all = (sql: string) =>
    new Promise<{ name: string }[]>((resolve, reject) =>
      db.all(sql, (error: Error | null, rows: { name: string }[]) =>
        error === null ? resolve(rows) : reject(error),
      ),
    );
  for (const { name } of await all("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
    await all(`DROP TRIGGER ${name}`);
  for (const sql of statements) await all(sql);
  await new Promise<void>((resolve) => db.close(() => resolve()));
  return folder;
}
