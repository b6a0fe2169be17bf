import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { beforeAll, expect, test } from "vitest";
import { createLedger } from "#backoffice/ledger/ledger.ts";
import { balanceOf } from "#backoffice/ledger/read-ledger.ts";
import { verifyLedger } from "#backoffice/ledger/verify.ts";
import { MIGRATIONS } from "#backoffice/migrations/list.ts";
import type { ReadDb } from "#database/database.ts";
import type { Migration } from "#database/migrate.ts";
import { textOf } from "#database/row.ts";
import { bundled } from "#test/integration/process/bundled.ts";
import { eachDatabase } from "#test/world/database.ts";
import { aCard, aMerchant, aRequest, aTransfer, BANK, countingIds, NOON } from "#test/world/ledger.ts";

const CARDS = 7;
const KILLS = 3;

const purchases: Migration = {
  name: "999-purchases",
  up: ({ text, strict }) => [`CREATE TABLE purchase (id ${text} PRIMARY KEY NOT NULL)${strict}`],
};

let childFile = "";
beforeAll(async () => {
  childFile = await bundled("test/integration/ledger/paying-child.ts");
});

/** Kills the child without warning while it pays; what it had acknowledged until then. */
async function acknowledgedUntilKilled(child: ChildProcess, count: number): Promise<readonly string[]> {
  const acknowledged: string[] = [];
  if (child.stdout === null) throw new Error("the child has an output");
  const exit = new Promise((resolve) => child.once("exit", resolve));
  for await (const line of createInterface(child.stdout)) {
    // The last line may have been cut by the kill.
    if (/^\d+-\d+$/.test(line)) acknowledged.push(line);
    if (acknowledged.length === count) child.kill("SIGKILL");
  }
  await exit;
  return acknowledged.slice(0, -1);
}

const idsIn = async (db: ReadDb, sql: string) => new Set((await db.all(sql)).map((row) => textOf(row, "id")));

eachDatabase((databases) => {
  test("a process killed in mid batch leaves each payment whole or not at all, and none that it acknowledged is lost", async () => {
    const database = await databases.open([...MIGRATIONS, purchases]);
    const ledger = createLedger({ database, clock: { now: () => NOON }, ids: countingIds() });
    for (let card = 0; card < CARDS; card += 1) {
      await ledger.submit(
        aRequest(`fund-${card}`, [aTransfer(`fund-${card}`, BANK, aCard(String(card)), 1_000_000)]),
      );
    }
    const acknowledged: string[] = [];
    for (let run = 1; run <= KILLS; run += 1) {
      const args = [childFile, databases.address(database), String(run), String(CARDS)];
      const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
      acknowledged.push(...(await acknowledgedUntilKilled(child, 150 * run)));
    }

    // One moment of the books: PostgreSQL may still be committing what the last kill had sent.
    await database.snapshot(async (db) => {
      const requests = await idsIn(db, "SELECT id FROM ledger_request WHERE id NOT LIKE 'fund%'");
      expect(acknowledged.filter((id) => !requests.has(id))).toEqual([]);
      expect(await idsIn(db, "SELECT id FROM purchase")).toEqual(requests);
      const transfers = await idsIn(db, "SELECT id FROM ledger_transfer WHERE id NOT LIKE 'fund%'");
      expect(transfers).toEqual(new Set([...requests].flatMap((id) => [`${id}.0`, `${id}.1`])));
      const earned = await balanceOf(db, aMerchant("m"), "KRW");
      expect(earned.minor).toBe(BigInt(requests.size));
    });
    // Every killed run left a lane; none was resumed.
    expect(await verifyLedger(database)).toMatchObject({ ok: true, lanes: KILLS + 1 });
  });
});
