// A back office on a machine that fails it: no room, a spoilt page, a clock that runs backwards.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { v7 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verifyBooks } from "#backoffice/backup/verify-books.ts";
import { verifyLedger } from "#backoffice/ledger/verify.ts";
import { startBackoffice } from "#backoffice/start.ts";
import { FailureError } from "#core/errors.ts";
import type { AttemptId, SaleId } from "#core/ids.ts";
import { hours, instant, isoOf } from "#core/time.ts";
import type { Database } from "#database/database.ts";
import { migrate } from "#database/migrate.ts";
import { openSqlite } from "#database/sqlite.ts";
import {
  anAttempt,
  approved,
  aStation,
  aTender,
  aTerminal,
  completed,
  type TestTerminal,
  won,
} from "#test/world/a-terminal.ts";
import { anActiveCard, MERCHANT, PASSWORD } from "#test/world/back-office.ts";
import type { TestDatabases } from "#test/world/database.ts";
import { openConsole, refusalOf } from "#test/world/day-console.ts";
import { fillTheDisk, makeRoom, placeOf, spoil } from "./tables.ts";

const PAYMENTS_MAX = 400;
const folder = mkdtempSync(join(tmpdir(), "countersign-reliability-"));
const opened: Database[] = [];
afterAll(async () => {
  for (const database of opened) await database.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Files: what a disk does to PostgreSQL is its own affair, and its codes are mapped elsewhere. */
const files: TestDatabases = {
  dialect: "sqlite",
  open: async (migrations) => {
    const database = await openSqlite(join(folder, `books-${opened.length}.db`));
    opened.push(database);
    await migrate(database, migrations);
    return database;
  },
  again: (database) => openSqlite(files.address(database)),
  address: ({ path }) => path ?? "",
};

async function aTillWithCard() {
  const world = await aStation(files);
  const card = await anActiveCard(world.cards, 1_000_000);
  const till = await aTerminal(world);
  await till.sync();
  const pay = (attemptId: AttemptId) =>
    world.payments.authoriseForTerminal(
      { terminalId: till.terminalId, merchantId: MERCHANT },
      {
        attemptId,
        tenderId: `tender-${attemptId}`,
        saleId: `sale-${attemptId}` as SaleId,
        amount: won(1),
        card: { number: card.number, password: PASSWORD },
      },
    );
  return { ...world, card, till, pay };
}

const codeOf = (error: unknown) => (error instanceof FailureError ? error.failure.code : String(error));

describe("a back office whose disk is full", () => {
  it("refuses what it cannot keep, keeps what it acknowledged, and answers the same request when there is room", async () => {
    const { database, pay, balance, card } = await aTillWithCard();
    await pay(anAttempt());
    let acknowledged = 1;
    await fillTheDisk(database);
    let refused: { attempt: AttemptId; code: string } | undefined;
    while (refused === undefined && acknowledged < PAYMENTS_MAX) {
      const attempt = anAttempt();
      await pay(attempt).then(
        () => {
          acknowledged += 1;
        },
        (error: unknown) => {
          refused = { attempt, code: codeOf(error) };
        },
      );
    }
    expect(refused?.code).toBe("DISK_FULL");
    expect(await balance(card.cardId)).toBe(1_000_000 - acknowledged);

    await makeRoom(database);
    if (refused === undefined) throw new Error("nothing was refused");
    expect(await pay(refused.attempt)).toMatchObject({ kind: "approved" });
    expect(await pay(refused.attempt)).toMatchObject({ kind: "approved" });
    expect(await balance(card.cardId)).toBe(1_000_000 - acknowledged - 1);
    expect(await verifyLedger(database)).toMatchObject({ ok: true });
  });

  it("countersigns nothing of a journal that it has no room for, and takes it whole afterwards", async () => {
    const { database, till, card } = await aTillWithCard();
    await fillTheDisk(database);
    for (let count = 0; count < 60; count += 1) writeOfflineSale(till, card.cardId);
    await expect(till.sync()).rejects.toSatisfy((error) => codeOf(error) === "DISK_FULL");
    await makeRoom(database);
    const { mark } = await till.sync();
    expect(mark).toMatchObject({ seq: till.place().seq, hash: till.place().hash });
    expect(await verifyLedger(database)).toMatchObject({ ok: true });
  });
});

function writeOfflineSale(till: TestTerminal, cardId: Parameters<typeof aTender>[0]): void {
  const tender = aTender(cardId, 100, {
    kind: "risk",
    password: { kind: "verified", passwordVersion: 1 },
    approvedBy: null,
  });
  till.write(approved(tender));
  till.write(completed([tender]));
}

describe("a back office whose clock was set back", () => {
  it("goes on in order: what is acknowledged stays, ids stay used, and holds and journals are taken as before", async () => {
    const { clock, till, pay, balance, card, database } = await aTillWithCard();
    const before = anAttempt();
    await pay(before);
    clock.advance(-hours(1));
    expect(await pay(before)).toMatchObject({ kind: "approved" });
    expect(await pay(anAttempt())).toMatchObject({ kind: "approved" });
    expect(await balance(card.cardId)).toBe(999_998);
    // The till's clock was right all along: its entries are an hour ahead of the server.
    clock.advance(hours(1));
    till.write({ kind: "drawer-opened", body: { reason: "before the server's clock was set back" } });
    clock.advance(-hours(1));
    const { mark } = await till.sync();
    expect(mark).toMatchObject({ seq: till.place().seq, hash: till.place().hash });
    expect(await verifyLedger(database)).toMatchObject({ ok: true });
    expect(isoOf(clock.now())).toBe("2026-03-01T02:00:00.000Z");
  });
});

describe("a back office whose database has a spoilt page", () => {
  const dataDir = join(folder, "station");
  const start = () =>
    startBackoffice({
      mode: "demo",
      dataDir,
      pagesDir: join(folder, "no-pages"),
      schemasDir: "backoffice/bank/schemas",
      port: 0,
      host: "127.0.0.1",
      version: "1.2.3",
      clock: { now: () => instant(Date.now()) },
      ids: { next: () => v7() },
      log: pino({ level: "silent" }),
    });

  beforeAll(async () => {
    await (await start()).stop();
    const path = join(dataDir, "backoffice.db");
    const database = await openSqlite(path);
    const at = await placeOf(database, "ledger_transfer");
    await database.close();
    spoil(path, at);
  });

  it("refuses what it cannot write with a code, and the proof of the books names it", async () => {
    const backoffice = await start();
    try {
      const manager = backoffice.signIns.find(({ where, role }) => where === "console" && role === "manager");
      if (manager === undefined) throw new Error("the demo has a manager");
      const console = await openConsole(backoffice.url, manager);
      const refusal = await console.cards
        .issue({ id: "batch-1", quantity: 1, amount: won(10_000), validDays: 365 })
        .then(() => "nothing", refusalOf);
      expect(refusal).toBe("DATABASE_CORRUPT");
    } finally {
      await backoffice.stop();
    }
    await expect(verifyBooks(join(dataDir, "backoffice.db"))).rejects.toSatisfy(
      (error) => codeOf(error) === "DATABASE_CORRUPT",
    );
  });
});
