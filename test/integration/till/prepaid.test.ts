import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { FailureError } from "#core/errors.ts";
import type { CardId, GrantId } from "#core/ids.ts";
import {
  aCounter,
  approvedOnline,
  CARD,
  journalKinds,
  KIM,
  LEE,
  lineCut,
  mention,
  PIN_NUMBER,
  type RunningTill,
  withBasket,
  won,
} from "./a-till.ts";

const PASSWORD = "blue-door-77";
const coded = (code: string) => ({ failure: { code } });
const never = () => new Promise<never>(() => undefined);
const escrow = (grantId: string) => ({
  kind: "escrow" as const,
  slices: [{ grantId: grantId as GrantId, amount: won(10_000) }],
});

async function untilPassword(till: RunningTill, number = CARD): Promise<void> {
  await withBasket(till);
  await till.act("startPaying");
  await till.act("startPrepaid", { amount: won(10_000) });
  await till.act("typeCard", { number });
}

async function untilUnknown(till: RunningTill): Promise<void> {
  await untilPassword(till);
  await till.act("typePassword", { password: PASSWORD });
  await till.until((view) => view.sale?.prepaid?.step === "unknown");
}

const completed = (till: RunningTill) => till.until((view) => view.sale?.stage === "completed");

describe("a prepaid card online", () => {
  it("is asked once the attempt is on the disk, and pays by swipe and password", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    let onDiskBefore: readonly string[] = [];
    counter.script.authorise = async (request) => {
      onDiskBefore = await journalKinds(till);
      return approvedOnline(request);
    };
    await withBasket(till);
    await till.act("startPaying");
    till.deviceSays({
      kind: "card-swiped",
      reader: "card-reader",
      cardNumber: CARD,
      expiry: null,
      track: 2,
      formatCode: null,
      at: "2026-03-01T12:00:00.000Z",
    });
    await till.until((view) => view.sale?.prepaid?.step === "password");
    await till.act("typePassword", { password: PASSWORD });
    const { sale } = await completed(till);
    expect(onDiskBefore.at(-1)).toBe("tender-attempted");
    expect(sale?.tenders).toMatchObject([{ method: "prepaid", balanceAfter: won(34_700), offline: false }]);
    expect(till.learned).toEqual(["card-1"]);
    await till.stop();
  });

  it("takes the PIN# as well, and says what is wrong with a number", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    await untilPassword(till, "123456789012");
    expect((await till.view()).sale?.prepaid).toMatchObject({ step: "card", problem: "CARD_NUMBER_INVALID" });
    await till.act("typeCard", { number: PIN_NUMBER });
    await till.act("typePassword", { password: PASSWORD });
    expect((await completed(till)).sale?.tenders[0]?.masked).toBe("12345678 ****");
    await till.stop();
  });

  it("lets a wrong password be typed again, and ends at the last try", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    let triesLeft = 2;
    const ids: string[] = [];
    counter.script.authorise = async ({ attemptId }) => {
      triesLeft -= 1;
      ids.push(attemptId);
      return { kind: "declined", attemptId, code: "PASSWORD_WRONG", triesLeft, ownGrants: [], cardId: null };
    };
    await untilPassword(till);
    await till.act("typePassword", { password: "nope" });
    await till.until((view) => view.sale?.prepaid?.step === "password" && view.sale.prepaid.triesLeft === 1);
    await till.act("typePassword", { password: "nope" });
    await till.until((view) => view.sale?.prepaid?.step === "declined");
    expect(new Set(ids).size).toBe(2);
    await till.act("cancelPrepaid");
    await till.act("payCash", { given: won(10_000) });
    await completed(till);
    await till.stop();
  });

  it("resends an unanswered attempt under the same id", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    const ids: string[] = [];
    counter.script.authorise = (request) => {
      ids.push(request.attemptId);
      return ids.length === 1 ? lineCut() : approvedOnline(request);
    };
    await untilUnknown(till);
    await expect(till.act("payCash", { given: won(10_000) })).rejects.toMatchObject(
      coded("TENDER_UNSETTLED"),
    );
    await expect(till.act("backToBasket")).rejects.toMatchObject(coded("TENDER_UNSETTLED"));
    await till.act("askAgain");
    await completed(till);
    expect(new Set(ids).size).toBe(1);
    await till.stop();
  });

  it("closes an attempt that is given up, and ignores its late answer", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    let answer: () => void = () => undefined;
    counter.script.authorise = (request) =>
      new Promise((resolve) => {
        answer = () => resolve(approvedOnline(request));
      });
    await untilPassword(till);
    await till.act("typePassword", { password: PASSWORD });
    await till.until((view) => view.sale?.prepaid?.step === "asking");
    await till.act("cancelPrepaid");
    answer();
    await till.act("payCash", { given: won(10_000) });
    const { sale } = await completed(till);
    expect(sale?.tenders).toHaveLength(1);
    const kinds = await journalKinds(till);
    expect(kinds).toContain("attempt-closed");
    expect(kinds.filter((kind) => kind === "tender-approved")).toHaveLength(1);
    await till.stop();
  });

  it("gives its own grants back where they hold the balance, and asks anew", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    const ids: string[] = [];
    const closed: unknown[] = [];
    counter.script.closeGrants = async (grants) => void closed.push(...grants);
    counter.script.authorise = async (request) => {
      ids.push(request.attemptId);
      if (ids.length > 1) return approvedOnline(request);
      return {
        kind: "declined",
        attemptId: request.attemptId,
        code: "FUNDS_HELD_OFFLINE",
        triesLeft: null,
        ownGrants: ["grant-1" as GrantId],
        cardId: null,
      };
    };
    await untilPassword(till);
    await till.act("typePassword", { password: PASSWORD });
    await completed(till);
    expect(closed).toEqual(["grant-1"]);
    expect(new Set(ids).size).toBe(2);
    await till.stop();
  });

  it("shows an approval that the disk did not take as unanswered, and takes it when asked again", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    const limitPages = (count: number) =>
      till.database.transaction((tx) => tx.all(`PRAGMA max_page_count = ${count}`));
    let asked = 0;
    counter.script.authorise = async (request) => {
      asked += 1;
      // The disk fills up while the back office thinks.
      if (asked === 1) await fillUp(till, limitPages);
      return approvedOnline(request);
    };
    await untilPassword(till);
    await till.act("typePassword", { password: PASSWORD });
    const view = await till.until((now) => now.sale?.prepaid?.step === "unknown");
    expect(view.sale?.prepaid).toMatchObject({ code: "DISK_FULL" });
    expect(view.alarm).toBe("DISK_FULL");
    await limitPages(1_000_000);
    await till.act("askAgain");
    expect((await completed(till)).alarm).toBeNull();
    expect((await till.journal.verify()).broken).toBeNull();
    await till.stop();
  });
});

async function fillUp(till: RunningTill, limitPages: (count: number) => Promise<unknown>): Promise<void> {
  await limitPages(1);
  const fill = async () => {
    for (let n = 0; n < 3_000; n++)
      await till.journal.append([{ kind: "drawer-opened", body: { reason: "x".repeat(190) } }], {
        staffId: null,
      });
  };
  await fill().catch(() => undefined);
}

describe("a prepaid card without the line", () => {
  it("is decided here, and its slip commits with the sale", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    counter.script.line = "offline";
    counter.script.decide = async ({ number, password }) =>
      password === null
        ? { kind: "needs-password", card: mention(number) }
        : { kind: "approved", card: mention(number), approval: escrow("grant-1"), drafts: [] };
    await acceptGrant(till, 15_000);
    await untilPassword(till);
    await till.act("typePassword", { password: PASSWORD });
    expect((await completed(till)).sale?.tenders).toMatchObject([{ offline: true, state: "approved" }]);
    const grant = await till.database.read.get("SELECT CAST(remaining AS TEXT) AS left FROM grants");
    expect(grant).toEqual({ left: "5000" });
    await till.stop();
  });

  it("decides anew where the grant was closed between the decision and the disk", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    counter.script.line = "offline";
    await acceptGrant(till, 15_000);
    let decisions = 0;
    counter.script.decide = async ({ number, password }) => {
      const card = mention(number);
      if (password === null) return { kind: "needs-password", card };
      decisions += 1;
      if (decisions > 1)
        return { kind: "refused", card, code: "OFFLINE_REFUSED", triesLeft: null, drafts: [] };
      await till.journal.append(
        [
          {
            kind: "grant-closed",
            body: {
              grantId: "grant-1" as GrantId,
              cardId: "card-1" as CardId,
              remaining: won(15_000),
              reason: "recalled",
            },
          },
        ],
        { staffId: null },
      );
      return { kind: "approved", card, approval: escrow("grant-1"), drafts: [] };
    };
    await untilPassword(till);
    await till.act("typePassword", { password: PASSWORD });
    const { sale } = await till.until((view) => view.sale?.prepaid?.step === "declined");
    expect(sale?.prepaid).toMatchObject({ code: "OFFLINE_REFUSED" });
    expect(await journalKinds(till)).not.toContain("tender-approved");
    await till.stop();
  });

  it("refuses a card that no password would help before it is typed", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    counter.script.line = "offline";
    counter.script.decide = async ({ number }) => ({
      kind: "refused",
      card: mention(number),
      code: "OFFLINE_CARD_HOT",
      triesLeft: null,
      drafts: [],
    });
    await untilPassword(till);
    expect((await till.view()).sale?.prepaid).toMatchObject({ step: "declined", code: "OFFLINE_CARD_HOT" });
    await till.stop();
  });

  it("asks a manager above a cap, and writes both persons down", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    counter.script.line = "offline";
    counter.script.decide = async ({ number, password, managerId }) => {
      const card = mention(number);
      if (password === null) return { kind: "needs-password", card };
      if (managerId === null) return { kind: "needs-manager", card, code: "OFFLINE_CAP_PAYMENT" };
      const approval = {
        kind: "risk" as const,
        password: { kind: "verified" as const, passwordVersion: 1 },
        approvedBy: managerId,
      };
      return { kind: "approved", card, approval, drafts: [] };
    };
    await untilPassword(till);
    await till.act("typePassword", { password: PASSWORD });
    await till.until((view) => view.sale?.prepaid?.step === "manager");
    await till.act("approveAsManager", { managerId: LEE, managerPin: "2222" });
    await completed(till);
    expect(await journalKinds(till)).toContain("override-approved");
    await till.stop();
  });

  it("takes the place of an unanswered attempt, which it names", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    counter.script.authorise = lineCut;
    await acceptGrant(till, 15_000);
    await untilUnknown(till);
    counter.script.decide = async ({ number }) => ({
      kind: "approved",
      card: mention(number),
      approval: escrow("grant-1"),
      drafts: [],
    });
    await till.act("goOffline");
    await completed(till);
    const entries = await till.journal.entriesAfter({ epoch: till.journal.head().epoch, seq: 0 }, 500);
    const attempt = entries.find(({ kind }) => kind === "tender-attempted");
    const approved = entries.find(({ kind }) => kind === "tender-approved");
    expect(approved?.body.supersedes).toEqual([attempt?.body.attemptId]);
    await till.stop();
  });

  it("takes cash only where the till may", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    counter.script.line = "cash-only";
    await withBasket(till);
    await till.act("startPaying");
    await expect(till.act("startPrepaid", { amount: won(10_000) })).rejects.toMatchObject(coded("CASH_ONLY"));
    await till.act("payCash", { given: won(10_000) });
    expect((await completed(till)).alarm).toBe("CASH_ONLY");
    await till.stop();
  });
});

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

async function acceptGrant({ journal }: RunningTill, minor: number): Promise<void> {
  await journal.append(
    [
      {
        kind: "grant-accepted",
        body: {
          grantId: "grant-1" as GrantId,
          cardId: "card-1" as CardId,
          amount: won(minor),
          expiresAt: "2026-04-01T00:00:00.000Z",
        },
      },
    ],
    { staffId: null },
  );
}
