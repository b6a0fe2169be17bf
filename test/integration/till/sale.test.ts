import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { openSqlite } from "#database/sqlite.ts";
import { aCounter, CARD, journalKinds, KIM, LEE, withBasket, won } from "./a-till.ts";

const coded = (code: string) => ({ failure: { code } });

describe("selling for cash", () => {
  it("N17 sells, gives change, numbers the receipt and prints it only once it is on the disk", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    await withBasket(till);
    await till.act("startPaying");
    await till.act("payCash", { given: won(20_000) });
    const { sale } = await till.until((view) => view.sale?.printed === "printed");
    expect(sale).toMatchObject({ stage: "completed", receiptNumber: 1, change: won(10_000), due: won(0) });
    expect(sale?.totals).toMatchObject({ gross: won(10_000), vat: won(909), net: won(9_091) });
    expect(counter.printed).toHaveLength(1);
    expect((await journalKinds(till)).slice(-3)).toEqual([
      "sale-frozen",
      "tender-approved",
      "sale-completed",
    ]);
    await till.stop();
  });

  it("keeps a sale whose receipt cannot be printed, and prints it later as a copy", async () => {
    const counter = await aCounter();
    counter.script.printer = "absent";
    const till = await counter.start();
    till.deviceSays({
      kind: "status",
      device: {
        id: "printer",
        kind: "printer",
        state: {
          kind: "absent",
          since: "2026-03-01T12:00:00.000Z",
          code: "DEVICE_ABSENT",
          reason: "unplugged",
        },
        paper: null,
        lacks: null,
      },
    });
    await till.until((view) => view.devices.length === 1);
    await withBasket(till);
    await till.act("startPaying");
    await till.act("payCash", { given: won(10_000) });
    await till.until((view) => view.sale?.printed === "failed");
    counter.script.printer = "ready";
    await till.act("reprint", { receiptNumber: 1 });
    expect(counter.printed[0]).toContain("재발행 1");
    await till.stop();
  });

  it("sells on while a copy or a report is at a printer that comes to no end", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    await withBasket(till);
    await till.act("startPaying");
    await till.act("payCash", { given: won(10_000) });
    await till.until((view) => view.sale?.printed === "printed");
    counter.script.printer = "stuck";
    void till.act("reprint", { receiptNumber: 1 });
    void till.act("printReport");
    await expect.poll(() => counter.printed.length).toBe(3);
    await till.act("nextSale");
    await till.act("addItem", { itemId: "americano", quantity: 1 });
    expect((await till.view()).sale).toMatchObject({ stage: "building" });
    expect(await journalKinds(till)).toContain("receipt-reprinted");
    await till.stop();
  });

  it("takes no more cash than anybody hands over for the sale", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    await withBasket(till);
    await till.act("startPaying");
    await expect(till.act("payCash", { given: won(88_012_345) })).rejects.toMatchObject(
      coded("CASH_GIVEN_TOO_MUCH"),
    );
    expect((await till.view()).sale).toMatchObject({ stage: "paying", tenders: [] });
    await till.stop();
  });

  it("P08 takes a sale in parts, never more than is due in all", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    await withBasket(till);
    await till.act("startPaying");
    await till.act("payCash", { given: won(3_000) });
    expect((await till.view()).sale).toMatchObject({ stage: "paying", due: won(7_000) });
    await expect(till.act("startPrepaid", { amount: won(7_001) })).rejects.toMatchObject(
      coded("TENDER_EXCEEDS_DUE"),
    );
    await expect(till.act("backToBasket")).rejects.toMatchObject(coded("TENDER_UNSETTLED"));
    await till.act("startPrepaid", { amount: won(7_000) });
    await till.act("typeCard", { number: CARD });
    await till.act("typePassword", { password: "blue-door" });
    const { sale } = await till.until((view) => view.sale?.stage === "completed");
    expect(sale?.tenders.map(({ method, amount }) => [method, amount.minor])).toEqual([
      ["cash", "3000"],
      ["prepaid", "7000"],
    ]);
    await till.stop();
  });

  it("writes down what is taken from a basket, and asks a manager for a discount", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    await withBasket(till);
    const [first, second] = (await till.view()).sale?.lines ?? [];
    await till.act("setQuantity", { lineId: first?.lineId, quantity: 3 });
    await till.act("setQuantity", { lineId: first?.lineId, quantity: 1 });
    await till.act("voidLine", { lineId: second?.lineId });
    const discount = { lineId: first?.lineId, basisPoints: 1_000, reason: "regular" };
    await expect(till.act("discountLine", discount)).rejects.toMatchObject(coded("MANAGER_REQUIRED"));
    await expect(
      till.act("discountLine", { ...discount, managerId: KIM, managerPin: "1111" }),
    ).rejects.toMatchObject(coded("ROLE_REFUSED"));
    await till.act("discountLine", { ...discount, managerId: LEE, managerPin: "2222" });
    expect((await till.view()).sale?.totals).toMatchObject({ gross: won(4_050), discount: won(450) });
    expect((await journalKinds(till)).slice(-4)).toEqual([
      "line-voided",
      "line-voided",
      "override-approved",
      "discount-given",
    ]);
    await till.stop();
  });

  it("asks a manager again for more of a line with a discount or a changed price", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    await withBasket(till);
    const [first, second] = (await till.view()).sale?.lines ?? [];
    const lee = { managerId: LEE, managerPin: "2222" };
    await till.act("discountLine", { lineId: first?.lineId, basisPoints: 9_900, reason: "stain", ...lee });
    await till.act("changePrice", { lineId: second?.lineId, price: won(100), ...lee });
    for (const line of [first, second])
      await expect(till.act("setQuantity", { lineId: line?.lineId, quantity: 50 })).rejects.toMatchObject(
        coded("MANAGER_REQUIRED"),
      );
    expect((await till.view()).sale?.lines.map(({ quantity }) => quantity)).toEqual([1, 1]);

    await till.act("setQuantity", { lineId: first?.lineId, quantity: 3, ...lee });
    await till.act("setQuantity", { lineId: second?.lineId, quantity: 2, ...lee });
    // Fewer gives nothing away.
    await till.act("setQuantity", { lineId: first?.lineId, quantity: 2 });
    const entries = await till.journal.entriesAfter({ epoch: till.journal.head().epoch, seq: 0 }, 500);
    expect(
      entries
        .filter(({ kind }) => kind === "discount-given" || kind === "price-changed")
        .map(({ kind, body }) => [kind, body.quantity, body.approvedBy]),
    ).toEqual([
      ["discount-given", 1, LEE],
      ["price-changed", 1, LEE],
      ["discount-given", 3, LEE],
      ["price-changed", 2, LEE],
    ]);
    await till.stop();
  });

  it("parks a sale, survives a crash with it, and takes it up again", async () => {
    const counter = await aCounter();
    const first = await counter.start();
    await withBasket(first);
    await first.act("parkSale");
    await first.act("addItem", { itemId: "wash", quantity: 1 });
    await first.crash();

    const second = await counter.start();
    const view = await second.view();
    expect(view.person).toBeNull();
    expect(view.shift?.number).toBe(1);
    expect(view.sale?.totals.gross).toEqual(won(11_000));
    expect(view.parked).toMatchObject([{ label: "1", total: won(10_000), parkedBy: "Kim", moreItems: 0 }]);
    expect(view.parked[0]?.items).toHaveLength(2);
    await second.act("signIn", { staffId: KIM, pin: "1111" });
    await second.act("resumeSale", { saleId: view.parked[0]?.saleId });
    const resumed = await second.view();
    expect(resumed.sale?.totals.gross).toEqual(won(10_000));
    expect(resumed.parked).toHaveLength(1);
    await second.stop();
  });

  it.each(["Oil-5W30", "oil-5w30", "OIL5W30", "oil5w30"])(
    "finds the item of the id or barcode %s",
    async (query) => {
      const till = await (await aCounter()).start();
      await withBasket(till);
      const found = (await till.act("search", { query })) as { items: { itemId: string }[] };
      expect(found.items.map(({ itemId }) => itemId)).toEqual(["Oil-5W30"]);
      await till.stop();
    },
  );

  it("refuses to search for a card, and keeps its number nowhere", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    await withBasket(till);
    for (const query of [
      CARD,
      CARD.replace(/(\d{4})(?=\d)/g, "$1 "),
      `;${CARD}=30121010000?`,
      `%B${CARD}^X/Y^3012?`,
    ]) {
      await expect(till.act("search", { query })).rejects.toMatchObject(coded("LOOKS_LIKE_SECRET"));
    }
    await expect(till.act("scan", { barcode: CARD, quantity: 1 })).rejects.toMatchObject(
      coded("LOOKS_LIKE_SECRET"),
    );
    await expect(till.act("openDrawer", { reason: `card ${CARD}` })).rejects.toMatchObject(
      coded("LOOKS_LIKE_SECRET"),
    );
    await till.act("scan", { barcode: "8801234567893", quantity: 1 });
    await till.stop();
    expect(await readFile(counter.path, "latin1")).not.toContain(CARD);
    expect(counter.logged.join("")).not.toContain(CARD);
  });

  it("shows a broken journal instead of building on it", async () => {
    const counter = await aCounter();
    const first = await counter.start();
    await withBasket(first);
    await first.stop();
    const database = await openSqlite(counter.path);
    await database.transaction(async (tx) => {
      await tx.run("DROP TRIGGER entries_no_update");
      await tx.run("UPDATE entries SET at = '2026-03-01T11:00:00.000Z' WHERE seq = 2");
    });
    await database.close();

    const second = await counter.start();
    const view = await second.view();
    expect(view.alarm).toBe("JOURNAL_BROKEN");
    expect(view.sale?.lines).toHaveLength(2);
    await expect(second.act("signIn", { staffId: KIM, pin: "1111" })).rejects.toMatchObject(
      coded("JOURNAL_BROKEN"),
    );
    await second.stop();
  });

  it("refunds lines to what remains, and not once more", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    await withBasket(till);
    await till.act("startPaying");
    await till.act("payCash", { given: won(10_000) });
    const found = (await till.act("receipt", { receiptNumber: 1 })) as {
      lines: { lineId: string }[];
      refundable: unknown;
    };
    expect(found.refundable).toEqual(won(10_000));
    const refund = {
      receiptNumber: 1,
      lines: [{ lineId: found.lines[0]?.lineId, quantity: 1 }],
      managerId: LEE,
      managerPin: "2222",
    };
    await expect(till.act("refund", { ...refund, managerId: undefined })).rejects.toMatchObject(
      coded("MANAGER_REQUIRED"),
    );
    expect(await till.act("refund", refund)).toMatchObject({ receiptNumber: 2 });
    await expect(till.act("refund", refund)).rejects.toMatchObject(coded("REFUND_EXCEEDS_PAYMENT"));
    expect(await till.act("receipts", { query: "", page: 0 })).toMatchObject({
      total: 2,
      rows: [
        { receiptNumber: 2, kind: "refund", total: won(4_500) },
        { receiptNumber: 1, kind: "sale", refunded: won(4_500) },
      ],
    });
    await till.stop();
  });
});
