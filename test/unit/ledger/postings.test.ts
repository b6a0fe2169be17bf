import { describe, expect, test } from "vitest";
import type { BatchId, CardId, TerminalId } from "#core/ids.ts";
import {
  ACCOUNT_KINDS,
  accountIdOf,
  accountOf,
  cardAccount,
  clearingAccount,
  escrowAccount,
  isFloored,
  merchantAccount,
} from "#core/ledger/accounts.ts";
import { POSTING_EVENTS, POSTINGS, post, transferIdOf } from "#core/ledger/postings.ts";
import { krw } from "#core/money.ts";
import { aCard, aMerchant, BANK } from "#test/world/ledger.ts";

describe("the posting table", () => {
  test("a sale of a card credits the card from whoever was paid", () => {
    expect(post("card-sold", { id: "s1", source: BANK, card: aCard("a"), amount: krw(50_000) })).toEqual([
      {
        kind: "single",
        id: "s1/card-sold/0",
        event: "card-sold",
        debit: "bank:main",
        credit: "card:a",
        amount: krw(50_000),
      },
    ]);
  });

  test("a capture posts the hold and takes the merchant's commission", () => {
    const hold = transferIdOf("payment-held", "p1");
    const legs = post("payment-captured", {
      id: "c1",
      hold,
      merchant: aMerchant("m"),
      amount: krw(1_000),
      commission: krw(25),
    });
    expect(legs).toMatchObject([
      { kind: "post", pending: hold, amount: krw(1_000) },
      { kind: "single", debit: "merchant:m", credit: "commission", amount: krw(25) },
    ]);
  });

  test("a commission of zero has no leg, and the ids of the others do not move", () => {
    const legs = post("payment-taken", {
      id: "p1",
      card: aCard("a"),
      merchant: aMerchant("m"),
      amount: krw(10),
      commission: krw(0),
    });
    expect(legs.map(({ id }) => id)).toEqual(["p1/payment-taken/0"]);
  });

  test("a refund names the payment and the commission that it gives back", () => {
    const legs = post("payment-refunded", {
      id: "r1",
      card: aCard("a"),
      merchant: aMerchant("m"),
      amount: krw(500),
      commission: krw(12),
      payment: transferIdOf("payment-captured", "c1"),
      commissionTaken: transferIdOf("payment-captured", "c1", 1),
    });
    expect(legs).toMatchObject([
      { debit: "merchant:m", credit: "card:a", corrects: "c1/payment-captured/0" },
      { debit: "commission", credit: "merchant:m", corrects: "c1/payment-captured/1" },
    ]);
  });

  test("every event has legs, and every leg of two parties has two different ones", () => {
    for (const event of POSTING_EVENTS) {
      expect(POSTINGS[event].length, event).toBeGreaterThan(0);
      for (const leg of POSTINGS[event])
        if ("from" in leg) expect(leg.from as string, event).not.toBe(leg.to);
    }
  });
});

describe("accounts", () => {
  test("come apart as they were put together", () => {
    const id = accountIdOf(escrowAccount("t1" as TerminalId, "c1" as CardId), "EUR");
    expect(id).toBe("escrow:t1:c1/EUR");
    expect(accountOf(id)).toEqual({ name: "escrow:t1:c1", kind: "escrow", currency: "EUR" });
  });

  test("a card, an escrow and a clearing account have a floor; a merchant may owe a refund", () => {
    expect(isFloored(accountIdOf(cardAccount("c" as CardId), "KRW"))).toBe(true);
    expect(isFloored(accountIdOf(escrowAccount("t" as TerminalId, "c" as CardId), "KRW"))).toBe(true);
    expect(isFloored(accountIdOf(clearingAccount("b" as BatchId), "KRW"))).toBe(true);
    expect(isFloored(accountIdOf(aMerchant("m"), "KRW"))).toBe(false);
  });

  test("refuse a part that could pass for two", () => {
    for (const id of ["a:b", "a/KRW", "", "a b", "x".repeat(81)]) {
      expect(() => merchantAccount(id as never)).toThrow();
    }
    expect(ACCOUNT_KINDS.length).toBeGreaterThan(10);
  });
});
