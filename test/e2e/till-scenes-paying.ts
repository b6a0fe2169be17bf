// Every step of a payment, to the receipt.
import { firstView, won } from "#test/world/fake-till-view.ts";
import { atWork, cashPart, MASKED, OFFLINE, paying, type Scene, scan, sell, step } from "./till-stage.ts";

export const PAYING_SCENES: readonly Scene[] = [
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
    name: "pay-cash-large",
    play: async (stage) => {
      await paying(stage, null, { due: won(88_005_345) });
      await stage.page
        .getByText(/88,005,345/)
        .first()
        .waitFor();
      await stage.page.keyboard.type("99999999", { delay: 60 });
      await stage.page.getByText(/₩88,100,000/).waitFor();
    },
  },
  {
    name: "pay-prepaid-scan",
    play: async (stage) => {
      await paying(stage, null);
      await stage.page.keyboard.press("F3");
      await scan(stage.page, "8801234500005");
      await stage.page.getByRole("alert").waitFor();
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
    name: "pay-password-letters",
    play: async ({ page, language }) => {
      await page.getByRole("button", { name: language === "ko" ? "문자" : "Letters" }).click();
      await page.getByRole("button", { name: language === "ko" ? "대문자" : "Capital letter" }).click();
      await page.getByRole("button", { name: "K", exact: true }).click();
      await page.getByRole("button", { name: "w", exact: true }).click();
      await page.getByText("●●●●", { exact: true }).waitFor();
    },
  },
  {
    name: "pay-password-signs",
    play: ({ page, language }) =>
      page.getByRole("button", { name: language === "ko" ? "기호" : "Signs" }).click(),
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
    name: "pay-declined-short",
    play: async (stage) => {
      await paying(stage, step({ step: "declined", code: "FUNDS_INSUFFICIENT", takeable: won(18_500) }));
      await stage.page
        .getByText(/18,500/)
        .first()
        .waitFor();
    },
  },
  {
    name: "pay-manager-less",
    play: async (stage) => {
      await paying(stage, step({ step: "manager", code: "OFFLINE_CAP_PAYMENT", takeable: won(18_500) }));
      await stage.page
        .getByText(/18,500/)
        .first()
        .waitFor();
    },
  },
  {
    name: "pay-declined-less",
    play: async (stage) => {
      await paying(stage, step({ step: "declined", code: "OFFLINE_CAP_TERMINAL", takeable: won(18_500) }));
      await stage.page.getByText("OFFLINE_CAP_TERMINAL").waitFor();
    },
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
    name: "completed-choosing",
    play: async ({ page, till, language }) => {
      till.editSale({ printed: "choosing" });
      await page.getByRole("button", { name: language === "ko" ? "영수증 없음" : "No receipt" }).waitFor();
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
    name: "completed-large",
    play: async ({ page, till }) => {
      till.editSale({ printed: "printed", tenders: [cashPart], change: won(88_005_345) });
      await page
        .getByText(/88,005,345/)
        .first()
        .waitFor();
    },
  },
];
