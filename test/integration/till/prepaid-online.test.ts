import { describe, expect, it } from "vitest";
import type { WireMoney } from "#core/contract/values.ts";
import type { AttemptId, GrantId } from "#core/ids.ts";
import {
  aCounter,
  approvedOnline,
  CARD,
  journalKinds,
  lineCut,
  PIN_NUMBER,
  type RunningTill,
  withBasket,
  won,
} from "./a-till.ts";
import { coded, completed, PASSWORD, untilPassword, untilUnknown } from "./prepaid-steps.ts";

describe("a prepaid card online", () => {
  it("P01 P02 is asked once the attempt is on the disk, and pays by swipe and password", async () => {
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

  it("offers what a card that is short can pay, takes that under a new attempt, and the rest in cash", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    const asked: [string, string][] = [];
    counter.script.authorise = async (request) => {
      const { attemptId, amount } = request;
      asked.push([attemptId, amount.minor]);
      return amount.minor === "7000" ? approvedOnline(request) : short(attemptId, won(7_000));
    };
    await untilPassword(till);
    await till.act("typePassword", { password: PASSWORD });
    const refused = await till.until((view) => view.sale?.prepaid?.step === "declined");
    expect(refused.sale?.prepaid).toMatchObject({ code: "FUNDS_INSUFFICIENT", takeable: won(7_000) });
    await till.act("takeLess");
    const { sale } = await till.until((view) => view.sale?.tenders.length === 1);
    expect(sale).toMatchObject({ due: won(3_000), tenders: [{ amount: won(7_000), offline: false }] });
    expect(new Set(asked.map(([attemptId]) => attemptId)).size).toBe(2);
    expect(asked.map(([, minor]) => minor)).toEqual(["10000", "7000"]);
    await till.act("payCash", { given: won(3_000) });
    await completed(till);
    const entries = await till.journal.entriesAfter({ epoch: till.journal.head().epoch, seq: 0 }, 500);
    const declined = entries.filter(({ kind }) => kind === "tender-declined");
    expect(declined).toHaveLength(1);
    expect(JSON.stringify(declined)).not.toContain("7000");
    await till.stop();
  });

  it("is refused again, with the new offer, where less is left by then; and none is made up", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    const offers = [won(7_000), won(5_000), null];
    counter.script.authorise = async ({ attemptId }) => short(attemptId, offers.shift() ?? null);
    await untilPassword(till);
    await till.act("typePassword", { password: PASSWORD });
    for (const left of [7_000, 5_000]) {
      await till.until(
        ({ sale }) => sale?.prepaid?.step === "declined" && sale.prepaid.takeable?.minor === String(left),
      );
      await till.act("takeLess");
    }
    await till.until(({ sale }) => sale?.prepaid?.step === "declined" && sale.prepaid.takeable === null);
    await expect(till.act("takeLess")).rejects.toMatchObject(coded("STATE_CONFLICT"));
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

const short = (attemptId: AttemptId, takeable: WireMoney | null) => ({
  kind: "declined" as const,
  attemptId,
  code: "FUNDS_INSUFFICIENT",
  triesLeft: null,
  takeable,
  ownGrants: [],
  cardId: null,
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
