import { expect, test } from "vitest";
import { createLedger } from "#backoffice/ledger/ledger.ts";
import { balanceOf } from "#backoffice/ledger/read-ledger.ts";
import { verifyLedger } from "#backoffice/ledger/verify.ts";
import { MIGRATIONS } from "#backoffice/migrations/list.ts";
import { krw } from "#core/money.ts";
import { eachDatabase } from "#test/world/database.ts";
import { aCard, aRequest, aTransfer, BANK, countingIds, NOON } from "#test/world/ledger.ts";

const clock = { now: () => NOON };

eachDatabase((databases) => {
  test("moves money, remembers it, and can prove it", async () => {
    const database = await databases.open(MIGRATIONS);
    const ledger = createLedger({ database, clock, ids: countingIds() });
    const sold = aRequest("r1", [aTransfer("t1", BANK, aCard("a"), 10_000)], { answer: { paid: "yes" } });
    expect(await ledger.submit(sold)).toEqual({ kind: "accepted", answer: { paid: "yes" }, replayed: false });
    expect(await ledger.submit(sold)).toEqual({ kind: "accepted", answer: { paid: "yes" }, replayed: true });
    expect(await balanceOf(database.read, aCard("a"), "KRW")).toEqual(krw(10_000));
    await ledger.close();
    expect(await verifyLedger(database)).toMatchObject({
      ok: true,
      transfers: 1,
      trialBalanceMinor: { KRW: "0" },
    });
  });
});
