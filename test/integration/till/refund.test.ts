import { describe, expect, it } from "vitest";
import { FailureError } from "#core/errors.ts";
import type { StaffId } from "#core/ids.ts";
import { TERMINAL } from "../journal/a-journal.ts";
import { aCounter, CARD, journalKinds, LEE, lineCut, type RunningTill, withBasket, won } from "./a-till.ts";
import { coded, completed } from "./prepaid-steps.ts";

const asManager = { managerId: LEE, managerPin: "2222" };

/** 10,000 won: 4,000 in cash, 6,000 from the card. */
async function aSplitSale(till: RunningTill): Promise<readonly { lineId: string; quantity: number }[]> {
  await withBasket(till);
  await till.act("startPaying");
  await till.act("payCash", { given: won(4_000) });
  await till.act("startPrepaid", { amount: won(6_000) });
  await till.act("typeCard", { number: CARD });
  await till.act("typePassword", { password: "blue-door" });
  const { sale } = await completed(till);
  return (sale?.lines ?? []).map(({ lineId, quantity }) => ({ lineId, quantity }));
}

/** The first attempt moves to an epoch of an earlier terminal, which holds the same entry. */
const EARLIER_EPOCH = [
  {
    sql: `INSERT INTO epochs (ordinal, epoch, terminal_id, public_key)
          SELECT 0, 'epoch-of-then', 'till-of-then', public_key FROM epochs LIMIT 1`,
    params: [],
  },
  {
    sql: `INSERT INTO entries (position, epoch, seq, id, kind, at, staff_id, body, prev_hash, hash, sig)
          SELECT position - 100000, 'epoch-of-then', seq, id || '-then', kind, at, staff_id, body, prev_hash, hash, sig
          FROM entries WHERE kind = 'refund-attempted' ORDER BY position LIMIT 1`,
    params: [],
  },
  {
    sql: `UPDATE attempts SET epoch = 'epoch-of-then' WHERE purpose = 'refund'
          AND seq = (SELECT MIN(seq) FROM attempts WHERE purpose = 'refund')`,
    params: [],
  },
];

async function refundsOf(till: RunningTill) {
  const entries = await till.journal.entriesAfter({ epoch: till.journal.head().epoch, seq: 0 }, 500);
  return entries.filter(({ kind }) => kind === "refund-approved").map(({ body }) => body);
}

describe("a refund of a sale that was paid in two ways", () => {
  it("goes to the card first and the rest to cash, and adds up to the sale", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    const asked: unknown[] = [];
    const { refund } = counter.script;
    counter.script.refund = (request) => {
      asked.push(request.amount);
      return refund(request);
    };
    const lines = await aSplitSale(till);
    await till.act("refund", { receiptNumber: 1, lines, ...asManager });
    expect(asked).toEqual([won(6_000)]);
    expect(await refundsOf(till)).toMatchObject([
      { amount: won(6_000), receiptNumber: 2, to: { method: "prepaid", route: "online" }, lines: [] },
      { amount: won(4_000), receiptNumber: 3, to: { method: "cash" }, approvedBy: LEE as StaffId },
    ]);
    await till.act("signIn", { staffId: LEE, pin: "2222" });
    const x = (await till.act("report")) as { vat: { gross: unknown }[]; sales: { net: unknown } };
    expect(x.sales.net).toEqual(won(0));
    expect(x.vat[0]?.gross).toEqual(won(0));
    await till.stop();
  });

  it("gives no cash where the card is refused, and nothing counts as given back", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    const lines = await aSplitSale(till);
    counter.script.refund = async ({ attemptId }) => ({ kind: "declined", attemptId, code: "CARD_CLOSED" });
    await expect(till.act("refund", { receiptNumber: 1, lines, ...asManager })).rejects.toMatchObject(
      coded("CARD_CLOSED"),
    );
    expect(await refundsOf(till)).toEqual([]);
    expect(await till.act("receipt", { receiptNumber: 1 })).toMatchObject({ refundable: won(10_000) });
    await till.stop();
  });

  const booksRestored = () => Promise.reject(new FailureError({ code: "BOOKS_RESTORED" }));
  it.each([
    ["was answered late", "LINE_CUT", lineCut],
    ["met a back office that was just restored", "BOOKS_RESTORED", booksRestored],
  ] as const)("gives the rest where the card's part %s, and not a won more", async (_, code, unanswered) => {
    const counter = await aCounter();
    const till = await counter.start();
    const lines = await aSplitSale(till);
    const { refund } = counter.script;
    counter.script.refund = unanswered;
    await expect(till.act("refund", { receiptNumber: 1, lines, ...asManager })).rejects.toMatchObject(
      coded(code),
    );
    await expect(till.act("refund", { receiptNumber: 1, lines, ...asManager })).rejects.toMatchObject(
      coded("TENDER_UNSETTLED"),
    );
    counter.script.refund = refund;
    counter.script.line = "offline";
    till.lineChanged();
    counter.script.line = "online";
    till.lineChanged();
    await till.until((view) => view.openAttempts === 0);
    expect(await till.act("receipt", { receiptNumber: 1 })).toMatchObject({ refundable: won(4_000) });
    await till.act("refund", { receiptNumber: 1, lines, ...asManager });
    const given = await refundsOf(till);
    expect(given).toMatchObject([{ amount: won(6_000) }, { amount: won(4_000), to: { method: "cash" } }]);
    expect(await till.act("receipt", { receiptNumber: 1 })).toMatchObject({ refundable: won(0) });
    await till.stop();
  });

  it("is asked for again while the line stands, and where nobody answers the next one waits its turn", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    const { refund } = counter.script;
    counter.script.refund = lineCut;
    for (const receiptNumber of [1, 2]) {
      const lines = await aSplitSale(till);
      await till.act("nextSale");
      const asked = till.act("refund", { receiptNumber, lines, ...asManager });
      await expect(asked).rejects.toMatchObject(coded("LINE_CUT"));
    }
    let asked = 0;
    counter.script.refund = () => {
      asked += 1;
      return lineCut();
    };
    counter.clock.pass(59_999);
    till.lineChanged();
    await till.act("report");
    expect(asked).toBe(0);
    counter.clock.pass(1);
    till.lineChanged();
    // The actions wait in one row: this one is answered after the refunds.
    await till.act("report");
    expect(asked).toBe(1);
    counter.script.refund = refund;
    counter.clock.pass(60_000);
    till.lineChanged();
    await till.until((view) => view.openAttempts === 0);
    expect(await refundsOf(till)).toHaveLength(2);
    await till.stop();
  });

  /** 6,000 of the card's without an answer, begun before the till was enrolled again. */
  async function anEarlierRefund() {
    const counter = await aCounter();
    const till = await counter.start();
    const lines = await aSplitSale(till);
    const { refund } = counter.script;
    counter.script.refund = lineCut;
    await expect(till.act("refund", { receiptNumber: 1, lines, ...asManager })).rejects.toMatchObject(
      coded("LINE_CUT"),
    );
    counter.script.refund = async ({ attemptId }) => ({
      kind: "declined",
      attemptId,
      code: "PAYMENT_UNKNOWN",
    });
    await till.database.transaction((tx) => tx.run("UPDATE epochs SET terminal_id = 'till-of-then'"));
    const askAgain = async () => {
      counter.clock.pass(60_000);
      till.lineChanged();
      // The actions wait in one row: this one is answered after the refunds.
      await till.act("report");
    };
    return { counter, till, lines, refund, askAgain };
  }

  it("is asked over the line of the terminal that began it, and completed by its answer", async () => {
    const { counter, till, refund, askAgain } = await anEarlierRefund();
    counter.script.earlierLine = { kind: "waiting" };
    await askAgain();
    expect(await till.act("receipt", { receiptNumber: 1 })).toMatchObject({ openRefund: "waiting" });
    expect((await till.view()).openAttempts).toBe(1);
    counter.script.earlierLine = { kind: "open", refund };
    await askAgain();
    expect(await refundsOf(till)).toMatchObject([{ amount: won(6_000), to: { route: "online" } }]);
    expect(await till.act("receipt", { receiptNumber: 1 })).toMatchObject({ openRefund: null });
    expect((await till.view()).openAttempts).toBe(0);
    await till.stop();
  });

  it("stays open and says so where the keys of the terminal that began it are gone, and is given no second time", async () => {
    const { counter, till, lines, askAgain } = await anEarlierRefund();
    await askAgain();
    expect(await journalKinds(till)).not.toContain("refund-declined");
    expect(await till.act("receipt", { receiptNumber: 1 })).toMatchObject({ openRefund: "gone" });
    expect((await till.view()).openAttempts).toBe(0);
    counter.script.line = "offline";
    await expect(till.act("refund", { receiptNumber: 1, lines, ...asManager })).rejects.toMatchObject(
      coded("TENDER_UNSETTLED"),
    );
    await till.stop();
  });

  it("of the present terminal is asked though one of an earlier terminal is never answered", async () => {
    const { counter, till, refund, askAgain } = await anEarlierRefund();
    await till.act("nextSale");
    await till.database.transaction((tx) => tx.run("UPDATE epochs SET terminal_id = ?", [TERMINAL]));
    const lines = await aSplitSale(till);
    counter.script.refund = lineCut;
    const asked = till.act("refund", { receiptNumber: 2, lines, ...asManager });
    await expect(asked).rejects.toMatchObject(coded("LINE_CUT"));
    await till.database.transaction((tx) => tx.runAll(EARLIER_EPOCH));
    counter.script.refund = refund;
    counter.script.earlierLine = {
      kind: "open",
      refund: () => Promise.reject(new FailureError({ code: "BUSY" })),
    };
    await askAgain();
    expect(await refundsOf(till)).toHaveLength(1);
    expect((await till.view()).openAttempts).toBe(1);
    await till.stop();
  });

  it("goes to the card without the line where the desk allows it", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    const lines = await aSplitSale(till);
    counter.script.line = "offline";
    await till.act("refund", { receiptNumber: 1, lines: lines.slice(0, 1), ...asManager });
    expect(await refundsOf(till)).toMatchObject([
      { amount: won(4_500), to: { method: "prepaid", route: "offline" } },
    ]);
    const slip = await till.database.read.get(
      "SELECT basis, CAST(amount AS TEXT) AS minor FROM offline_slips",
    );
    expect(slip).toEqual({ basis: "refund", minor: "4500" });
    await till.stop();
  });
});

describe("a tender that is taken back", () => {
  it("is due again, and no longer counts in the drawer", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    await withBasket(till);
    await till.act("startPaying");
    await till.act("payCash", { given: won(4_000) });
    const [tender] = (await till.view()).sale?.tenders ?? [];
    await till.act("voidTender", { tenderId: tender?.tenderId });
    expect((await till.view()).sale).toMatchObject({ due: won(10_000), tenders: [{ state: "voided" }] });
    await expect(till.act("voidTender", { tenderId: tender?.tenderId })).rejects.toMatchObject(
      coded("NOT_FOUND"),
    );
    await till.act("backToBasket");
    await till.act("abandonSale", { reason: "no money" });
    const closed = (await till.act("closeShift", { counts: [{ faceMinor: "10000", count: 10 }] })) as {
      z: { difference: unknown };
    };
    expect(closed.z.difference).toEqual(won(0));
    expect(await journalKinds(till)).toContain("tender-voided");
    await till.stop();
  });
});
