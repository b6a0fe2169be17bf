// What tills have witnessed of the books: a history that was rewritten, balances and all, is caught by it.
import { copyFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { backupBooks, restoreBooks } from "#backoffice/backup/backup-books.ts";
import { createLedger } from "#backoffice/ledger/ledger.ts";
import { bankAccount, cardAccount } from "#core/ledger/accounts.ts";
import { post } from "#core/ledger/postings.ts";
import { krw } from "#core/money.ts";
import { nullable, textOf } from "#database/row.ts";
import { openSqlite } from "#database/sqlite.ts";
import { EXIT, runCli } from "#main/cli/run-cli.ts";
import { heldAnchors } from "#main/till/sync/anchors.ts";
import { krwWire } from "#test/world/small-back-office.ts";
import { aRealStation, clock, PASSPHRASE, type RealTill } from "./a-real-station.ts";

async function cli(...args: readonly string[]) {
  const lines: string[] = [];
  const status = await runCli(args, (line) => lines.push(line));
  return { status, said: lines.join("\n") };
}

test("the books hold what the tills witnessed, and a history written anew is named", async () => {
  const station = await aRealStation(["till-1"]);
  const [till] = station.tills;
  if (till === undefined) throw new Error("a station has a till");
  const backup = join(station.dataDir, "backup");
  await backupBooks(station.booksDir, backup, PASSPHRASE, clock);

  await closeShift(till, 1);
  await till.connection.push();
  const witnessed = await till.database.read.all("SELECT number, hash FROM book_anchors");
  expect(witnessed).toHaveLength(1);
  await closeShift(till, 2);
  await till.connection.push();
  await station.stop();
  const whole = await cli("verify", station.dataDir, "--anchors");
  expect(whole.said).toMatch(/anchors: 2 checkpoints that tills and their Zs hold are those of the books/);

  // Somebody puts the older books back and lets them grow anew: every balance adds up, every chain holds.
  const path = join(station.booksDir, "backoffice.db");
  for (const rest of ["-wal", "-shm"]) await rm(path + rest, { force: true });
  await copyFile(join(backup, "backoffice.db"), path);
  const forged = await openSqlite(path);
  const ledger = createLedger({ database: forged, clock, ids: { next: () => "forged" } });
  const posting = { id: "forged", source: bankAccount("main"), card: cardAccount("c1" as never) };
  await ledger.submit({
    caller: "system",
    id: "forged",
    contentHash: "0".repeat(64),
    happenedAt: clock.now(),
    transfers: post("card-sold", { ...posting, amount: krw(1_000) }),
  });
  for (let at = 0; at < Number(witnessed[0]?.number ?? 0) + 1; at += 1) {
    await ledger.submit({
      caller: "system",
      id: `forged-${at}`,
      contentHash: "0".repeat(64),
      happenedAt: clock.now(),
      transfers: [],
    });
    await ledger.checkpoint();
  }
  await ledger.close();
  await forged.close();
  expect((await cli("verify", station.dataDir)).said).toMatch(/books: .* all hold/);
  const caught = await cli("verify", station.dataDir, "--anchors");
  expect(caught).toMatchObject({
    status: EXIT.WRONG,
    said: expect.stringMatching(/books: checkpoint \d+ is not the one that till-1 holds/),
  });
});

test("what a restore took back is told, and what was witnessed after it counts", async () => {
  const station = await aRealStation(["till-1"]);
  const backup = join(station.dataDir, "backup");
  await backupBooks(station.booksDir, backup, PASSPHRASE, clock);
  await station.stop();
  const path = join(station.dataDir, "till-1", "till.db");
  const till = await openSqlite(path);
  await till.transaction((tx) =>
    tx.run("INSERT OR REPLACE INTO book_anchors VALUES ('', 9999, ?, '')", ["a".repeat(64)]),
  );
  await till.close();
  expect((await cli("verify", station.dataDir, "--anchors")).status).toBe(EXIT.WRONG);
  await restoreBooks(backup, station.booksDir, PASSPHRASE, clock);
  const { status, said } = await cli("verify", station.dataDir, "--anchors");
  expect(said).toMatch(/anchors: 1 more are of before a restore/);
  expect(status).toBe(EXIT.OK);
});

/** A shift without a sale, and its Z with what the till has witnessed by then. */
async function closeShift({ journal, database }: RealTill, number: number): Promise<void> {
  const none = krwWire(0);
  const shiftId = `shift-${number}`;
  const [figures] = await database.read.all("SELECT previous_z_hash FROM figures");
  const previousZHash = figures === undefined ? null : nullable(figures, "previous_z_hash", textOf);
  const booksCheckpoint = (await heldAnchors(database.read))[0] ?? null;
  await journal.append(
    [
      { kind: "shift-opened", body: { shiftId, number, float: none, counts: [] } },
      {
        kind: "shift-closed",
        body: { shiftId, counts: [], counted: none, expected: none, difference: none, approvedBy: null },
      },
      {
        kind: "z-closed",
        body: {
          shiftId,
          zNumber: number,
          headHash: journal.head().hash,
          previousZHash,
          report: { zNumber: number, booksCheckpoint },
        },
      },
    ],
    { staffId: null },
  );
}
