// A till that asks each customer whether the receipt is wanted: set by a manager, for this till.
import { expect, it } from "vitest";
import { aCounter, journalKinds, KIM, LEE, withBasket, won } from "./a-till.ts";
import { coded } from "./prepaid-steps.ts";

/** As the manager sets it, and a cash sale after it by the cashier. */
async function soldWhereAsked() {
  const counter = await aCounter();
  const till = await counter.start();
  await till.act("signIn", { staffId: LEE, pin: "2222" });
  await till.act("setReceiptChoice", { choice: "ask" });
  await till.act("signOut");
  await withBasket(till);
  await till.act("startPaying");
  await till.act("payCash", { given: won(20_000) });
  return { counter, till };
}

it("opens the drawer and prints nothing until the customer wants the receipt", async () => {
  const { counter, till } = await soldWhereAsked();
  expect((await till.view()).sale).toMatchObject({ stage: "completed", printed: "choosing" });
  expect([counter.printed.length, counter.script.drawerOpens]).toEqual([0, 1]);
  await till.act("printReceipt");
  await till.until((view) => view.sale?.printed === "printed");
  expect(counter.printed).toHaveLength(1);
  expect(counter.printed[0]).not.toContain("재발행");
  await expect(till.act("printReceipt")).rejects.toMatchObject(coded("STATE_CONFLICT"));
  expect(await journalKinds(till)).not.toContain("receipt-reprinted");
  await till.stop();
});

it("prints it later from the receipts where the customer wanted none", async () => {
  const { counter, till } = await soldWhereAsked();
  await till.act("nextSale");
  expect(counter.printed).toHaveLength(0);
  await till.act("reprint", { receiptNumber: 1 });
  expect(counter.printed).toHaveLength(1);
  await till.stop();
});

it("keeps the choice over a restart, and lets no cashier change it", async () => {
  const { counter, till } = await soldWhereAsked();
  await expect(till.act("setReceiptChoice", { choice: "always" })).rejects.toMatchObject(
    coded("ROLE_REFUSED"),
  );
  await till.stop();
  const again = await counter.start();
  expect((await again.view()).receiptChoice).toBe("ask");
  await again.act("signIn", { staffId: KIM, pin: "1111" });
  await again.stop();
});
