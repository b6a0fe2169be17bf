import { describe, expect, test } from "vitest";
import type { StaffId } from "#core/ids.ts";
import {
  afterBank,
  approve,
  BATCH_MOVES,
  type BatchKind,
  type BatchState,
  markSent,
  mayMove,
  PAYOUT_MOVES,
  type PayoutState,
  payoutMayMove,
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
const sent = must(markSent(approved, at));
const afterwards = (state: BatchState, ...payouts: PayoutState[]) => must(afterBank(state, payouts, at));

describe("approval", () => {
  test("needs a second person", () => {
    expect(approve(draft, maker, at)).toMatchObject({ ok: false, error: { code: "MAKER_IS_CHECKER" } });
    expect(approved).toMatchObject({ kind: "approved", madeBy: maker, approvedBy: checker });
  });

  test("is given once, and before it nothing is sent", () => {
    expect(approve(approved, checker, at)).toMatchObject({ ok: false, error: { code: "BATCH_STATE" } });
    expect(markSent(draft, at)).toMatchObject({ ok: false, error: { code: "BATCH_STATE" } });
    expect(markSent(sent, at)).toMatchObject({ ok: false, error: { code: "BATCH_STATE" } });
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
    "approved>sent",
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
