import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { accountIdOf, accountOf, isFloored } from "#core/ledger/accounts.ts";
import { decideBatch, type LedgerState, type LinkedDrafts } from "#core/ledger/decide.ts";
import { availableOf, type Balance, postedOf, type TransferDraft } from "#core/ledger/transfer.ts";
import { krw, MINOR_MAX, money } from "#core/money.ts";
import { after, durationMs } from "#core/time.ts";
import { aCard, aMerchant, aTransfer, BANK, NOON, transferId } from "#test/world/ledger.ts";

const EMPTY: LedgerState = { balances: new Map(), transfers: new Map() };
const ACCOUNTS = [aCard("a"), aCard("b"), aMerchant("m"), aMerchant("n"), BANK];

type Step = Readonly<{ do: number; from: number; to: number; won: number; clash: number; back: number }>;

const aStep = fc.record<Step>({
  do: fc.nat(11),
  from: fc.nat(ACCOUNTS.length - 1),
  to: fc.nat(ACCOUNTS.length - 1),
  won: fc.integer({ min: -1, max: 50 }),
  clash: fc.nat(30),
  back: fc.nat(12),
});

const someSteps = fc.array(fc.array(aStep, { minLength: 1, maxLength: 3 }), { maxLength: 60 });

/** Names are new but for a few, and what is named was asked for lately, so that requests meet. */
const someRequests = someSteps.map((requests) => {
  let count = 0;
  const linked = (steps: readonly Step[]): LinkedDrafts => ({
    at: NOON,
    transfers: steps.map((step) => {
      count += 1;
      return draftOf(step, count);
    }),
  });
  const funds = ACCOUNTS.slice(0, 2).map((card, index) => aTransfer(`fund${index}`, BANK, card, 200));
  return [{ at: NOON, transfers: funds }, ...requests.map(linked)];
});

function draftOf(step: Step, count: number): TransferDraft {
  const id = transferId(`t${step.clash === 0 ? count - 1 : count}`);
  const named = transferId(`t${count - 1 - step.back}`);
  const event = "test";
  const sides = { debit: ACCOUNTS[step.from] ?? BANK, credit: ACCOUNTS[step.to] ?? BANK };
  const amount = money(BigInt(step.won), step.clash === 1 ? "EUR" : "KRW");
  switch (step.do) {
    case 0:
    case 1:
    case 2:
    case 3:
      return {
        kind: "pending",
        id,
        event,
        ...sides,
        amount,
        ...(step.won % 2 === 0 ? { expiresAt: NOON } : {}),
      };
    case 4:
    case 5:
      return { kind: "post", id, event, pending: named, amount };
    case 6:
      return { kind: "void", id, event, pending: named };
    case 7:
      return { kind: "expire", id, event, pending: named };
    case 8:
    case 9:
      return { kind: "single", id, event, ...sides, amount, corrects: named };
    default:
      return { kind: "single", id, event, ...sides, amount };
  }
}

describe("deciding what a request does to the books", () => {
  test("I1 N16: debits equal credits in every currency, posted and pending, whatever is asked", () => {
    fc.assert(
      fc.property(someRequests, (requests) => {
        const { state } = decideBatch(EMPTY, requests);
        const totals = new Map<string, bigint>();
        for (const [id, balance] of state.balances) {
          const { currency } = accountOf(id);
          const held = balance.creditsPending - balance.debitsPending;
          totals.set(currency, (totals.get(currency) ?? 0n) + postedOf(balance));
          totals.set(`${currency} held`, (totals.get(`${currency} held`) ?? 0n) + held);
        }
        for (const total of totals.values()) expect(total).toBe(0n);
      }),
    );
  });

  test("I1: no account falls below its floor, pending included, and no sum is ever negative", () => {
    fc.assert(
      fc.property(someRequests, (requests) => {
        const { state } = decideBatch(EMPTY, requests);
        for (const [id, balance] of state.balances) {
          if (isFloored(id)) expect(availableOf(balance) >= 0n).toBe(true);
          for (const sum of Object.values(balance)) expect(sum >= 0n).toBe(true);
        }
      }),
    );
  });

  test("ends a hold at most once, by at most its amount", () => {
    fc.assert(
      fc.property(someRequests, (requests) => {
        const { decisions } = decideBatch(EMPTY, requests);
        const made = decisions.flatMap((decision) =>
          decision.kind === "accepted" ? decision.transfers : [],
        );
        const holds = new Map(made.flatMap((t) => (t.kind === "pending" ? [[t.id, t] as const] : [])));
        const ended = made.flatMap(({ pending }) => (pending === null ? [] : [pending]));
        expect(new Set(ended).size).toBe(ended.length);
        for (const transfer of made) {
          if (transfer.pending === null) continue;
          const hold = holds.get(transfer.pending);
          expect(hold).toMatchObject({ debit: transfer.debit, credit: transfer.credit });
          expect(transfer.amount.minor <= (hold?.amount.minor ?? 0n)).toBe(true);
        }
      }),
    );
  });

  test("never takes back more than was moved, however the corrections are cut", () => {
    fc.assert(
      fc.property(someRequests, (requests) => {
        const { decisions } = decideBatch(EMPTY, requests);
        const made = decisions.flatMap((decision) =>
          decision.kind === "accepted" ? decision.transfers : [],
        );
        const left = new Map(made.map(({ id, amount }) => [id, amount.minor]));
        for (const { corrects, amount } of made) {
          if (corrects !== null) left.set(corrects, (left.get(corrects) ?? -1n) - amount.minor);
        }
        for (const minor of left.values()) expect(minor >= 0n).toBe(true);
      }),
    );
  });

  test("meets every kind of transfer, every refusal, and corrections: these laws are not kept by doing nothing", () => {
    const reached = new Set<string>();
    for (const requests of fc.sample(someRequests, { numRuns: 2_000, seed: 7 })) {
      for (const decision of decideBatch(EMPTY, requests).decisions) {
        if (decision.kind === "declined") reached.add(decision.code);
        else
          for (const { kind, corrects } of decision.transfers)
            reached.add(corrects === null ? kind : "correction");
      }
    }
    const kinds = ["single", "pending", "post", "void", "expire", "correction"];
    const refusals = [
      "FUNDS_INSUFFICIENT",
      "AMOUNT_INVALID",
      "REQUEST_INVALID",
      "STATE_CONFLICT",
      "PAYMENT_UNKNOWN",
    ];
    const ends = ["HOLD_ENDED", "CAPTURE_EXCEEDS_HOLD", "REFUND_EXCEEDS_PAYMENT"];
    expect([...reached].toSorted()).toEqual([...kinds, ...refusals, ...ends].toSorted());
  });

  test("makes all linked transfers of a request or none", () => {
    fc.assert(
      fc.property(someRequests, (all) => {
        const [last = { transfers: [], at: NOON }, ...requests] = all.toReversed();
        const { state: before } = decideBatch(EMPTY, requests.toReversed());
        const { decisions, state } = decideBatch(before, [last]);
        const [decision] = decisions;
        if (decision?.kind === "accepted") expect(decision.transfers.length).toBe(last.transfers.length);
        else expect(state).toEqual(before);
      }),
    );
  });

  test("decides a batch as it decides its requests one by one", () => {
    fc.assert(
      fc.property(someRequests, (requests) => {
        const together = decideBatch(EMPTY, requests);
        let state = EMPTY;
        const oneByOne = requests.map((request) => {
          const step = decideBatch(state, [request]);
          state = step.state;
          return step.decisions[0];
        });
        expect(oneByOne).toEqual(together.decisions);
        expect(state).toEqual(together.state);
      }),
    );
  });

  test("moves nothing twice under one transfer id", () => {
    fc.assert(
      fc.property(someRequests, (requests) => {
        const first = decideBatch(EMPTY, requests);
        const accepted = requests.filter((_, index) => first.decisions[index]?.kind === "accepted");
        const again = decideBatch(first.state, accepted);
        expect(again.decisions.every(({ kind }) => kind === "declined")).toBe(true);
        expect(again.state).toEqual(first.state);
      }),
    );
  });
});

describe("both sides of each edge", () => {
  const funded = decideBatch(EMPTY, [
    { transfers: [aTransfer("fund", BANK, aCard("a"), 100)], at: NOON },
  ]).state;
  const one = (state: LedgerState, ...transfers: readonly TransferDraft[]) => {
    const { decisions, state: next } = decideBatch(state, [{ transfers, at: NOON }]);
    const [decision] = decisions;
    return { outcome: decision?.kind === "declined" ? decision.code : decision?.kind, next };
  };
  const hold = (won: number, expires?: number): TransferDraft => ({
    kind: "pending",
    id: transferId("hold"),
    event: "test",
    debit: aCard("a"),
    credit: aMerchant("m"),
    amount: krw(won),
    ...(expires === undefined ? {} : { expiresAt: after(NOON, durationMs(expires)) }),
  });
  const ending = (kind: "void" | "expire", id = "end"): TransferDraft => ({
    kind,
    id: transferId(id),
    event: "test",
    pending: transferId("hold"),
  });
  const capture = (won: number, id = "cap"): TransferDraft => ({
    kind: "post",
    id: transferId(id),
    event: "test",
    pending: transferId("hold"),
    amount: krw(won),
  });

  test("spends exactly what is there, and not one won more", () => {
    expect(one(funded, aTransfer("x", aCard("a"), aMerchant("m"), 100)).outcome).toBe("accepted");
    expect(one(funded, aTransfer("x", aCard("a"), aMerchant("m"), 101)).outcome).toBe("FUNDS_INSUFFICIENT");
  });

  test("counts a hold against the floor at once", () => {
    const { next } = one(funded, hold(60));
    expect(one(next, aTransfer("x", aCard("a"), aMerchant("m"), 40)).outcome).toBe("accepted");
    expect(one(next, aTransfer("x", aCard("a"), aMerchant("m"), 41)).outcome).toBe("FUNDS_INSUFFICIENT");
  });

  test("captures up to what was held and releases the rest", () => {
    const { next } = one(funded, hold(60));
    expect(one(next, capture(61)).outcome).toBe("CAPTURE_EXCEEDS_HOLD");
    const captured = one(next, capture(50)).next;
    const card = captured.balances.get(accountIdOf(aCard("a"), "KRW")) as Balance;
    expect(card).toMatchObject({ debitsPosted: 50n, debitsPending: 0n });
  });

  test("a hold that has ended ends no second time", () => {
    const ended = one(one(funded, hold(60)).next, capture(60)).next;
    expect(one(ended, capture(1, "again")).outcome).toBe("HOLD_ENDED");
    expect(one(ended, ending("void", "again")).outcome).toBe("HOLD_ENDED");
  });

  test("expires a hold at its instant and not before, and one of a terminal never", () => {
    expect(one(one(funded, hold(60, 0)).next, ending("expire")).outcome).toBe("accepted");
    expect(one(one(funded, hold(60, 1)).next, ending("expire")).outcome).toBe("STATE_CONFLICT");
    expect(one(one(funded, hold(60)).next, ending("expire")).outcome).toBe("STATE_CONFLICT");
    expect(one(one(funded, hold(60)).next, ending("void")).outcome).toBe("accepted");
  });

  test("takes back what was moved, from whoever received it, and not one won more", () => {
    const paid = one(funded, aTransfer("pay", aCard("a"), aMerchant("m"), 30)).next;
    const back = (won: number, from = aMerchant("m")) =>
      one(paid, aTransfer("back", from, aCard("a"), won, { corrects: transferId("pay") })).outcome;
    expect(back(30)).toBe("accepted");
    expect(back(31)).toBe("REFUND_EXCEEDS_PAYMENT");
    expect(back(30, aMerchant("n"))).toBe("STATE_CONFLICT");
  });

  test("knows no hold and no payment that was not made", () => {
    expect(one(funded, capture(1)).outcome).toBe("PAYMENT_UNKNOWN");
    const lost = aTransfer("x", aMerchant("m"), aCard("a"), 1, { corrects: transferId("none") });
    expect(one(funded, lost).outcome).toBe("PAYMENT_UNKNOWN");
  });

  test("refuses nothing, less than nothing, and an account against itself", () => {
    expect(one(funded, aTransfer("x", aCard("a"), aMerchant("m"), 0)).outcome).toBe("AMOUNT_INVALID");
    expect(one(funded, aTransfer("x", aCard("a"), aMerchant("m"), -1)).outcome).toBe("AMOUNT_INVALID");
    expect(one(funded, aTransfer("x", aCard("a"), aCard("a"), 1)).outcome).toBe("REQUEST_INVALID");
  });

  test("keeps every sum within 64 bits", () => {
    expect(one(EMPTY, aTransfer("x", BANK, aCard("z"), MINOR_MAX)).outcome).toBe("accepted");
    const full = one(EMPTY, aTransfer("x", BANK, aCard("z"), MINOR_MAX)).next;
    expect(one(full, aTransfer("y", BANK, aCard("z"), 1)).outcome).toBe("AMOUNT_INVALID");
  });
});
