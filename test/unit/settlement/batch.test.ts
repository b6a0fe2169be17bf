import { describe, expect, test } from "vitest";
import type { StaffId } from "#core/ids.ts";
import {
  afterBank,
  approve,
  BATCH_MOVES,
  type BatchKind,
  type BatchState,
  CLOCK,
  markSent,
  mayMove,
  PAYOUT_MOVES,
  type PayoutState,
  payoutMayMove,
  refuse,
} from "#core/settlement/batch.ts";
import { instant } from "#core/time.ts";

const maker = "s-maker" as StaffId;
const checker = "s-checker" as StaffId;
const at = instant(1_000);
const draft: BatchState = { kind: "draft", madeBy: maker, madeAt: at };

function must(result: ReturnType<typeof approve>): BatchState {
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}

const approved = must(approve(draft, checker, at));
const sent = must(markSent(approved, maker, at));
const afterwards = (state: BatchState, ...payouts: PayoutState[]) => must(afterBank(state, payouts, at));

describe("approval", () => {
  test("needs a second person", () => {
    expect(approve(draft, maker, at)).toMatchObject({ ok: false, error: { code: "MAKER_IS_CHECKER" } });
    expect(approved).toMatchObject({ kind: "approved", madeBy: maker, approvedBy: checker });
  });

  test("is given once, and before it nothing is sent", () => {
    expect(approve(approved, checker, at)).toMatchObject({ ok: false, error: { code: "BATCH_STATE" } });
    expect(markSent(draft, maker, at)).toMatchObject({ ok: false, error: { code: "BATCH_STATE" } });
    expect(markSent(sent, maker, at)).toMatchObject({ ok: false, error: { code: "BATCH_STATE" } });
  });
});

describe("two people", () => {
  const byClock: BatchState = { kind: "draft", madeBy: CLOCK, madeAt: at };

  test("are needed where the clock netted: who approved may not send", () => {
    const state = must(approve(byClock, checker, at));
    expect(markSent(state, checker, at)).toMatchObject({ ok: false, error: { code: "CHECKER_IS_SENDER" } });
    expect(markSent(state, maker, at)).toMatchObject({ ok: true, value: { sentBy: maker } });
  });

  test("are there already where a person netted: who approved may send", () => {
    expect(markSent(approved, checker, at)).toMatchObject({ ok: true, value: { sentBy: checker } });
  });

  test("stand behind every batch that is sent, whoever nets, approves and sends", () => {
    const people = [maker, checker, "s-third" as StaffId];
    for (const madeBy of [CLOCK, ...people]) {
      for (const approvedBy of people) {
        for (const by of people) {
          const approval = approve({ kind: "draft", madeBy, madeAt: at }, approvedBy, at);
          const sending = approval.ok ? markSent(approval.value, by, at) : approval;
          const hands = new Set([madeBy, approvedBy, by].filter((hand) => hand !== CLOCK));
          if (sending.ok) expect(hands.size).toBeGreaterThan(1);
          // One person alone is refused, and of two only the maker who approves himself.
          else expect(hands.size === 1 || madeBy === approvedBy || madeBy === CLOCK).toBe(true);
        }
      }
    }
  });
});

describe("a refusal", () => {
  const refusal = { by: checker, reason: "It is not right.", at };

  test("is anybody's before it is sent, and says who, when and why", () => {
    const refused = { kind: "refused", refusedBy: checker, refusedAt: at, reason: "It is not right." };
    expect(refuse(draft, refusal)).toMatchObject({ ok: true, value: refused });
    expect(refuse(approved, refusal)).toMatchObject({ ok: true, value: { ...refused, approvedBy: checker } });
  });

  test("is a withdrawal by the maker himself", () => {
    expect(refuse(draft, { ...refusal, by: maker })).toMatchObject({
      ok: true,
      value: { kind: "withdrawn" },
    });
  });

  test("is too late once the batch was sent, and is given once", () => {
    const refused = must(refuse(draft, refusal));
    for (const state of [sent, afterwards(sent, "paid"), refused]) {
      expect(refuse(state, refusal)).toMatchObject({ ok: false, error: { code: "BATCH_STATE" } });
    }
    expect(approve(refused, checker, at)).toMatchObject({ ok: false, error: { code: "BATCH_STATE" } });
    expect(afterBank(refused, ["paid"], at)).toMatchObject({ ok: false, error: { code: "BATCH_STATE" } });
  });
});

describe("what the bank says", () => {
  test("cannot concern a batch that was never sent", () => {
    for (const state of [draft, approved]) {
      expect(afterBank(state, ["paid"], at)).toMatchObject({ ok: false, error: { code: "BATCH_STATE" } });
    }
  });

  test("leaves a batch sent while a payout waits", () => {
    expect(afterwards(sent, "accepted", "waiting")).toBe(sent);
  });

  test("accepts it, wholly or partly, or rejects it", () => {
    expect(afterwards(sent, "accepted", "accepted").kind).toBe("accepted");
    expect(afterwards(sent, "accepted", "rejected").kind).toBe("partly");
    expect(afterwards(sent, "rejected", "rejected").kind).toBe("rejected");
  });

  test("settles it when each payout is paid or rejected, also before any answer", () => {
    expect(afterwards(sent, "paid", "paid")).toMatchObject({ kind: "settled", settledAt: at });
    expect(afterwards(afterwards(sent, "accepted", "rejected"), "paid", "rejected").kind).toBe("settled");
  });

  test("may turn an acceptance into a rejection, but nothing final into anything", () => {
    const accepted = afterwards(sent, "accepted", "accepted");
    expect(afterwards(accepted, "accepted", "rejected").kind).toBe("partly");
    const settled = afterwards(sent, "paid");
    expect(afterBank(settled, ["rejected"], at)).toMatchObject({ ok: false, error: { code: "BATCH_STATE" } });
  });
});

test("the tables of moves say all there is", () => {
  const kinds = Object.keys(BATCH_MOVES) as BatchKind[];
  const moves = kinds.flatMap((from) => kinds.filter((to) => mayMove(from, to)).map((to) => `${from}>${to}`));
  expect(moves).toEqual([
    "draft>approved",
    "draft>refused",
    "draft>withdrawn",
    "approved>sent",
    "approved>refused",
    "approved>withdrawn",
    "sent>accepted",
    "sent>partly",
    "sent>rejected",
    "sent>settled",
    "accepted>partly",
    "accepted>rejected",
    "accepted>settled",
    "partly>rejected",
    "partly>settled",
  ]);
  const states = Object.keys(PAYOUT_MOVES) as PayoutState[];
  expect(states.filter((to) => payoutMayMove("rejected", to) || payoutMayMove("paid", to))).toEqual([]);
});
