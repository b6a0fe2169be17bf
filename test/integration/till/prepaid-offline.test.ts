import { describe, expect, it } from "vitest";
import type { CardId, GrantId } from "#core/ids.ts";
import { money } from "#core/money.ts";
import { aCounter, journalKinds, LEE, lineCut, mention, withBasket, won } from "./a-till.ts";
import {
  acceptGrant,
  coded,
  completed,
  escrow,
  PASSWORD,
  untilPassword,
  untilUnknown,
} from "./prepaid-steps.ts";

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
        return {
          kind: "refused",
          card,
          code: "OFFLINE_REFUSED",
          triesLeft: null,
          takeable: null,
          drafts: [],
        };
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
      takeable: null,
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
      if (managerId === null)
        return { kind: "needs-manager", card, code: "OFFLINE_CAP_PAYMENT", takeable: null };
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

  it.each(["needs-manager", "refused"] as const)(
    "takes what the card pays here where the whole amount is %s, with the password that was typed",
    async (kind) => {
      const counter = await aCounter();
      const till = await counter.start();
      counter.script.line = "offline";
      await acceptGrant(till, 8_000);
      counter.script.decide = async ({ number, password, amount }) => {
        const card = mention(number);
        if (password === null) return { kind: "needs-password", card };
        if (amount.minor <= 8_000n)
          return { kind: "approved", card, approval: escrow("grant-1", 8_000), drafts: [] };
        const takeable = money(8_000n, "KRW");
        return kind === "refused"
          ? { kind, card, code: "OFFLINE_CAP_TERMINAL", triesLeft: null, takeable, drafts: [] }
          : { kind, card, code: "OFFLINE_CAP_PAYMENT", takeable };
      };
      await untilPassword(till);
      await till.act("typePassword", { password: PASSWORD });
      const step = kind === "refused" ? "declined" : "manager";
      const { sale } = await till.until((view) => view.sale?.prepaid?.step === step);
      expect(sale?.prepaid).toMatchObject({ takeable: won(8_000) });
      await till.act("takeLess");
      const paid = await till.until((view) => view.sale?.tenders.length === 1);
      expect(paid.sale).toMatchObject({ due: won(2_000), tenders: [{ amount: won(8_000), offline: true }] });
      await till.stop();
    },
  );

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
