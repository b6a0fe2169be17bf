// From enrolment to a ticket: the screens before a payment.
import { CASHIER, firstView } from "#test/world/fake-till-view.ts";
import { atWork, managerAsked, OFFLINE, ONLINE, type Scene, sell, until } from "./till-stage.ts";

export const COUNTER_SCENES: readonly Scene[] = [
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
    name: "sign-in-cash-only",
    play: async ({ page, till, language }) => {
      till.change({ line: { ...ONLINE, state: "cash-only" }, alarm: "CASH_ONLY" });
      await page
        .getByRole("button", { name: language === "ko" ? "이 계산대 다시 등록" : "Enrol this till again" })
        .click();
      await page.getByRole("textbox").waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Anna Berg" }).waitFor();
    },
  },
  {
    name: "pin-wrong",
    play: async ({ page, till }) => {
      till.change({ line: ONLINE, alarm: null });
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
    name: "sale-unknown-scan",
    play: async ({ page, till }) => {
      await page.keyboard.press("Escape");
      till.change({ notice: { number: 1, code: "ITEM_UNKNOWN" } });
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
    name: "sale-large",
    play: async ({ page, till }) => {
      till.change({ line: ONLINE, devices: firstView().devices });
      await page.keyboard.type("999", { delay: 60 });
      await page.locator("[data-item]").nth(1).click();
      await page
        .getByRole("option", { selected: true })
        .filter({ hasText: /latte|라떼/ })
        .waitFor();
      await page.keyboard.press("%");
    },
  },
  {
    name: "search",
    play: async ({ page, till, language }) => {
      await page.keyboard.press("Delete");
      await until(() => till.view().sale?.lines.length === 3);
      await page.keyboard.press("/");
      await page.keyboard.type(language === "ko" ? "카" : "a");
      await page.getByRole("heading", { level: 2, name: /“a”|‘카’/ }).waitFor();
    },
  },
  {
    name: "search-nothing",
    play: async ({ page, language }) => {
      await page.keyboard.press("Escape");
      await page.keyboard.press("/");
      await page.keyboard.type("first-18");
      await page
        .getByRole("heading", { level: 2, name: language === "ko" ? "찾지 못했습니다" : "Nothing found" })
        .waitFor();
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
      await managerAsked(page);
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
    name: "menu-manager",
    play: async ({ page, till, language }) => {
      till.change({ person: { ...CASHIER, role: "manager" }, receiptChoice: "ask" });
      await page
        .getByRole("button", { name: language === "ko" ? /고객에게 물어봄/ : /the customer is asked/ })
        .waitFor();
    },
  },
  {
    name: "keys",
    play: async ({ page, till }) => {
      till.change({ person: CASHIER, receiptChoice: "always" });
      await page.keyboard.press("Escape");
      await page.keyboard.press("?");
      await page.getByRole("dialog").waitFor();
    },
  },
];
