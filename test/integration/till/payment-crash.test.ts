import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { FailureError } from "#core/errors.ts";
import type { CardId } from "#core/ids.ts";
import {
  aCounter,
  approvedOnline,
  CARD,
  journalKinds,
  KIM,
  LEE,
  mention,
  withBasket,
  won,
} from "./a-till.ts";
import {
  acceptGrant,
  coded,
  completed,
  escrow,
  never,
  PASSWORD,
  untilPassword,
  untilUnknown,
} from "./prepaid-steps.ts";

describe("a crash in the middle of a payment", () => {
  it("shows the attempt as unknown, with the sale and its tenders, and learns what became of it", async () => {
    const counter = await aCounter();
    const first = await counter.start();
    counter.script.authorise = never;
    await withBasket(first);
    await first.act("startPaying");
    await first.act("payCash", { given: won(4_000) });
    await first.act("startPrepaid", { amount: won(6_000) });
    await first.act("typeCard", { number: CARD });
    await first.act("typePassword", { password: PASSWORD });
    await first.until((view) => view.sale?.prepaid?.step === "asking");
    await first.crash();

    const second = await counter.start();
    const { sale } = await second.view();
    expect(sale).toMatchObject({
      stage: "paying",
      due: won(6_000),
      prepaid: { step: "unknown", amount: won(6_000) },
    });
    expect(sale?.tenders).toMatchObject([{ method: "cash", state: "approved" }]);
    counter.script.attempt = async ({ attemptId }) => ({
      kind: "approved",
      attemptId,
      cardId: "card-1" as CardId,
      masked: "x",
      balanceAfter: won(1_000),
      passwordVersion: 1,
    });
    await second.act("signIn", { staffId: KIM, pin: "1111" });
    await second.act("askAgain");
    const done = await completed(second);
    expect(done.sale).toMatchObject({ receiptNumber: 1, due: won(0) });
    expect((await second.journal.verify()).broken).toBeNull();
    await second.stop();
  });

  it("starts over with the card where the back office never saw the attempt", async () => {
    const counter = await aCounter();
    const first = await counter.start();
    counter.script.authorise = never;
    await untilPassword(first);
    await first.act("typePassword", { password: PASSWORD });
    await first.until((view) => view.sale?.prepaid?.step === "asking");
    await first.crash();

    const second = await counter.start();
    counter.script.authorise = approvedOnline;
    await second.act("signIn", { staffId: KIM, pin: "1111" });
    await second.act("askAgain");
    await second.until((view) => view.sale?.prepaid?.step === "card");
    await second.act("typeCard", { number: CARD });
    await second.act("typePassword", { password: PASSWORD });
    await completed(second);
    expect(await journalKinds(second)).toContain("attempt-closed");
    await second.stop();
  });

  it("goes on offline after a crash once the card is read again, naming the unanswered attempt", async () => {
    const counter = await aCounter();
    const first = await counter.start();
    counter.script.authorise = never;
    await acceptGrant(first, 15_000);
    await untilPassword(first);
    await first.act("typePassword", { password: PASSWORD });
    await first.until((view) => view.sale?.prepaid?.step === "asking");
    await first.crash();

    const second = await counter.start();
    counter.script.decide = async ({ number, password }) =>
      password === null
        ? { kind: "needs-password", card: mention(number) }
        : { kind: "approved", card: mention(number), approval: escrow("grant-1"), drafts: [] };
    await second.act("signIn", { staffId: KIM, pin: "1111" });
    await second.act("goOffline");
    await second.act("typeCard", { number: CARD });
    await second.act("typePassword", { password: PASSWORD });
    await completed(second);
    const attempts = await second.database.read.all("SELECT state FROM attempts");
    expect(attempts).toEqual([{ state: "superseded" }]);
    await second.stop();
  });

  it("keeps no number and no password on the disk or in a log", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    counter.script.authorise = async () => {
      throw new FailureError({ code: "TIMED_OUT" });
    };
    await untilUnknown(till);
    await till.act("cancelPrepaid");
    const view = JSON.stringify(await till.view());
    await till.stop();
    const kept = (await readFile(counter.path, "latin1")) + counter.logged.join("") + view;
    for (const secret of [CARD, PASSWORD]) expect(kept).not.toContain(secret);
  });

  it("completes a refund that had no answer, under the same id", async () => {
    const counter = await aCounter();
    const first = await counter.start();
    await untilPassword(first);
    await first.act("typePassword", { password: PASSWORD });
    const lines = (await completed(first)).sale?.lines ?? [];
    const ids: string[] = [];
    counter.script.refund = async ({ attemptId }) => {
      ids.push(attemptId);
      throw new FailureError({ code: "TIMED_OUT" });
    };
    await expect(
      first.act("refund", {
        receiptNumber: 1,
        lines: lines.map(({ lineId, quantity }) => ({ lineId, quantity })),
        managerId: LEE,
        managerPin: "2222",
      }),
    ).rejects.toMatchObject(coded("TIMED_OUT"));
    expect((await first.view()).openAttempts).toBe(1);
    await first.crash();

    counter.script.refund = async ({ attemptId }) => {
      ids.push(attemptId);
      return { kind: "approved", attemptId, masked: "x", balanceAfter: won(44_700) };
    };
    const second = await counter.start();
    await second.until((view) => view.openAttempts === 0);
    expect(new Set(ids).size).toBe(1);
    await second.act("signIn", { staffId: KIM, pin: "1111" });
    expect(await second.act("receipts", { query: "2", page: 0 })).toMatchObject({
      rows: [{ receiptNumber: 2, kind: "refund", total: won(10_000) }],
    });
    await second.stop();
  });
});
