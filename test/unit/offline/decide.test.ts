import { expect, test } from "vitest";
import type { CardId, GrantId } from "#core/ids.ts";
import { krw } from "#core/money.ts";
import {
  decideOffline,
  decideOfflineRefund,
  type OfflineQuestion,
  type OfflineRefundQuestion,
} from "#core/offline/decide.ts";
import type { LiveGrant } from "#core/offline/grants.ts";
import type { OfflineLimits } from "#core/offline/limits.ts";
import { after, durationMs, hours, instant } from "#core/time.ts";

const noon = instant(Date.parse("2026-03-01T12:00:00Z"));
const LIMITS: OfflineLimits = {
  paymentMax: krw(30_000),
  cardDayMax: krw(50_000),
  terminalMax: krw(500_000),
  countMax: 100,
  ageMax: hours(72),
  aboveCap: "manager",
  unverified: "sealed",
  wrongTriesMax: 3,
};

test("pays from escrow when the grants hold the whole amount", () => {
  const grants = [aGrant({ grantId: "g1" as GrantId, remaining: krw(10_000) })];
  expect(decideOffline(aQuestion({ grants, amount: krw(10_000) }))).toEqual({
    kind: "escrow",
    slices: [{ grantId: "g1", amount: krw(10_000) }],
  });
});

test("takes the whole amount at risk when escrow is one won short", () => {
  const grants = [aGrant({ remaining: krw(9_999) })];
  expect(decideOffline(aQuestion({ grants, amount: krw(10_000) })).kind).toBe("risk");
});

test("spends the grant that expires first, and the next one for the rest", () => {
  const grants = [
    aGrant({ grantId: "later" as GrantId, remaining: krw(8_000), expiresAt: after(noon, hours(9)) }),
    aGrant({ grantId: "sooner" as GrantId, remaining: krw(3_000), expiresAt: after(noon, hours(1)) }),
  ];
  expect(decideOffline(aQuestion({ grants, amount: krw(5_000) }))).toEqual({
    kind: "escrow",
    slices: [
      { grantId: "sooner", amount: krw(3_000) },
      { grantId: "later", amount: krw(2_000) },
    ],
  });
});

test("takes the largest grants where the first to expire would be more than a slip may name", () => {
  const small = Array.from({ length: 11 }, (_, index) =>
    aGrant({ grantId: `small-${index}` as GrantId, remaining: krw(100), expiresAt: after(noon, hours(1)) }),
  );
  const large = aGrant({
    grantId: "large" as GrantId,
    remaining: krw(5_000),
    expiresAt: after(noon, hours(9)),
  });
  expect(decideOffline(aQuestion({ grants: [...small, large], amount: krw(5_000) }))).toEqual({
    kind: "escrow",
    slices: [{ grantId: "large", amount: krw(5_000) }],
  });
});

test("uses a grant until the millisecond before its expiry, never at it", () => {
  const expiresAt = after(noon, durationMs(1));
  const grants = [aGrant({ remaining: krw(40_000), expiresAt })];
  expect(decideOffline(aQuestion({ grants, amount: krw(40_000) })).kind).toBe("escrow");
  expect(decideOffline(aQuestion({ grants, amount: krw(40_000), now: expiresAt })).kind).toBe(
    "needs-manager",
  );
});

test("asks the hot list before anything else, with the code that it names", () => {
  const grants = [aGrant({ remaining: krw(40_000) })];
  const question = aQuestion({
    hot: "CARD_BLOCKED",
    grants,
    lastServer: undefined,
    password: { kind: "locked" },
  });
  expect(decideOffline(question)).toMatchObject({ kind: "refused", code: "CARD_BLOCKED" });
});

test("takes stored value up to the maximum age and not a millisecond longer, escrow included", () => {
  const grants = [aGrant({ remaining: krw(40_000), expiresAt: after(noon, hours(999)) })];
  const atTheEdge = after(noon, LIMITS.ageMax);
  expect(decideOffline(aQuestion({ grants, now: atTheEdge })).kind).toBe("escrow");
  expect(decideOffline(aQuestion({ grants, now: after(atTheEdge, durationMs(1)) }))).toMatchObject({
    kind: "refused",
    code: "OFFLINE_TOO_OLD",
  });
});

test("takes no stored value at a till that has never heard the back office", () => {
  expect(decideOffline(aQuestion({ lastServer: undefined }))).toMatchObject({ code: "OFFLINE_TOO_OLD" });
});

test("says how many tries are left, and blocks the card here after the last", () => {
  expect(decideOffline(aQuestion({ password: { kind: "wrong", triesLeft: 1 } }))).toMatchObject({
    code: "PASSWORD_WRONG",
    triesLeft: 1,
  });
  expect(decideOffline(aQuestion({ password: { kind: "wrong", triesLeft: 0 } }))).toMatchObject({
    code: "OFFLINE_TRIES",
  });
  expect(decideOffline(aQuestion({ password: { kind: "locked" } }))).toMatchObject({ code: "OFFLINE_TRIES" });
});

test("asks for a password only where the right one would do", () => {
  const untyped = { kind: "untyped", isVerifiable: true } as const;
  expect(decideOffline(aQuestion({ password: untyped })).kind).toBe("needs-password");
  const tooMuch = aQuestion({ password: untyped, amount: krw(500_001) });
  expect(decideOffline(tooMuch)).toMatchObject({ kind: "refused", code: "OFFLINE_CAP_TERMINAL" });
  const refusing = { ...LIMITS, unverified: "refuse" } as const;
  const unknown = aQuestion({ limits: refusing, password: { kind: "untyped", isVerifiable: false } });
  expect(decideOffline(unknown)).toMatchObject({ kind: "refused", code: "OFFLINE_REFUSED" });
});

test("takes a card without a verifier with sealed credentials only where the policy allows it", () => {
  const password = { kind: "unverifiable" } as const;
  expect(decideOffline(aQuestion({ password }))).toMatchObject({
    kind: "risk",
    password: { kind: "to-seal" },
  });
  const refusing = { ...LIMITS, unverified: "refuse" } as const;
  expect(decideOffline(aQuestion({ password, limits: refusing }))).toMatchObject({ code: "OFFLINE_REFUSED" });
});

test("never spends a grant for a card whose password it cannot check", () => {
  const grants = [aGrant({ remaining: krw(40_000) })];
  const decision = decideOffline(
    aQuestion({ grants, password: { kind: "unverifiable" }, amount: krw(5_000) }),
  );
  expect(decision.kind).toBe("risk");
});

test.each([
  ["payment", { amount: krw(30_000) }, { amount: krw(30_001) }, "OFFLINE_CAP_PAYMENT"],
  ["card and day", { amount: krw(20_000) }, { amount: krw(20_001) }, "OFFLINE_CAP_CARD"],
])("asks a manager one won above the cap per %s, and nobody at it", (_name, at, above, code) => {
  const exposure = {
    terminal: krw(0),
    count: 0,
    cardDay: code === "OFFLINE_CAP_CARD" ? krw(30_000) : krw(0),
  };
  expect(decideOffline(aQuestion({ exposure, ...at }))).toMatchObject({ kind: "risk", beyond: null });
  expect(decideOffline(aQuestion({ exposure, ...above }))).toMatchObject({ kind: "needs-manager", code });
  const approved = aQuestion({ exposure, ...above, managerApproved: true });
  expect(decideOffline(approved)).toMatchObject({ kind: "risk", beyond: code });
  const strict = aQuestion({ exposure, ...above, limits: { ...LIMITS, aboveCap: "refuse" } });
  expect(decideOffline(strict)).toMatchObject({ kind: "refused", code });
});

test("stops at the terminal's total to the won, whoever approves", () => {
  const exposure = { terminal: krw(490_000), count: 1, cardDay: krw(0) };
  expect(decideOffline(aQuestion({ exposure, amount: krw(10_000) })).kind).toBe("risk");
  const above = aQuestion({ exposure, amount: krw(10_001), managerApproved: true });
  expect(decideOffline(above)).toMatchObject({ kind: "refused", code: "OFFLINE_CAP_TERMINAL" });
});

test("stops at the terminal's count of slips, whoever approves", () => {
  const at = { terminal: krw(0), count: 99, cardDay: krw(0) };
  expect(decideOffline(aQuestion({ exposure: at })).kind).toBe("risk");
  const above = aQuestion({ exposure: { ...at, count: 100 }, managerApproved: true });
  expect(decideOffline(above)).toMatchObject({ kind: "refused", code: "OFFLINE_CAP_COUNT" });
});

test("refuses risk by one clear code where the policy takes none, and still pays from escrow", () => {
  const limits = { ...LIMITS, terminalMax: krw(0) };
  expect(decideOffline(aQuestion({ limits }))).toMatchObject({ code: "OFFLINE_REFUSED" });
  const grants = [aGrant({ remaining: krw(5_000) })];
  expect(decideOffline(aQuestion({ limits, grants, amount: krw(5_000) })).kind).toBe("escrow");
});

test("tells with a refusal of the amount how much the card pays here: from escrow or inside the caps, never both", () => {
  const exposure = { terminal: krw(495_000), count: 3, cardDay: krw(0) };
  const withGrant = (remaining: number) => ({ grants: [aGrant({ remaining: krw(remaining) })], exposure });
  const amount = krw(36_000);
  expect(decideOffline(aQuestion({ ...withGrant(7_000), amount }))).toMatchObject({
    code: "OFFLINE_CAP_TERMINAL",
    takeable: krw(7_000),
  });
  expect(decideOffline(aQuestion({ ...withGrant(4_000), amount }))).toMatchObject({ takeable: krw(5_000) });
  const noRisk = aQuestion({ ...withGrant(4_000), amount, limits: { ...LIMITS, terminalMax: krw(0) } });
  expect(decideOffline(noRisk)).toMatchObject({ code: "OFFLINE_REFUSED", takeable: krw(4_000) });
});

test("tells before a manager is asked what the card pays here without one", () => {
  const asked = { amount: krw(36_000), grants: [aGrant({ remaining: krw(7_000) })] };
  expect(decideOffline(aQuestion(asked))).toMatchObject({ kind: "needs-manager", takeable: krw(30_000) });
  const exposure = { terminal: krw(0), count: 0, cardDay: krw(45_000) };
  expect(decideOffline(aQuestion({ ...asked, exposure }))).toMatchObject({ takeable: krw(7_000) });
  const unverifiable = aQuestion({ ...asked, exposure, password: { kind: "unverifiable" } });
  expect(decideOffline(unverifiable)).toMatchObject({ takeable: krw(5_000) });
});

test("offers no smaller amount where the amount is not what is wrong", () => {
  const grants = [aGrant({ remaining: krw(7_000) })];
  const wrong = aQuestion({ grants, password: { kind: "wrong", triesLeft: 2 } });
  expect(decideOffline(wrong)).toMatchObject({ code: "PASSWORD_WRONG", takeable: krw(0) });
  expect(decideOffline(aQuestion({ grants, hot: "CARD_BLOCKED" }))).toMatchObject({ takeable: krw(0) });
});

test("gives back offline only what this till's own slip has left, inside the caps", () => {
  expect(decideOfflineRefund(aRefund({}))).toEqual({ kind: "approved", beyond: null });
  expect(decideOfflineRefund(aRefund({ refundable: undefined }))).toMatchObject({ code: "PAYMENT_UNKNOWN" });
  expect(decideOfflineRefund(aRefund({ refundable: krw(9_999) }))).toMatchObject({
    code: "REFUND_EXCEEDS_PAYMENT",
  });
  expect(decideOfflineRefund(aRefund({ lastServer: undefined }))).toMatchObject({ code: "OFFLINE_TOO_OLD" });
  const full = { terminal: krw(495_000), count: 3, cardDay: krw(0) };
  expect(decideOfflineRefund(aRefund({ exposure: full }))).toMatchObject({ code: "OFFLINE_CAP_TERMINAL" });
});

function aQuestion(over: Partial<OfflineQuestion>): OfflineQuestion {
  return {
    limits: LIMITS,
    now: noon,
    lastServer: noon,
    hot: undefined,
    grants: [],
    password: { kind: "verified", passwordVersion: 4 },
    exposure: { terminal: krw(0), cardDay: krw(0), count: 0 },
    amount: krw(10_000),
    managerApproved: false,
    ...over,
  };
}

function aRefund(over: Partial<OfflineRefundQuestion>): OfflineRefundQuestion {
  return {
    limits: LIMITS,
    now: noon,
    lastServer: noon,
    exposure: { terminal: krw(0), cardDay: krw(0), count: 0 },
    amount: krw(10_000),
    refundable: krw(10_000),
    managerApproved: false,
    ...over,
  };
}

function aGrant(over: Partial<LiveGrant>): LiveGrant {
  return {
    grantId: "grant-1" as GrantId,
    cardId: "card-1" as CardId,
    amount: krw(40_000),
    remaining: krw(40_000),
    expiresAt: after(noon, hours(24)),
    ...over,
  };
}
