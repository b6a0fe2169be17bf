import { describe, expect, test } from "vitest";
import { krw, money } from "#core/money.ts";
import {
  agreementAt,
  type CommissionTerms,
  commissionOn,
  commissionReturned,
  netOf,
} from "#core/settlement/commission.ts";
import { instant } from "#core/time.ts";

const perCent = (basisPoints: number): CommissionTerms => ({ kind: "per-cent", basisPoints });
const perItem = (won: number): CommissionTerms => ({ kind: "per-item", fee: krw(won) });

describe("commission", () => {
  test("rounds half to even", () => {
    // 2.5 % of 20, 60 and 100 won is 0.5, 1.5 and 2.5.
    expect([20, 60, 100].map((won) => commissionOn(perCent(250), krw(won)).minor)).toEqual([0n, 2n, 2n]);
  });

  test("is a fixed fee for each item, and never more than the item", () => {
    expect(commissionOn(perItem(300), krw(10_000))).toEqual(krw(300));
    expect(commissionOn(perItem(300), krw(300))).toEqual(krw(300));
    expect(commissionOn(perItem(300), krw(299))).toEqual(krw(299));
    expect(commissionOn(perItem(300), krw(0))).toEqual(krw(0));
  });

  test("is nothing without an agreement, or with a fee in another currency", () => {
    expect(commissionOn(undefined, krw(10_000))).toEqual(krw(0));
    expect(commissionOn(perItem(300), money(1_000n, "EUR"))).toEqual(money(0n, "EUR"));
  });

  test("A07 follows the agreement that was valid at the very instant of the payment", () => {
    const first = { validFrom: instant(1_000), terms: perCent(100) };
    const second = { validFrom: instant(2_000), terms: perCent(200) };
    const at = (ms: number) => agreementAt([second, first], instant(ms));
    expect([at(999), at(1_000), at(1_999), at(2_000)]).toEqual([undefined, first, first, second]);
  });
});

describe("commission after a refund", () => {
  const payment = { captured: krw(10_000), refundedBefore: krw(0) };

  test("is recomputed on what remains", () => {
    expect(commissionReturned(perCent(250), payment, krw(4_000))).toEqual(krw(100));
    expect(commissionReturned(perCent(250), payment, krw(10_000))).toEqual(krw(250));
  });

  test("leaves a fixed fee until nothing remains", () => {
    expect(commissionReturned(perItem(300), payment, krw(9_000))).toEqual(krw(0));
    const rest = { captured: krw(10_000), refundedBefore: krw(9_000) };
    expect(commissionReturned(perItem(300), rest, krw(1_000))).toEqual(krw(300));
  });

  test("is not defined for more than what remains", () => {
    expect(() => commissionReturned(perCent(250), payment, krw(10_001))).toThrow("at most what remains");
  });

  test("an item is worth its gross less its commission, the other way round for a refund", () => {
    const parts = { gross: krw(1_000), commission: krw(25) };
    expect(netOf({ kind: "capture", ...parts })).toEqual(krw(975));
    expect(netOf({ kind: "refund", ...parts })).toEqual(krw(-975));
    expect(netOf({ kind: "returned", gross: krw(975), commission: krw(0) })).toEqual(krw(975));
  });
});
