// Every screen of the till, each reached as a person would or set by the made-up till, in the order of a day.
import type { Page } from "playwright-core";
import { PrepaidStep } from "#core/contract/till.ts";
import type { Language } from "#core/contract/values.ts";
import type { FakeTill } from "#test/world/fake-till.ts";
import { CASHIER, FAKE_PIN, firstView, won } from "#test/world/fake-till-view.ts";

export type Stage = Readonly<{ page: Page; till: FakeTill; language: Language }>;
export type Scene = Readonly<{ name: string; play: (stage: Stage) => Promise<void> }>;

const MASKED = "12345678 ****";
const SHIFT = { shiftId: "shift-14", number: 14, openedAt: firstView().now, float: won(50_000) };
const ONLINE = firstView().line;
const OFFLINE = {
  ...ONLINE,
  state: "offline" as const,
  since: "2026-03-02T04:49:00.000Z",
  unsynced: 12,
  oldestUnsyncedAt: "2026-03-02T04:50:00.000Z",
};

const atWork = ({ till }: Stage) =>
  till.change({ ...firstView(), person: CASHIER, shift: SHIFT, sale: null, parked: till.view().parked });

/** A ticket of three lines, one of them with a discount. */
async function sell({ page, till }: Stage): Promise<void> {
  await page.keyboard.type("2", { delay: 60 });
  await shown(page, "2");
  await page.locator("[data-item]").nth(0).click();
  await lines(page, 1);
  await page.locator("[data-item]").nth(3).click();
  await lines(page, 2);
  await page.locator("[data-item]").nth(8).click();
  await lines(page, 3);
  const oil = till.view().sale?.lines.at(-1)?.lineId ?? "";
  await page.keyboard.type("10", { delay: 60 });
  await page.keyboard.press("%");
  await page.keyboard.press("1");
  await until(
    () => till.view().sale?.lines.find(({ lineId }) => lineId === oil)?.discountBasisPoints === 1_000,
  );
}

const lines = (page: Page, count: number) =>
  page
    .getByRole("option")
    .nth(count - 1)
    .waitFor();
const shown = (page: Page, text: string) => page.getByText(text, { exact: true }).first().waitFor();

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error("the scene did not get there");
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function paying(
  stage: Stage,
  prepaid: PrepaidStep | null,
  patch: Parameters<FakeTill["editSale"]>[0] = {},
) {
  if (stage.till.view().sale === null) {
    atWork(stage);
    await sell(stage);
  }
  stage.till.change({ line: ONLINE });
  stage.till.editSale({ stage: "paying", tenders: [], prepaid, ...patch });
}

/** The fields of all steps at once: what a step does not have, the till's contract drops. */
const step = (patch: Readonly<{ step: PrepaidStep["step"] } & Record<string, unknown>>): PrepaidStep =>
  PrepaidStep.parse({
    amount: won(25_300),
    masked: MASKED,
    problem: null,
    triesLeft: null,
    code: "LINE_CUT",
    ...patch,
  });

const cashPart = {
  tenderId: "tender-cash",
  method: "cash",
  amount: won(10_000),
  state: "approved",
  offline: false,
  masked: null,
  balanceAfter: null,
  code: null,
} as const;

export const SCENES: readonly Scene[] = [
  {
    name: "enrol",
    play: async ({ page, till }) => {
      till.change({ enrolled: false });
      await page.getByRole("textbox").waitFor();
    },
  },
  {
    name: "sign-in",
    play: async ({ page, till }) => {
      till.change(firstView());
      await page.getByRole("button", { name: "Anna Berg" }).waitFor();
    },
  },
  {
    name: "pin-wrong",
    play: async ({ page }) => {
      await page.keyboard.press("1");
      await page.keyboard.type("9999");
      await page.keyboard.press("Enter");
      await page.getByRole("alert").waitFor();
      await page.keyboard.type("12");
    },
  },
  {
    name: "open-shift",
    play: async ({ page, till }) => {
      till.change({ person: CASHIER });
      await page
        .getByRole("button", { name: /50,000/ })
        .first()
        .waitFor();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.type("5");
    },
  },
  {
    name: "sale-empty",
    play: async (stage) => {
      atWork(stage);
      await stage.page.locator("[data-item]").first().waitFor();
    },
  },
  {
    name: "sale",
    play: async (stage) => {
      await sell(stage);
      await stage.page.keyboard.press("F5");
      await until(() => stage.till.view().parked.length === 1);
      await sell(stage);
    },
  },
  {
    name: "sale-unknown-code",
    play: async ({ page }) => {
      await page.keyboard.type("8801234599999");
      await page.keyboard.press("Enter");
      await page.getByRole("alert").waitFor();
    },
  },
  {
    name: "sale-offline",
    play: async ({ page, till }) => {
      await page.keyboard.press("Escape");
      till.change({
        line: OFFLINE,
        devices: [
          { id: "reader", kind: "card-reader", state: "ready", reason: null },
          { id: "printer", kind: "printer", state: "failed", reason: "paper-out" },
          { id: "scanner", kind: "scanner", state: "absent", reason: null },
        ],
      });
      await page
        .getByText(/30,000/)
        .first()
        .waitFor();
    },
  },
  {
    name: "search",
    play: async ({ page, till, language }) => {
      till.change({ line: ONLINE, devices: firstView().devices });
      await page.keyboard.press("/");
      await page.keyboard.type(language === "ko" ? "카" : "a");
      await page.getByRole("heading", { level: 2, name: /“a”|‘카’/ }).waitFor();
    },
  },
  {
    name: "discount-reason",
    play: async ({ page }) => {
      await page.keyboard.press("Escape");
      await page.keyboard.type("20", { delay: 60 });
      await page.keyboard.press("%");
      await page.getByRole("heading", { level: 2, name: /20%/ }).waitFor();
    },
  },
  {
    name: "discount-manager",
    play: async ({ page }) => {
      await page.keyboard.press("2");
      await page.getByRole("alert").waitFor();
    },
  },
  {
    name: "menu",
    play: async ({ page }) => {
      await page.keyboard.press("Escape");
      await page.locator("[data-item]").first().waitFor();
      await page.keyboard.press("F10");
      await page.getByRole("dialog").waitFor();
    },
  },
  {
    name: "keys",
    play: async ({ page }) => {
      await page.keyboard.press("Escape");
      await page.keyboard.press("?");
      await page.getByRole("dialog").waitFor();
    },
  },
  {
    name: "pay-cash",
    play: async (stage) => {
      await stage.page.keyboard.press("Escape");
      await paying(stage, null);
      await stage.page.getByRole("heading", { level: 1 }).waitFor();
      await stage.page.keyboard.type("30000");
    },
  },
  {
    name: "pay-prepaid-offline",
    play: async (stage) => {
      await paying(stage, null, { due: won(45_300) });
      stage.till.change({ line: OFFLINE });
      await stage.page.keyboard.press("F3");
    },
  },
  { name: "pay-card", play: (stage) => paying(stage, step({ step: "card" }), { due: won(25_300) }) },
  {
    name: "pay-card-typed",
    play: async (stage) => {
      await paying(stage, step({ step: "card", problem: "CARD_UNREADABLE" }));
      await stage.page.keyboard.type("9990001234");
    },
  },
  {
    name: "pay-password",
    play: async (stage) => {
      await paying(stage, step({ step: "password", problem: "PASSWORD_WRONG", triesLeft: 4 }));
      await stage.page.getByRole("alert").waitFor();
      await stage.page.keyboard.type("43");
    },
  },
  {
    name: "pay-asking",
    play: async (stage) => {
      await paying(stage, step({ step: "asking", since: firstView().now }));
      await stage.page.getByText(/처리 중|Working/).waitFor();
    },
  },
  { name: "pay-unknown", play: (stage) => paying(stage, step({ step: "unknown", offlineAllowed: true })) },
  {
    name: "pay-manager",
    play: (stage) => paying(stage, step({ step: "manager", code: "OFFLINE_CAP_PAYMENT" })),
  },
  {
    name: "pay-declined",
    play: (stage) => paying(stage, step({ step: "declined", code: "FUNDS_INSUFFICIENT" })),
  },
  {
    name: "pay-split",
    play: (stage) =>
      paying(stage, step({ step: "card", amount: won(15_300) }), { tenders: [cashPart], due: won(15_300) }),
  },
  {
    name: "completed",
    play: async (stage) => {
      atWork(stage);
      await sell(stage);
      await stage.page.keyboard.press("F1");
      await stage.page.getByRole("heading", { level: 1 }).waitFor();
      await stage.page.keyboard.type("30000");
      await stage.page.keyboard.press("Enter");
      await stage.page.locator("pre").waitFor();
    },
  },
  {
    name: "completed-not-printed",
    play: async ({ page, till }) => {
      const sale = till.view().sale;
      const prepaid = {
        ...cashPart,
        tenderId: "tender-card",
        method: "prepaid",
        masked: MASKED,
        offline: true,
        amount: won(15_300),
      } as const;
      if (sale !== null) till.editSale({ printed: "failed", tenders: [cashPart, prepaid], change: won(0) });
      till.change({ line: OFFLINE });
      await page.getByText(MASKED).waitFor();
    },
  },
  {
    name: "receipts",
    play: async (stage) => {
      atWork(stage);
      await stage.page.locator("[data-item]").first().waitFor();
      await stage.page.keyboard.press("F7");
      await stage.page.locator("pre").waitFor();
    },
  },
  {
    name: "refund",
    play: async ({ page }) => {
      await page.keyboard.press("Enter");
      await page
        .getByRole("button", { name: /^(One more|하나 더)/ })
        .first()
        .click();
    },
  },
  {
    name: "refund-manager",
    play: async ({ page }) => {
      await page.keyboard.press("Enter");
      await page.getByRole("alert").waitFor();
    },
  },
  {
    name: "refund-done",
    play: async ({ page }) => {
      await page.keyboard.type(FAKE_PIN);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { level: 1, name: /Refunded|환불 완료/ }).waitFor();
    },
  },
  {
    name: "balance",
    play: async ({ page }) => {
      await page.keyboard.press("Enter");
      await page.locator("[data-item]").first().waitFor();
      await page.keyboard.press("F8");
      await page.keyboard.type("9990001234567890");
      await page.keyboard.press("Enter");
      await page.keyboard.type("4321");
      await page.keyboard.press("Enter");
      await page.getByText(MASKED).waitFor();
    },
  },
  {
    name: "parked",
    play: async ({ page }) => {
      await page.keyboard.press("Enter");
      await page.locator("[data-item]").first().waitFor();
      await page.keyboard.press("F6");
      await page.getByText("# 1042").waitFor();
    },
  },
  {
    name: "cash-move",
    play: async ({ page, language }) => {
      await page.keyboard.press("Escape");
      await page.keyboard.press("F10");
      await page.getByRole("button", { name: language === "ko" ? "현금 입출금" : "Cash in and out" }).click();
      await page.keyboard.type("20000");
    },
  },
  {
    name: "report",
    play: async ({ page, till, language }) => {
      till.change({ person: { ...CASHIER, role: "manager" } });
      await page.keyboard.press("Escape");
      await page.keyboard.press("F10");
      await page.getByRole("button", { name: language === "ko" ? "X 보고서" : "X report" }).click();
      await page.getByText("412,300").first().waitFor();
    },
  },
  {
    name: "close-shift",
    play: async ({ page, till, language }) => {
      till.change({ person: CASHIER, line: { ...ONLINE, unsynced: 3, oldestUnsyncedAt: firstView().now } });
      await page.keyboard.press("Escape");
      await page.keyboard.press("F10");
      await page.getByRole("button", { name: language === "ko" ? "근무 마감" : "Close shift" }).click();
      await page.keyboard.type("3");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.type("3");
    },
  },
  {
    name: "close-manager",
    play: async ({ page, language }) => {
      await page
        .getByRole("button", { name: language === "ko" ? /^근무 마감/ : /^Close shift/ })
        .last()
        .click();
      await page.getByRole("alert").waitFor();
    },
  },
  {
    name: "z",
    play: async ({ page }) => {
      await page.keyboard.type(FAKE_PIN);
      await page.keyboard.press("Enter");
      await page.locator("pre").waitFor();
    },
  },
  {
    name: "devices",
    play: async (stage) => {
      await stage.page.keyboard.press("Enter");
      atWork(stage);
      await stage.page.locator("[data-item]").first().waitFor();
      await sell(stage);
      await stage.page.keyboard.press("F12");
      await stage.page.getByText("9990 0012 3456 7890").waitFor();
    },
  },
];
