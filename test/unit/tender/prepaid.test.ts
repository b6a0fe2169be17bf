import { describe, expect, it } from "vitest";
import { cardNumberFrom } from "#core/card/number.ts";
import type { AttemptId } from "#core/ids.ts";
import { krw } from "#core/money.ts";
import {
  nextPrepaid,
  openPrepaid,
  type PrepaidMove,
  type PrepaidTender,
  restoredPrepaid,
} from "#core/tender/prepaid.ts";
import { instant } from "#core/time.ts";

const mention = { cardRef: "a".repeat(64), masked: "941000 ****** 0018" };
const card = { mention, identifier: cardNumberFrom("000000001") };
const attempt = (name: string) => name as AttemptId;
const read: PrepaidMove = { kind: "card-read", card };
const asked = (name: string, route: "online" | "offline" = "online"): PrepaidMove => ({
  kind: "asked",
  attemptId: attempt(name),
  route,
  at: instant(0),
});
const noAnswer: PrepaidMove = { kind: "no-answer", code: "TIMED_OUT" };
const wrong = (triesLeft: number | null): PrepaidMove => ({
  kind: "declined",
  code: "PASSWORD_WRONG",
  triesLeft,
  takeable: null,
});

function tenderAfter(...moves: readonly PrepaidMove[]): PrepaidTender {
  return moves.reduce(
    (tender, move) => {
      const next = nextPrepaid(tender, move);
      if (!next.ok) throw new Error(next.error.detail);
      return next.value;
    },
    openPrepaid("tender-1", krw(10_000)),
  );
}

describe("a prepaid tender", () => {
  it("asks for the card, then the password, then the answer", () => {
    expect(tenderAfter().step).toBe("card");
    expect(tenderAfter(read).step).toBe("password");
    expect(tenderAfter(read, asked("a"))).toMatchObject({ step: "asking", attemptId: "a" });
  });

  it("lets a wrong password be typed again while tries are left, and not after the last", () => {
    expect(tenderAfter(read, asked("a"), wrong(1))).toMatchObject({
      step: "password",
      problem: "PASSWORD_WRONG",
    });
    expect(tenderAfter(read, asked("a"), wrong(0)).step).toBe("declined");
    expect(
      tenderAfter(read, asked("a"), {
        kind: "declined",
        code: "CARD_BLOCKED",
        triesLeft: null,
        takeable: null,
      }).step,
    ).toBe("declined");
  });

  it("remembers what was never answered, once, until it is answered", () => {
    const unknown = tenderAfter(read, asked("a"), noAnswer, asked("a"), noAnswer);
    expect(unknown).toMatchObject({ step: "unknown", unanswered: ["a"] });
    const declined = tenderAfter(read, asked("a"), noAnswer, asked("a"), wrong(null));
    expect(declined.unanswered).toEqual([]);
  });

  it("keeps what was never answered when the offline desk declines in its place", () => {
    const declined = tenderAfter(read, asked("a"), noAnswer, asked("b", "offline"), wrong(2));
    expect(declined).toMatchObject({ step: "password", unanswered: ["a"] });
  });

  it("takes no other card while a question is out", () => {
    for (const tender of [tenderAfter(read, asked("a")), tenderAfter(read, asked("a"), noAnswer)])
      expect(nextPrepaid(tender, read)).toMatchObject({ ok: false, error: { code: "STATE_CONFLICT" } });
  });

  it("needs the card again after a restart, and still names the unanswered attempt", () => {
    const restored = restoredPrepaid("t", krw(1), mention, [attempt("a"), attempt("b")], "PEER_GONE");
    expect(restored).toMatchObject({ step: "unknown", attemptId: "b" });
    const next = nextPrepaid(restored, { kind: "card-needed" });
    expect(next).toMatchObject({ ok: true, value: { step: "card", unanswered: ["a", "b"] } });
  });
});
