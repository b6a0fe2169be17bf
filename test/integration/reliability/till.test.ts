// A till on a machine that fails it: no room, a spoilt page, a clock that runs backwards.
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { instant } from "#core/time.ts";
import { EXIT } from "#main/cli/run-cli.ts";
import { verify } from "#main/cli/verify.ts";
import { compareWithRebuild } from "#main/till/store/rebuild.ts";
import { aFolder, NOON } from "../journal/a-journal.ts";
import { aCounter, type RunningTill, withBasket, won } from "../till/a-till.ts";
import { fillTheDisk, makeRoom, placeOf, spoil } from "./tables.ts";

const coded = (code: string) => ({ failure: { code } });
const SALES_MAX = 200;

async function sell(till: RunningTill): Promise<number> {
  await withBasket(till);
  return payAll(till);
}

async function payAll(till: RunningTill): Promise<number> {
  if ((await till.view()).sale?.stage === "building") await till.act("startPaying");
  await till.act("payCash", { given: won(10_000) });
  const view = await till.until(({ sale }) => sale?.stage === "completed");
  await till.act("nextSale");
  return view.sale?.receiptNumber ?? 0;
}

const receiptsOf = async ({ database }: RunningTill) =>
  (await database.read.all("SELECT receipt_number FROM receipts ORDER BY receipt_number")).map((row) =>
    Number(row.receipt_number),
  );

describe("a till whose disk is full", () => {
  it("refuses the sale it cannot keep, shows why, keeps every sale it acknowledged, and goes on when there is room", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    const acknowledged = [await sell(till)];
    await fillTheDisk(till.database);
    const refusal = await (async () => {
      for (let count = 0; count < SALES_MAX; count += 1) acknowledged.push(await sell(till));
    })().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refusal).toMatchObject(coded("DISK_FULL"));
    expect((await till.view()).alarm).toBe("DISK_FULL");
    expect(await receiptsOf(till)).toEqual(acknowledged);
    await expect.poll(() => counter.printed.length).toBe(acknowledged.length);

    await makeRoom(till.database);
    // The basket that was refused is still there, and is paid now.
    const last = (await till.view()).sale === null ? await sell(till) : await payAll(till);
    expect(last).toBe(acknowledged.length + 1);
    expect((await till.view()).alarm).toBeNull();
    expect(await till.journal.verify()).toMatchObject({ broken: null });
    expect(await compareWithRebuild(till.database)).toBeNull();
    await till.stop();
  });
});

describe("a till whose database has a spoilt page", () => {
  async function spoilt(table: string) {
    const counter = await aCounter(join(await aFolder(), "till-1", "till.db"));
    const till = await counter.start();
    await sell(till);
    const at = await placeOf(till.database, table);
    await till.stop();
    spoil(counter.path, at);
    return counter;
  }

  it("does not open a journal that it cannot read", async () => {
    const counter = await spoilt("entries");
    await expect(counter.start()).rejects.toMatchObject(coded("DATABASE_CORRUPT"));
  });

  it("refuses the sale that would be written there, acknowledges nothing, and says so on the screen", async () => {
    const counter = await spoilt("receipts");
    const till = await counter.start();
    await expect(sell(till)).rejects.toMatchObject(coded("DATABASE_CORRUPT"));
    const { alarm, sale } = await till.view();
    expect(alarm).toBe("DATABASE_CORRUPT");
    expect(sale?.stage).not.toBe("completed");
    await till.stop();
  });

  it("is named by verify", async () => {
    const { path } = await spoilt("receipts");
    const said: string[] = [];
    const status = await verify(dirname(dirname(path)), (line) => void said.push(line));
    expect(status).toBe(EXIT.WRONG);
    expect(said.join()).toMatch(/till-1.*DATABASE_CORRUPT/);
  });
});

describe("a till whose clock was set back", () => {
  it("says so, goes on selling, and never writes a time before one that it has written", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    await sell(till);
    counter.clock.set(instant(NOON - 24 * 3_600_000));
    await till.lineChanged();
    await till.until(({ alarm }) => alarm === "CLOCK_SET_BACK");
    expect(await sell(till)).toBe(2);
    const { epoch } = till.journal.head();
    const times = (await till.journal.entriesAfter({ epoch, seq: 0 }, 500)).map(({ at }) => at);
    expect(times).toEqual(times.toSorted());
    counter.clock.set(instant(NOON + 1_000));
    till.lineChanged();
    await till.until(({ alarm }) => alarm === null);
    await till.stop();
  });
});
