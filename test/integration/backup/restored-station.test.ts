// A real back office put back from a back-up, and real tills that know more than it does.
import { join } from "node:path";
import { v7 } from "uuid";
import { expect, test } from "vitest";
import { backupBooks, restoreBooks } from "#backoffice/backup/backup-books.ts";
import { verifyBooks } from "#backoffice/backup/verify-books.ts";
import type { AttemptId, GrantId, SaleId } from "#core/ids.ts";
import { openSqlite } from "#database/sqlite.ts";
import { krwWire } from "#test/world/small-back-office.ts";
import { payOffline } from "#test/world/small-till.ts";
import { aRealStation, clock, eventually, PASSPHRASE, type RealTill } from "./a-real-station.ts";

const LONG_MS = 60_000;

for (const { order, isTurned } of [
  { order: "in the order in which they sold", isTurned: false },
  { order: "in the other order", isTurned: true },
]) {
  test(
    `gets all back that happened after the back-up, its tills syncing ${order}`,
    async () => {
      const station = await aRealStation(["till-1", "till-2"]);
      const [first, second] = station.tills;
      if (first === undefined || second === undefined) throw new Error("two tills");
      const card = station.cards.find(({ balanceMinor }) => BigInt(balanceMinor) >= 20_000n);
      if (card === undefined) throw new Error("the demo has a card with a balance");
      for (const till of station.tills) await learn(till, card);
      const backup = join(station.dataDir, "backup");
      await backupBooks(station.booksDir, backup, PASSPHRASE, clock);

      // All of this the books will have forgotten: grants, what was spent of them, and what one till gave back.
      await sellFromEscrow(first, card, 1_500);
      await first.connection.desk.closeGrants(await openGrants(first));
      await sellFromEscrow(second, card, 2_500);
      const before = await balance(first, card);
      const versions = station.tills.map((till) => till.connection.snapshots.version());
      for (const till of station.tills) till.faults.isCut = true;

      await station.stopBooks();
      await restoreBooks(backup, station.booksDir, PASSPHRASE, clock);
      await station.startBooks();
      for (const till of isTurned ? [second, first] : [first, second]) {
        till.faults.isCut = false;
        await inStep(till);
      }
      await eventually(async () => expect(await rows(station.booksDir, AWAITED)).toEqual([]));
      for (const till of station.tills) await inStep(till);

      expect(await balance(first, card)).toEqual(before);
      expect(await rows(station.booksDir, "SELECT kind, detail FROM work_item")).toEqual([]);
      station.tills.forEach((till, index) => {
        expect(till.connection.snapshots.version()).toBeGreaterThan(versions[index] ?? 0);
      });
      await station.stop();
      expect(await verifyBooks(join(station.booksDir, "backoffice.db"))).toMatchObject({ ok: true });
    },
    LONG_MS,
  );
}

type Card = Readonly<{ number: string; password: string }>;
const AWAITED = "SELECT restored_at FROM books_restore WHERE settled_at IS NULL";

/** The till pays on line once and can check the card from then on; the back office hears of that after the back-up. */
async function learn(till: RealTill, { number, password }: Card): Promise<void> {
  const answer = await till.connection.backOffice.authorise({
    attemptId: v7() as AttemptId,
    tenderId: v7(),
    saleId: v7() as SaleId,
    amount: krwWire(1),
    card: { number, password },
  });
  if (answer.kind !== "approved") throw new Error(`not approved: ${JSON.stringify(answer)}`);
  await inStep(till);
  till.faults.isCut = true;
  const { cardId, passwordVersion } = answer;
  await till.connection.desk.learn({ number, password, cardId, passwordVersion });
}

async function sellFromEscrow(till: RealTill, { number, password }: Card, amount: number): Promise<void> {
  till.faults.isCut = false;
  await eventually(async () => {
    await till.connection.push();
    expect(await openGrants(till)).not.toEqual([]);
  });
  const sale = { number, password, amount, saleId: v7() as SaleId, tenderId: v7() };
  expect(await payOffline(till.connection.desk, till.journal, sale)).toBe("escrow");
  await inStep(till);
}

const inStep = ({ connection, journal }: RealTill) =>
  eventually(async () => {
    await connection.push();
    expect(journal.unsynced().count).toBe(0);
  });

const balance = async ({ connection }: RealTill, { number, password }: Card) =>
  (await connection.backOffice.balance({ number, password })).available;

const openGrants = async ({ database }: RealTill) =>
  (await database.read.all("SELECT grant_id FROM grants WHERE state = 'open'")).map(
    (row) => String(row.grant_id) as GrantId,
  );

async function rows(booksDir: string, sql: string) {
  const database = await openSqlite(join(booksDir, "backoffice.db"));
  try {
    return await database.read.all(sql);
  } finally {
    await database.close();
  }
}
