// Receipts, refunds, reports and the close; and the Devices sheet beside a sale.
import { CASHIER, FAKE_PIN, firstView } from "#test/world/fake-till-view.ts";
import { atWork, MASKED, managerAsked, OFFLINE, ONLINE, type Scene, sell } from "./till-stage.ts";

export const BOOK_SCENES: readonly Scene[] = [
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
      await managerAsked(page);
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
    name: "balance-offline",
    play: async ({ page, till, language }) => {
      await page.keyboard.press("Enter");
      await page.locator("[data-item]").first().waitFor();
      till.change({ line: OFFLINE });
      await page.keyboard.press("F8");
      await page.getByText(language === "ko" ? /^잔액은 본사에/ : /^A balance is asked/).waitFor();
    },
  },
  {
    name: "register",
    play: async ({ page, till, language }) => {
      await page.keyboard.press("Enter");
      await page.locator("[data-item]").first().waitFor();
      till.change({ line: ONLINE });
      await page.keyboard.press("F10");
      await page
        .getByRole("button", { name: language === "ko" ? "카드 비밀번호 등록" : "Register card password" })
        .click();
      await page.keyboard.type("9990001234567890");
      await page.keyboard.press("Enter");
      await page.keyboard.type("43");
    },
  },
  {
    name: "register-differs",
    play: async ({ page }) => {
      for (const password of ["21", "Kw-55", "Kw-56"]) {
        await page.keyboard.type(password);
        await page.keyboard.press("Enter");
      }
      await page.getByRole("alert").waitFor();
    },
  },
  {
    name: "registered",
    play: async ({ page }) => {
      for (const password of ["Kw-55", "Kw-55"]) {
        await page.keyboard.type(password);
        await page.keyboard.press("Enter");
      }
      await page.getByText(MASKED).waitFor();
    },
  },
  {
    name: "register-refused",
    play: async ({ page, language }) => {
      await page.getByRole("button", { name: language === "ko" ? "다른 카드" : "Another card" }).click();
      await page.keyboard.type("9990001234567890");
      await page.keyboard.press("Enter");
      for (const password of ["9999", "Kw-55", "Kw-55"]) {
        await page.keyboard.type(password);
        await page.keyboard.press("Enter");
      }
      await page.getByRole("alert").waitFor();
    },
  },
  {
    name: "register-offline",
    play: async ({ page, till }) => {
      till.change({ line: OFFLINE });
      await page.getByText(/온라인에서만|on line only/).waitFor();
    },
  },
  {
    name: "parked",
    play: async ({ page, till }) => {
      await page.keyboard.press("Escape");
      await page.locator("[data-item]").first().waitFor();
      till.change({ line: ONLINE });
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
    name: "close-resumed",
    play: async ({ page, till, language }) => {
      till.change({ parked: [] });
      await page.keyboard.press("Escape");
      await page.keyboard.press("F10");
      await page.getByRole("button", { name: language === "ko" ? "근무 마감" : "Close shift" }).click();
      await page
        .getByText(language === "ko" ? /^앞서 센 금액입니다/ : /^This is your count from before/)
        .waitFor();
    },
  },
  {
    name: "close-manager",
    play: async ({ page, language }) => {
      await page
        .getByRole("button", { name: language === "ko" ? /^근무 마감/ : /^Close shift/ })
        .last()
        .click();
      await managerAsked(page);
    },
  },
  {
    name: "close-seen",
    play: async ({ page, language }) => {
      await page.keyboard.type(FAKE_PIN);
      await page.keyboard.press("Enter");
      await page.getByText(language === "ko" ? "예상 금액" : "Expected", { exact: true }).waitFor();
    },
  },
  {
    name: "z",
    play: async ({ page }) => {
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
