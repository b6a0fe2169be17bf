import { open, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Epoch, StaffId } from "#core/ids.ts";
import type { EntryDraft } from "#core/journal/entry.ts";
import { instant } from "#core/time.ts";
import { openSqlite } from "#database/sqlite.ts";
import type { Countersignature } from "#main/till/store/journal.ts";
import { aClock, aFolder, aSigner, NOON, type OpenJournal, openJournal, someIds } from "./a-journal.ts";

const kim = { staffId: "kim" as StaffId };
const noSale = (reason: string): EntryDraft => ({ kind: "drawer-opened", body: { reason } });

async function aTill() {
  const path = join(await aFolder(), "till.db");
  const keep = { signer: aSigner(), ids: someIds(), clock: aClock() };
  const open = () => openJournal(path, keep);
  return { path, ...keep, open };
}

/** Changes what the triggers protect, as someone with the file in hand could. */
async function tamper(path: string, sql: string): Promise<void> {
  const database = await openSqlite(path);
  await database.transaction(async (tx) => {
    await tx.run("DROP TRIGGER entries_no_update");
    await tx.run("DROP TRIGGER entries_no_delete");
    await tx.run(sql);
  });
  await database.close();
}

describe("a journal", () => {
  it("begins an epoch once and goes on in it after a restart", async () => {
    const till = await aTill();
    const first = await till.open();
    await first.journal.append([noSale("change for a note")], kim);
    const head = first.journal.head();
    await first.close();

    const second = await till.open();
    expect(second.journal.head()).toEqual(head);
    expect(await second.journal.epochs()).toEqual([head.epoch]);
    expect(await second.journal.verify()).toEqual({ entries: 2, broken: null });
    await second.close();
  });

  it("keeps the order of appends that were asked for at once, without a gap", async () => {
    const till = await aTill();
    const { journal, close } = await till.open();
    await Promise.all(Array.from({ length: 50 }, (_, n) => journal.append([noSale(`no ${n}`)], kim)));
    const entries = await journal.entriesAfter({ epoch: journal.head().epoch, seq: 1 }, 100);
    expect(entries.map(({ body }) => body.reason)).toEqual(Array.from({ length: 50 }, (_, n) => `no ${n}`));
    expect(await journal.verify()).toEqual({ entries: 51, broken: null });
    await close();
  });

  it("leaves nothing of an append whose effects fail", async () => {
    const till = await aTill();
    const { journal, database, close } = await till.open();
    const before = journal.head();
    const failing = journal.append([noSale("one"), noSale("two")], {
      ...kim,
      effects: () => [
        { sql: "INSERT INTO settings (name, value) VALUES ('x', 'y')" },
        { sql: "DELETE FROM settings WHERE name = 'z'", must: "as the test asks" },
      ],
    });
    await expect(failing).rejects.toThrow("as the test asks");
    expect(journal.head()).toEqual(before);
    expect(await database.read.get("SELECT 1 AS one FROM settings WHERE name = 'x'")).toBeUndefined();
    await journal.append([noSale("three")], kim);
    expect(await journal.verify()).toEqual({ entries: 2, broken: null });
    await close();
  });

  it.each([
    [
      "a changed body",
      "UPDATE entries SET body = replace(body, 'second', 'fourth') WHERE seq = 3",
      3,
      "hash",
    ],
    ["a changed time", "UPDATE entries SET at = '2026-03-01T11:00:00.000Z' WHERE seq = 3", 3, "hash"],
    ["another person", "UPDATE entries SET staff_id = 'lee' WHERE seq = 2", 2, "hash"],
    ["a missing entry", "DELETE FROM entries WHERE seq = 3", 3, "gap"],
    [
      "a foreign signature",
      "UPDATE entries SET sig = (SELECT sig FROM entries WHERE seq = 2) WHERE seq = 4",
      4,
      "signature",
    ],
    ["a body that is no JSON", "UPDATE entries SET body = '{' WHERE seq = 2", 2, "form"],
    ["a forged link", "UPDATE entries SET prev_hash = hash WHERE seq = 4", 4, "link"],
  ] as const)("names the first entry that is wrong: %s", async (_what, sql, seq, why) => {
    const till = await aTill();
    const first = await till.open();
    await first.journal.append([noSale("first"), noSale("second"), noSale("third")], kim);
    const { epoch } = first.journal.head();
    await first.close();
    await tamper(till.path, sql);

    const second = await till.open();
    expect((await second.journal.verify()).broken).toEqual({ epoch, seq, why });
    expect(second.journal.alarm()).toBe("JOURNAL_BROKEN");
    await expect(second.journal.append([noSale("fourth")], kim)).rejects.toMatchObject({
      failure: { code: "JOURNAL_BROKEN" },
    });
    await second.close();
  });

  it("refuses every change of an entry that was written", async () => {
    const till = await aTill();
    const { database, close } = await till.open();
    for (const sql of [
      "UPDATE entries SET body = '{}'",
      "DELETE FROM entries",
      "INSERT OR REPLACE INTO entries SELECT * FROM entries",
    ]) {
      await expect(database.transaction((tx) => tx.run(sql))).rejects.toThrow(/refused/);
    }
    await close();
  });

  it("counts what the server has not countersigned, also after a restart", async () => {
    const till = await aTill();
    const first = await till.open();
    till.clock.pass(1_000);
    const [one] = await first.journal.append([noSale("one")], kim);
    till.clock.pass(1_000);
    const [two] = await first.journal.append([noSale("two")], kim);
    expect(first.journal.unsynced()).toEqual({ count: 3, oldestAt: NOON });
    await first.journal.countersigned(countersignatureOf(first, one));
    expect(first.journal.unsynced()).toEqual({ count: 1, oldestAt: Date.parse(two?.at ?? "") });
    await first.close();

    const second = await till.open();
    expect(second.journal.unsynced().count).toBe(1);
    expect(second.journal.lastCountersigned()?.mark.seq).toBe(one?.seq);
    await second.close();
  });

  it("never goes back in time: not behind its own entries, nor behind the server", async () => {
    const till = await aTill();
    const { journal, close } = await till.open();
    till.clock.set(instant(NOON - 3_600_000));
    expect(journal.alarm()).toBe("CLOCK_SET_BACK");
    const [entry] = await journal.append([noSale("one")], kim);
    expect(entry?.at).toBe("2026-03-01T12:00:00.000Z");
    journal.sawServerTime(instant(NOON + 60_000));
    const [later] = await journal.append([noSale("two")], kim);
    expect(later?.at).toBe("2026-03-01T12:01:00.000Z");
    till.clock.set(instant(NOON + 61_000));
    expect(journal.alarm()).toBeNull();
    await close();
  });

  it("says that the disk is full, loses nothing, and goes on when there is room again", async () => {
    const till = await aTill();
    const { journal, database, close } = await till.open();
    await journal.append([noSale("before")], kim);
    const limitPages = (sql: string) => database.transaction((tx) => tx.all(sql));
    await limitPages("PRAGMA max_page_count = 1");
    const full = async () => {
      for (let n = 0; n < 2_000; n++) await journal.append([noSale("x".repeat(190))], kim);
    };
    await expect(full()).rejects.toMatchObject({ failure: { code: "DISK_FULL" } });
    expect(journal.alarm()).toBe("DISK_FULL");
    const { seq } = journal.head();
    await limitPages("PRAGMA max_page_count = 1000000");
    await journal.append([noSale("after")], kim);
    expect(journal.alarm()).toBeNull();
    expect(journal.head().seq).toBe(seq + 1);
    expect((await journal.verify()).broken).toBeNull();
    await close();
  });

  it("says that the database is damaged instead of writing on", async () => {
    const till = await aTill();
    const first = await till.open();
    for (let n = 0; n < 40; n++) await first.journal.append([noSale(`${n} ${"x".repeat(180)}`)], kim);
    await first.close();
    await overwritePages(till.path);

    const outcome = await till
      .open()
      .then(async ({ journal, close }) => {
        const broken = await journal.verify().then(
          ({ broken }) => (broken === null ? null : "JOURNAL_BROKEN"),
          (error: unknown) => codeOf(error),
        );
        await close();
        return broken;
      })
      .catch((error: unknown) => codeOf(error));
    expect(["DATABASE_CORRUPT", "JOURNAL_BROKEN"]).toContain(outcome);
  });
});

const codeOf = (error: unknown) => (error as { failure?: { code: string } }).failure?.code;

function countersignatureOf(
  { journal }: OpenJournal,
  entry: { seq: number; hash: string } | undefined,
): Countersignature {
  return {
    mark: { epoch: journal.head().epoch as Epoch, seq: entry?.seq ?? 0, hash: entry?.hash ?? "" },
    signature: "c2ln",
    serverTime: NOON,
    prunableBefore: instant(0),
  };
}

/** Writes noise over the second half of the file, past the pages that say what tables there are. */
async function overwritePages(path: string): Promise<void> {
  const { size } = await stat(path);
  const file = await open(path, "r+");
  const noise = Buffer.alloc(4_096, 0xa5);
  const content = await readFile(path);
  for (let at = 0; at + 4_096 <= size; at += 4_096) {
    if (content.subarray(at, at + 4_096).includes("xxxxxxxx")) await file.write(noise, 0, 4_096, at);
  }
  await file.close();
}
