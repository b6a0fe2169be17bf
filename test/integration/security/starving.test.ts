// Somebody asks for so many passwords that others would wait: each pays for his own out of his own share.
import { call } from "@orpc/server";
import { expect, test } from "vitest";
import type { Asker } from "#backoffice/cards/password-shares.ts";
import { cardsRoutes } from "#backoffice/cards/routes.ts";
import type { Caller } from "#backoffice/http/caller.ts";
import { signIn } from "#backoffice/staff/sign-in.ts";
import type { SaleId } from "#core/ids.ts";
import { krw } from "#core/money.ts";
import { hours } from "#core/time.ts";
import { anAttempt, won } from "#test/world/a-terminal.ts";
import { anActiveCard, MANAGER, MERCHANT, PASSWORD, TILL } from "#test/world/back-office.ts";
import { eachDatabase } from "#test/world/database.ts";
import { aStaffRoom, OWN_PASSWORD } from "#test/world/staff.ts";

eachDatabase((databases) => {
  test("every password is asked for in the name of whoever sent it", async () => {
    const room = await aStaffRoom(databases);
    const { cards, cardDeps, payments, deps } = room;
    await room.settleIn(await room.add("kim", "cashier"));
    const { number } = await anActiveCard(cards, 20_000);
    const asked: (Asker | undefined)[] = [];
    const { hash, verify } = cardDeps.passwords;
    Object.assign(cardDeps.passwords, {
      hash: (secret: string, asker?: Asker) => {
        asked.push(asker);
        return hash(secret, asker);
      },
      verify: (stored: string, secret: string, asker?: Asker) => {
        asked.push(asker);
        return verify(stored, secret, asker);
      },
    });
    const askersOf = async (work: () => Promise<unknown>) => {
      asked.length = 0;
      await work();
      return [...new Set(asked.map((asker) => `${asker?.share} ${asker?.who}`))];
    };
    const hold = { amount: krw(1_000), number, password: PASSWORD, holdFor: hours(1) };
    expect(await askersOf(() => payments.authorise(MERCHANT, { id: "payment-1", ...hold }))).toEqual([
      "others merchant:station-7",
    ]);
    const attempt = {
      attemptId: anAttempt(),
      tenderId: "tender-1",
      saleId: "sale-1" as SaleId,
      amount: won(1_000),
      card: { number, password: PASSWORD },
    };
    const ofTill = ["tills terminal:t-1"];
    expect(await askersOf(() => payments.authoriseForTerminal(TILL, attempt))).toEqual(ofTill);
    expect(await askersOf(() => payments.balanceForTerminal(TILL, { number, password: PASSWORD }))).toEqual(
      ofTill,
    );
    expect(await askersOf(() => signIn(deps, { signInName: "Kim", password: OWN_PASSWORD }))).toEqual([
      "staff sign-in:kim",
    ]);
    const order = { id: "order-9", makerId: MANAGER, quantity: 20, amount: krw(1_000), validDays: 30 };
    expect(await askersOf(() => cards.issue(order))).toEqual(["staff staff:mina"]);
    const caller: Caller = { kind: "anonymous", address: "203.0.113.7" };
    const session = { token: null, begin: () => undefined, end: () => undefined };
    const change = () =>
      call(
        cardsRoutes(cards).changePassword,
        { number, password: PASSWORD, newPassword: "another-1" },
        { context: { caller, requestId: "request-1", session }, path: ["changePassword"] },
      );
    expect(await askersOf(change)).toEqual(["others address:203.0.113.7"]);
  });
});
