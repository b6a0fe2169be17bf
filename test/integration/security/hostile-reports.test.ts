// Somebody has a till's key and writes what would break a report for everybody, or take another till's place in it.
import { expect, test } from "vitest";
import { closeDay, dayPage } from "#backoffice/reports/day.ts";
import { listSales, salePage } from "#backoffice/reports/sales.ts";
import { today } from "#backoffice/reports/today.ts";
import { SaleRow } from "#core/contract/reports.ts";
import type { WireMoney } from "#core/contract/values.ts";
import type { SaleId, StaffId } from "#core/ids.ts";
import type { Tender } from "#core/journal/bodies.ts";
import type { EntryDraft } from "#core/journal/entry.ts";
import { MINOR_MAX } from "#core/money.ts";
import { UNIT_PRICE_MINOR_MAX } from "#core/sale/edit-basket.ts";
import { approved, aStation, aTender, aTerminal, completed, risk, won } from "#test/world/a-terminal.ts";
import { anActiveCard, MANAGER } from "#test/world/back-office.ts";
import { eachDatabase } from "#test/world/database.ts";

const inCash = (amount: WireMoney, tenderId = "cash-1"): Tender => ({
  method: "cash",
  tenderId,
  amount,
  given: amount,
  change: { ...amount, minor: "0" },
});

/** A sale of one line in cash, all amounts of which are this one. */
function cashSale(amount: WireMoney, saleId?: SaleId): EntryDraft {
  const draft = completed([inCash(won(1))]);
  if (draft.kind !== "sale-completed") throw new Error("a sale is completed");
  const nothing = { ...amount, minor: "0" };
  return {
    kind: "sale-completed",
    body: {
      ...draft.body,
      ...(saleId === undefined ? {} : { saleId }),
      lines: draft.body.lines.map((line) => ({ ...line, unitPrice: amount, amount })),
      totals: { net: amount, vat: nothing, gross: amount, discount: nothing, vatByRate: [] },
      tenders: [inCash(amount)],
      change: nothing,
    },
  };
}

const opened = (shiftId: string, float: WireMoney): EntryDraft => ({
  kind: "shift-opened",
  body: { shiftId, number: 1, float },
});

const closed = (shiftId: string, counted: WireMoney): EntryDraft => ({
  kind: "shift-closed",
  body: { shiftId, counts: [], counted, expected: won(0), difference: counted, approvedBy: null },
});

eachDatabase((databases) => {
  async function aStolenTill() {
    const world = await aStation(databases);
    const till = await aTerminal(world);
    await till.sync();
    const { database, clock } = world;
    const business = { currency: "KRW", utcOffsetMinutes: 540 } as const;
    const deps = { database, read: database.read, clock, business, terminals: world.terminals };
    const grossOf = async () => {
      const shown = await today(deps);
      const page = await dayPage(deps, shown.businessDate);
      const after = await closeDay(deps, shown.businessDate, MANAGER);
      return [shown.gross.minor, page.gross.minor, after.gross.minor];
    };
    const sales = async () =>
      (await listSales(database.read, { page: 0, pageSize: 25 })).rows.map((row) => SaleRow.parse(row));
    return { ...world, till, grossOf, sales };
  }

  const huge = { minor: String(MINOR_MAX), currency: "KRW" as const };
  const euros = { minor: "500", currency: "EUR" as const };
  const beyond = { minor: String(UNIT_PRICE_MINOR_MAX + 1n), currency: "KRW" as const };

  test.each([
    ["sales that would not fit into 64 bits together", [cashSale(huge), cashSale(huge)]],
    ["sales just beyond reason", [cashSale(beyond)]],
    ["a sale of another currency", [cashSale(euros)]],
    ["a sale of less than nothing", [cashSale(won(-5_000))]],
    ["a shift that opens with more than there is", [opened("shift-9", huge)]],
    ["a shift that closes in another currency", [closed("shift-9", euros)]],
    ["a tender whose id has a blank", [completed([inCash(won(500), "cash 1")])]],
    ["a tender whose id has a zero byte", [completed([inCash(won(500), "cash\0")])]],
    ["a shift whose id has a zero byte", [opened("shift\0", won(0))]],
    ["a card whose digits have a zero byte", [approved(maskedAs("9410\0"))]],
    ["a slip whose id has a zero byte", [approved(aTender(undefined, 1_000, risk(), "slip\0"))]],
    ["a slip whose id has a blank", [approved(aTender(undefined, 1_000, risk(), "slip 1"))]],
  ])("%s is a work item, counts for nothing and stops nothing", async (_name, drafts) => {
    const { till, grossOf, sales, workItems } = await aStolenTill();
    for (const draft of drafts) till.write(draft);
    till.write(cashSale(won(3_000)));
    await till.sync();
    expect(await grossOf()).toEqual(["3000", "3000", "3000"]);
    expect((await sales()).map(({ total }) => total)).toEqual([won(3_000)]);
    const items = await workItems();
    expect(items.map(({ kind }) => kind)).toEqual(drafts.map(() => "posting-refused"));
    for (const { code } of items) expect(["AMOUNT_INVALID", "REQUEST_INVALID"]).toContain(code);
  });

  test("sales as large as a till can ring up are counted", async () => {
    const { till, grossOf, workItems } = await aStolenTill();
    const most = { minor: String(UNIT_PRICE_MINOR_MAX), currency: "KRW" as const };
    till.write(cashSale(most));
    till.write(cashSale(most));
    await till.sync();
    expect(new Set(await grossOf())).toEqual(new Set([String(2n * UNIT_PRICE_MINOR_MAX)]));
    expect(await workItems()).toEqual([]);
  });

  test("a prepaid slip is posted though the totals of its sale cannot be shown", async () => {
    const { till, cards, balance, sales, workItems } = await aStolenTill();
    const card = await anActiveCard(cards, 100_000);
    const tender = aTender(card.cardId, 1_000, risk());
    till.write(approved(tender));
    const sale = cashSale(euros);
    if (sale.kind !== "sale-completed") throw new Error("a sale is completed");
    till.write({ kind: "sale-completed", body: { ...sale.body, tenders: [tender] } });
    await till.sync();
    expect(await balance(card.cardId)).toBe(99_000);
    expect(await sales()).toEqual([]);
    expect(await workItems()).toMatchObject([{ kind: "posting-refused", code: "AMOUNT_INVALID" }]);
  });

  test("a cashier whom nobody knows, with the longest id, is shown by it", async () => {
    const { till, sales } = await aStolenTill();
    const staffId = "s".repeat(80) as StaffId;
    till.write(cashSale(won(500)), staffId);
    await till.sync();
    expect((await sales()).map(({ staffName }) => staffName)).toEqual([staffId]);
  });

  test("a sale under the name of another till's takes no other's place", async () => {
    const { till, database, terminals, clock } = await aStolenTill();
    const sale7 = "sale-7" as SaleId;
    const honest = await aTerminal({ terminals, clock }, "Till 2");
    for (let count = 0; count < 3; count += 1) honest.write(cashSale(won(100)));
    honest.write(cashSale(won(7_000), sale7));
    await honest.sync();
    clock.advance(1_000);
    till.write(cashSale(won(9), sale7));
    await till.sync();
    const totalOf = async (terminalId?: string) =>
      (await salePage(database.read, { saleId: sale7, terminalId })).total;
    expect(await totalOf()).toEqual(won(7_000));
    expect(await totalOf(honest.terminalId)).toEqual(won(7_000));
    expect(await totalOf(till.terminalId)).toEqual(won(9));
  });
});

function maskedAs(masked: string): Tender {
  const tender = aTender(undefined, 1_000, risk());
  return { ...tender, card: { ...tender.card, masked } };
}
