// A card that has ended must neither keep money nor be guessed open.
import { expect, test } from "vitest";
import { balanceOf } from "#backoffice/ledger/read-ledger.ts";
import { verifyLedger } from "#backoffice/ledger/verify.ts";
import { FailureError } from "#core/errors.ts";
import { BREAKAGE, bankAccount } from "#core/ledger/accounts.ts";
import { krw } from "#core/money.ts";
import { days, hours } from "#core/time.ts";
import { aBackOffice, anActiveCard, MERCHANT, PASSWORD } from "#test/world/back-office.ts";
import { eachDatabase } from "#test/world/database.ts";

eachDatabase((databases) => {
  test.each(["closed", "expired"] as const)(
    "what comes back to a card that is %s goes back to where its money came from",
    async (ending) => {
      const { cards, payments, database } = await aBackOffice(databases);
      const card = await anActiveCard(cards, 10_000);
      const { cardId, number } = card;
      await payments.authorise(MERCHANT, {
        id: "payment-1",
        amount: krw(4_000),
        number,
        password: PASSWORD,
        holdFor: hours(days(400) / hours(1)),
      });
      await payments.capture(MERCHANT, "payment-1", "capture-1");
      await cards.end({ cardId, by: "staff:mina", reason: "asked" }, ending);
      await payments.refund(MERCHANT, "payment-1", "refund-01", krw(3_000));
      await payments.refund(MERCHANT, "payment-1", "refund-02", krw(1_000));
      const detail = await cards.detail(cardId);
      expect(detail).toMatchObject({ state: ending, available: { minor: "0" } });
      expect(detail.history.filter(({ what }) => what === "late refund paid out")).toHaveLength(2);
      const breakage = await balanceOf(database.read, BREAKAGE, "KRW");
      const source = await balanceOf(database.read, bankAccount("main"), "KRW");
      expect([breakage.minor, source.minor]).toEqual(ending === "expired" ? [6_000n, -6_000n] : [0n, 0n]);
      expect((await verifyLedger(database)).ok).toBe(true);
    },
  );

  test("a password may be a part of neither number of its card", async () => {
    const { cards } = await aBackOffice(databases);
    const { number, pin } = await anActiveCard(cards, 10_000);
    for (const newPassword of [number.slice(-6), pin.slice(-6)]) {
      for (const typed of [number, pin]) {
        const refused = cards.changePassword({ number: typed, password: PASSWORD, newPassword });
        await expect(refused).rejects.toSatisfy(
          (error) => error instanceof FailureError && error.failure.code === "PASSWORD_FORM",
        );
      }
    }
  });
});
