import { expect, test } from "vitest";
import { krw } from "#core/money.ts";
import { decideGrant, type GrantAsk, type GrantPolicy, type LiveGrant } from "#core/offline/grant-sizing.ts";
import { days, hours, instant, minutes } from "#core/time.ts";

const now = instant(Date.parse("2026-03-10T00:00:00.000Z"));
const policy: GrantPolicy = {
  sliceMax: krw(30_000),
  balanceShare: { numerator: 1n, denominator: 2n },
  sliceMin: krw(1_000),
  seenWithinMs: days(7),
  validMs: hours(72),
  renewBeforeMs: hours(12),
  restMs: minutes(15),
};
const anAsk = (over: Partial<GrantAsk>): GrantAsk => ({
  available: krw(50_000),
  grants: [],
  lastSeenAt: now,
  hasVerifier: true,
  recalledAt: null,
  maySpend: true,
  ...over,
});
const aGrant = (over: Partial<LiveGrant>): LiveGrant => ({
  amount: krw(20_000),
  spent: krw(0),
  expiresAt: instant(now + hours(48)),
  recalled: false,
  ...over,
});
const decide = (over: Partial<GrantAsk>) => decideGrant(anAsk(over), policy, now);

test("sets aside the policy's share of the balance, up to the largest slice", () => {
  expect(decide({})).toEqual({ kind: "grant", amount: krw(25_000), recallOld: false });
  expect(decide({ available: krw(100_000) })).toMatchObject({ amount: krw(30_000) });
  expect(decide({ available: krw(2_000) })).toMatchObject({ amount: krw(1_000) });
  expect(decide({ available: krw(1_997) })).toEqual({ kind: "none" });
  expect(decide({ available: krw(-1) })).toEqual({ kind: "none" });
});

test("gives nothing to a card without a verifier, long unseen, or that may not pay", () => {
  expect(decide({ hasVerifier: false })).toEqual({ kind: "none" });
  expect(decide({ maySpend: false })).toEqual({ kind: "none" });
  expect(decide({ lastSeenAt: instant(now - days(7)) }).kind).toBe("grant");
  expect(decide({ lastSeenAt: instant(now - days(7) - 1) }).kind).toBe("none");
});

test("renews once less than half is left, not at half", () => {
  expect(decide({ grants: [aGrant({ spent: krw(10_000) })] }).kind).toBe("none");
  expect(decide({ grants: [aGrant({ spent: krw(10_001) })] })).toMatchObject({ recallOld: true });
});

test("renews one that is near its end", () => {
  expect(decide({ grants: [aGrant({ expiresAt: instant(now + hours(12) + 1) })] }).kind).toBe("none");
  expect(decide({ grants: [aGrant({ expiresAt: instant(now + hours(12)) })] })).toMatchObject({
    recallOld: true,
  });
});

test("lets a card rest whose slices were called back", () => {
  expect(decide({ recalledAt: instant(now - minutes(15) + 1) }).kind).toBe("none");
  expect(decide({ recalledAt: instant(now - minutes(15)) }).kind).toBe("grant");
});

test("gives nothing more while a slice is being called back", () => {
  expect(decide({ grants: [aGrant({ recalled: true, spent: krw(19_000) })] }).kind).toBe("none");
});
