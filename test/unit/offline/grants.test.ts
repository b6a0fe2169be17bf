import { expect, test } from "vitest";
import type { CardId, GrantId, TerminalId } from "#core/ids.ts";
import { krw } from "#core/money.ts";
import { type GrantOffer, giveBack, type LiveGrant, planGrants, spend } from "#core/offline/grants.ts";
import { readSealedPlaintext, sealedAssociatedData, sealedPlaintext } from "#core/offline/sealed.ts";
import { after, hours, instant } from "#core/time.ts";

const noon = instant(Date.parse("2026-03-01T12:00:00Z"));
const neverSeen = () => false;
const nothing = { grants: undefined, recalls: undefined };

test("accepts a grant the first time it is named, and never again", () => {
  const news = { ...nothing, grants: [anOffer("g1")] };
  expect(planGrants(news, [], neverSeen, noon)).toEqual({ accept: [anOffer("g1")], close: [] });
  expect(planGrants(news, [live("g1")], () => true, noon)).toEqual({ accept: [], close: [] });
  expect(planGrants(news, [], () => true, noon)).toEqual({ accept: [], close: [] });
});

test("accepts once what a snapshot names twice", () => {
  const news = { ...nothing, grants: [anOffer("g1"), anOffer("g1")] };
  expect(planGrants(news, [], neverSeen, noon).accept).toHaveLength(1);
});

test("accepts and closes at once a grant that comes recalled or past its expiry, so that its money returns", () => {
  const recalled = { grants: [anOffer("g1")], recalls: ["g1" as GrantId] };
  expect(planGrants(recalled, [], neverSeen, noon)).toMatchObject({
    accept: [{ grantId: "g1" }],
    close: [{ grantId: "g1", remaining: krw(20_000), reason: "recalled" }],
  });
  const late = { ...nothing, grants: [{ ...anOffer("g1"), expiresAt: noon }] };
  expect(planGrants(late, [], neverSeen, noon)).toMatchObject({
    accept: [{ grantId: "g1" }],
    close: [{ grantId: "g1", reason: "expired" }],
  });
});

test("closes the older grant of a card that gets a new one", () => {
  const news = { ...nothing, grants: [anOffer("old"), anOffer("new")] };
  const plan = planGrants(news, [live("old", 3_000)], (id) => id === "old", noon);
  expect(plan.accept).toMatchObject([{ grantId: "new" }]);
  expect(plan.close).toEqual([
    { grantId: "old", cardId: "card-1", remaining: krw(3_000), reason: "renewed" },
  ]);
});

test("closes what is recalled, and what the server's full list no longer holds", () => {
  expect(
    planGrants({ ...nothing, recalls: ["g1" as GrantId] }, [live("g1")], neverSeen, noon).close,
  ).toMatchObject([{ grantId: "g1", reason: "recalled" }]);
  expect(planGrants({ ...nothing, grants: [] }, [live("g1")], neverSeen, noon).close).toMatchObject([
    { grantId: "g1", reason: "recalled" },
  ]);
});

test("leaves every grant alone when a snapshot does not speak of grants", () => {
  expect(planGrants(nothing, [live("g1")], neverSeen, noon)).toEqual({ accept: [], close: [] });
});

test("spends no more than is left and gives back no more than was granted", () => {
  expect(spend(live("g1", 5_000), krw(5_000)).remaining).toEqual(krw(0));
  expect(() => spend(live("g1", 5_000), krw(5_001))).toThrow("fits");
  expect(giveBack(live("g1", 15_000), krw(5_000)).remaining).toEqual(krw(20_000));
  expect(() => giveBack(live("g1", 15_001), krw(5_000))).toThrow("granted");
});

test("binds sealed credentials to terminal, slip and amount", () => {
  const slip = {
    terminalId: "till-1" as TerminalId,
    tenderId: "tender-1",
    amount: { minor: "45000", currency: "KRW" },
  } as const;
  const texts = [
    slip,
    { ...slip, terminalId: "till-2" as TerminalId },
    { ...slip, tenderId: "tender-2" },
    { ...slip, amount: { minor: "45001", currency: "KRW" } as const },
  ].map(sealedAssociatedData);
  expect(new Set(texts).size).toBe(4);
});

test("reads back sealed credentials and refuses another form without repeating it", () => {
  const credentials = { number: "123456789012", password: "open sesame" };
  expect(readSealedPlaintext(sealedPlaintext(credentials))).toEqual({ ok: true, value: credentials });
  const refused = readSealedPlaintext('{"number":"12","password":"open sesame"}');
  expect(refused).toMatchObject({ ok: false, error: { code: "REQUEST_INVALID" } });
  expect(JSON.stringify(refused)).not.toContain("sesame");
});

function anOffer(id: string): GrantOffer {
  return {
    grantId: id as GrantId,
    cardId: "card-1" as CardId,
    amount: krw(20_000),
    expiresAt: after(noon, hours(24)),
  };
}

function live(id: string, remaining = 20_000): LiveGrant {
  return { ...anOffer(id), remaining: krw(remaining) };
}
