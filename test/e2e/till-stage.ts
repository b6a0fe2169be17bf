// What the scenes of the till share: how one gets to work, sells, and stands before a payment.
import type { Page } from "playwright-core";
import { PrepaidStep } from "#core/contract/till.ts";
import type { Language } from "#core/contract/values.ts";
import type { FakeTill } from "#test/world/fake-till.ts";
import { CASHIER, firstView, won } from "#test/world/fake-till-view.ts";

export type Stage = Readonly<{ page: Page; till: FakeTill; language: Language }>;
export type Scene = Readonly<{ name: string; play: (stage: Stage) => Promise<void> }>;

export const MASKED = "12345678 ****";
const SHIFT = { shiftId: "shift-14", number: 14, openedAt: firstView().now, float: won(50_000) };
export const ONLINE = firstView().line;
export const OFFLINE = {
  ...ONLINE,
  state: "offline" as const,
  since: "2026-03-02T04:49:00.000Z",
  unsynced: 12,
  oldestUnsyncedAt: "2026-03-02T04:50:00.000Z",
};

export const atWork = ({ till }: Stage) =>
  till.change({ ...firstView(), person: CASHIER, shift: SHIFT, sale: null, parked: till.view().parked });

/** A ticket of three lines, one of them with a discount. */
export async function sell({ page, till }: Stage): Promise<void> {
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

export const lines = (page: Page, count: number) =>
  page
    .getByRole("option")
    .nth(count - 1)
    .waitFor();
export const managerAsked = (page: Page) =>
  page.getByRole("region", { name: /A manager decides|매니저 승인/ }).waitFor();
export const shown = (page: Page, text: string) => page.getByText(text, { exact: true }).first().waitFor();

/** All at once, as a scanner that types sends them: on a busy machine single presses would come as slowly as a hand's. */
export const scan = (page: Page, barcode: string) =>
  page.evaluate(
    (keys) => {
      for (const key of keys) window.dispatchEvent(new KeyboardEvent("keydown", { key, cancelable: true }));
    },
    [...barcode, "Enter"],
  );

export async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error("the scene did not get there");
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export async function paying(
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
export const step = (patch: Readonly<{ step: PrepaidStep["step"] } & Record<string, unknown>>): PrepaidStep =>
  PrepaidStep.parse({
    amount: won(25_300),
    masked: MASKED,
    problem: null,
    triesLeft: null,
    takeable: null,
    code: "LINE_CUT",
    ...patch,
  });

export const cashPart = {
  tenderId: "tender-cash",
  method: "cash",
  amount: won(10_000),
  state: "approved",
  offline: false,
  masked: null,
  balanceAfter: null,
  code: null,
} as const;
