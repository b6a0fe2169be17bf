// I5, by a model: whatever order grants, payments, closings and syncs come in, escrow never loses and risk stays capped.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { CardId, GrantId } from "#core/ids.ts";
import { add, krw, type Money, subtract, sum } from "#core/money.ts";
import { decideOffline } from "#core/offline/decide.ts";
import {
  expiredGrants,
  type GrantClose,
  type GrantOffer,
  giveBack,
  type LiveGrant,
  planGrants,
  type Slice,
  spend,
} from "#core/offline/grants.ts";
import type { OfflineLimits } from "#core/offline/limits.ts";
import { after, durationMs, hours, type Instant, instant } from "#core/time.ts";

const CARDS = ["card-1", "card-2"] as CardId[];
const TILLS = 3;
const START = instant(Date.parse("2026-03-01T00:00:00Z"));
const LIMITS: OfflineLimits = {
  paymentMax: krw(3_000),
  cardDayMax: krw(5_000),
  terminalMax: krw(9_000),
  countMax: 6,
  ageMax: hours(72),
  aboveCap: "manager",
  unverified: "refuse",
  wrongTriesMax: 3,
};

type Fact =
  | Readonly<{ kind: "accepted"; offer: GrantOffer }>
  | Readonly<{ kind: "closed"; close: GrantClose }>
  | Readonly<{ kind: "escrow"; cardId: CardId; slices: readonly Slice[] }>
  | Readonly<{ kind: "voided"; cardId: CardId; slices: readonly Slice[] }>
  | Readonly<{ kind: "risk"; cardId: CardId; amount: Money }>;

type Till = {
  live: Map<GrantId, LiveGrant>;
  seen: Set<GrantId>;
  unsynced: Fact[];
  lastServer: Instant;
};

type Server = {
  balance: Map<CardId, Money>;
  /** What is left in escrow of each grant, by the facts that have arrived. */
  escrow: Map<GrantId, { till: number; offer: GrantOffer; left: Money; isOpen: boolean }>;
  recalls: Set<GrantId>;
  paid: Money;
};

const tillIndex = fc.nat(TILLS - 1);
const card = fc.constantFrom(...CARDS);
const amount = fc.integer({ min: 1, max: 6_000 });
const Step = fc.oneof(
  fc.record({ kind: fc.constant("grant" as const), till: tillIndex, card, amount, hours: fc.nat(48) }),
  fc.record({ kind: fc.constant("pull" as const), till: tillIndex }),
  fc.record({ kind: fc.constant("sync" as const), till: tillIndex }),
  fc.record({ kind: fc.constant("recall" as const), card }),
  fc.record({ kind: fc.constant("spend" as const), till: tillIndex, card, amount, manager: fc.boolean() }),
  fc.record({ kind: fc.constant("void" as const), till: tillIndex }),
  fc.record({ kind: fc.constant("pay-online" as const), card, amount }),
  fc.record({ kind: fc.constant("wait" as const), hours: fc.nat(30) }),
);
type Step = typeof Step extends fc.Arbitrary<infer Value> ? Value : never;

test("escrow never loses a won and risk never passes a cap, in any order of events", () => {
  fc.assert(
    fc.property(fc.array(Step, { minLength: 1, maxLength: 120 }), (steps) => {
      const world = aWorld();
      for (const step of steps) world.take(step);
      for (let till = 0; till < TILLS; till += 1) world.take({ kind: "sync", till });
      world.checkBooks();
    }),
    { numRuns: 400 },
  );
});

function aWorld() {
  let now = START;
  let grantCount = 0;
  const server: Server = {
    balance: new Map(CARDS.map((id) => [id, krw(20_000)])),
    escrow: new Map(),
    recalls: new Set(),
    paid: krw(0),
  };
  const tills: Till[] = Array.from({ length: TILLS }, () => ({
    live: new Map(),
    seen: new Set(),
    unsynced: [],
    lastServer: START,
  }));
  const tillAt = (index: number): Till => tills[index] ?? expect.fail("no such till");
  const balanceOf = (id: CardId): Money => server.balance.get(id) ?? krw(0);

  const write = (till: Till, facts: readonly Fact[]) => {
    for (const fact of facts) {
      till.unsynced.push(fact);
      if (fact.kind === "accepted") {
        till.seen.add(fact.offer.grantId);
        till.live.set(fact.offer.grantId, { ...fact.offer, remaining: fact.offer.amount });
      }
      if (fact.kind === "closed") till.live.delete(fact.close.grantId);
      if (fact.kind === "escrow") each(till, fact.slices, spend);
      if (fact.kind === "voided") each(till, fact.slices, giveBack);
    }
  };
  const each = (till: Till, slices: readonly Slice[], change: typeof spend) => {
    for (const slice of slices) {
      const grant = till.live.get(slice.grantId) ?? expect.fail("a slice of a grant that is not open");
      till.live.set(slice.grantId, change(grant, slice.amount));
    }
  };

  const closeExpired = (till: Till) =>
    write(
      till,
      expiredGrants([...till.live.values()], now).map((close) => ({ kind: "closed", close }) as const),
    );

  const pull = (index: number) => {
    const till = tillAt(index);
    const own = [...server.escrow.values()].filter((grant) => grant.till === index && grant.isOpen);
    const plan = planGrants(
      { grants: own.map(({ offer }) => offer), recalls: [...server.recalls] },
      [...till.live.values()],
      (id) => till.seen.has(id),
      now,
    );
    write(till, [
      ...plan.accept.map((offer) => ({ kind: "accepted", offer }) as const),
      ...plan.close.map((close) => ({ kind: "closed", close }) as const),
    ]);
  };

  const exposureOf = (till: Till, id: CardId) => {
    const risky = till.unsynced.filter((fact) => fact.kind === "risk");
    const ofCard = risky.filter((fact) => fact.cardId === id);
    return {
      terminal: sum(
        risky.map((fact) => fact.amount),
        "KRW",
      ),
      count: risky.length,
      cardDay: sum(
        ofCard.map((fact) => fact.amount),
        "KRW",
      ),
    };
  };

  /** The back office reads what arrives. A risk slip that the card cannot pay is the loss that the caps bound. */
  const arrive = (fact: Fact): Money => {
    if (fact.kind === "closed") {
      const grant = server.escrow.get(fact.close.grantId) ?? expect.fail("an unknown grant was closed");
      expect(fact.close.remaining, "what a till gives back is what escrow holds").toEqual(grant.left);
      expect(grant.isOpen, "a grant is closed once").toBe(true);
      server.balance.set(fact.close.cardId, add(balanceOf(fact.close.cardId), grant.left));
      server.escrow.set(fact.close.grantId, { ...grant, left: krw(0), isOpen: false });
    }
    if (fact.kind === "escrow" || fact.kind === "voided") {
      for (const slice of fact.slices) {
        const grant = server.escrow.get(slice.grantId) ?? expect.fail("an unknown grant was spent");
        expect(grant.isOpen, "no slice arrives after the closing").toBe(true);
        const left =
          fact.kind === "escrow" ? subtract(grant.left, slice.amount) : add(grant.left, slice.amount);
        expect(left.minor, "escrow always holds what was spent from it").toBeGreaterThanOrEqual(0n);
        server.escrow.set(slice.grantId, { ...grant, left });
        server.paid =
          fact.kind === "escrow" ? add(server.paid, slice.amount) : subtract(server.paid, slice.amount);
      }
    }
    if (fact.kind !== "risk") return krw(0);
    const balance = balanceOf(fact.cardId);
    if (balance.minor < fact.amount.minor) return fact.amount;
    server.balance.set(fact.cardId, subtract(balance, fact.amount));
    server.paid = add(server.paid, fact.amount);
    return krw(0);
  };

  const sync = (index: number) => {
    const till = tillAt(index);
    closeExpired(till);
    const lost = sum(till.unsynced.splice(0).map(arrive), "KRW");
    expect(lost.minor).toBeLessThanOrEqual(LIMITS.terminalMax.minor);
    till.lastServer = now;
  };

  const take = (step: Step): void => {
    switch (step.kind) {
      case "wait":
        now = after(now, hours(step.hours));
        return;
      case "sync":
        sync(step.till);
        return;
      case "pull":
        sync(step.till);
        pull(step.till);
        return;
      case "recall":
        for (const { offer, isOpen } of server.escrow.values())
          if (isOpen && offer.cardId === step.card) server.recalls.add(offer.grantId);
        return;
      case "pay-online": {
        const balance = balanceOf(step.card);
        if (balance.minor < BigInt(step.amount)) return;
        server.balance.set(step.card, subtract(balance, krw(step.amount)));
        server.paid = add(server.paid, krw(step.amount));
        return;
      }
      case "grant": {
        const balance = balanceOf(step.card);
        if (balance.minor < BigInt(step.amount)) return;
        const grantId = `grant-${grantCount++}` as GrantId;
        const expiresAt = after(now, durationMs(step.hours * 3_600_000));
        const offer = { grantId, cardId: step.card, amount: krw(step.amount), expiresAt };
        server.balance.set(step.card, subtract(balance, offer.amount));
        server.escrow.set(grantId, { till: step.till, offer, left: offer.amount, isOpen: true });
        return;
      }
      case "void": {
        const till = tillAt(step.till);
        const at = till.unsynced.findLastIndex((fact) => fact.kind === "escrow");
        const fact = till.unsynced[at];
        if (fact?.kind !== "escrow" || !fact.slices.every(({ grantId }) => till.live.has(grantId))) return;
        const isVoided = till.unsynced.slice(at).some(({ kind }) => kind === "voided");
        if (!isVoided) write(till, [{ ...fact, kind: "voided" }]);
        return;
      }
      case "spend": {
        const till = tillAt(step.till);
        const exposure = exposureOf(till, step.card);
        const decision = decideOffline({
          limits: LIMITS,
          now,
          lastServer: till.lastServer,
          hot: undefined,
          grants: [...till.live.values()].filter(({ cardId }) => cardId === step.card),
          password: { kind: "verified", passwordVersion: 1 },
          exposure,
          amount: krw(step.amount),
          managerApproved: step.manager,
        });
        if (decision.kind === "escrow") {
          expect(
            sum(
              decision.slices.map((slice) => slice.amount),
              "KRW",
            ),
          ).toEqual(krw(step.amount));
          write(till, [{ kind: "escrow", cardId: step.card, slices: decision.slices }]);
        }
        if (decision.kind === "risk") {
          expect(exposure.terminal.minor + BigInt(step.amount)).toBeLessThanOrEqual(LIMITS.terminalMax.minor);
          expect(exposure.count).toBeLessThan(LIMITS.countMax);
          write(till, [{ kind: "risk", cardId: step.card, amount: krw(step.amount) }]);
        }
        return;
      }
    }
  };

  /** Nothing came from nowhere: what is left on cards and in escrow and what was paid is what there was. */
  const checkBooks = () => {
    const left = sum(
      [...server.balance.values(), ...[...server.escrow.values()].map((grant) => grant.left)],
      "KRW",
    );
    expect(add(left, server.paid)).toEqual(krw(40_000));
    for (const balance of server.balance.values()) expect(balance.minor).toBeGreaterThanOrEqual(0n);
  };

  return { take, checkBooks };
}
