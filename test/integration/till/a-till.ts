// A till as it stands at a counter: its real services on a real file, with a back office, a desk and a printer that a
// test can tell what to answer. The back office and the desk have their own tests.

import { join } from "node:path";
import { call } from "@orpc/server";
import pino from "pino";
import { expect, vi } from "vitest";
import { cardNumberFrom, maskDigits, pinFrom } from "#core/card/number.ts";
import type { DeviceEvent } from "#core/contract/devices.ts";
import type { CatalogueItem } from "#core/contract/terminal.ts";
import type { TillView } from "#core/contract/till.ts";
import { FailureError } from "#core/errors.ts";
import type { CardId, ItemId, MerchantId, StaffId } from "#core/ids.ts";
import { krw } from "#core/money.ts";
import { instant } from "#core/time.ts";
import type { EarlierLine, OfflineAnswer, OfflineDesk, TillDeps } from "#main/till/ports.ts";
import { sha256Hex } from "#main/till/store/sha256.ts";
import { createTill, type Till } from "#main/till/till.ts";
import { aClock, aFolder, aSigner, NOON, openJournal, someIds, TERMINAL } from "../journal/a-journal.ts";

export const won = (minor: number) => ({ minor: String(minor), currency: "KRW" as const });
export const KIM = "kim" as StaffId;
export const LEE = "lee" as StaffId;
/** Of our own prefix, with right check digits; made up. */
export const CARD = cardNumberFrom("000000001").reveal();
export const PIN_NUMBER = pinFrom("12345678901").reveal();

const item = (
  itemId: string,
  en: string,
  price: number,
  more: Partial<CatalogueItem> = {},
): CatalogueItem => ({
  itemId: itemId as ItemId,
  name: { ko: en, en },
  category: "drinks",
  barcodes: [],
  price: won(price),
  vat: { rateBasisPoints: 1_000, priceIncludesVat: true },
  favourite: null,
  ...more,
});
export const ITEMS = [
  item("americano", "Americano", 4_500, { barcodes: ["8801234567893"] }),
  item("sandwich", "Sandwich", 5_500, { category: "food" }),
  item("Oil-5W30", "Engine oil", 12_000, { category: "car", barcodes: ["OIL5W30"] }),
  item("wash", "Car wash", 10_000, {
    category: "car",
    vat: { rateBasisPoints: 1_000, priceIncludesVat: false },
  }),
];

type BackOffice = TillDeps["backOffice"];
export type Scripted = {
  authorise: BackOffice["authorise"];
  attempt: BackOffice["attempt"];
  refund: BackOffice["refund"];
  register: BackOffice["register"];
  decide: (request: Parameters<OfflineDesk["decide"]>[0]) => Promise<OfflineAnswer>;
  closeGrants: OfflineDesk["closeGrants"];
  line: "online" | "offline" | "cash-only";
  /** Of every earlier enrolment. */
  earlierLine: EarlierLine;
  /** `stuck` takes a job and never says what became of it. */
  printer: "ready" | "absent" | "stuck";
  /** How often the drawer was opened without a paper. */
  drawerOpens: number;
};

export const lineCut = async (): Promise<never> => {
  throw new FailureError({ code: "LINE_CUT" });
};
export const approvedOnline: BackOffice["authorise"] = async ({ attemptId, card }) => ({
  kind: "approved",
  attemptId,
  cardId: "card-1" as CardId,
  masked: maskDigits(card.number),
  balanceAfter: won(34_700),
  passwordVersion: 1,
});

/** Everything that outlives one run of the till: its file, its key, its clock. */
export async function aCounter(file?: string) {
  const path = file ?? join(await aFolder(), "till.db");
  const keep = { signer: aSigner(), ids: someIds(), clock: aClock() };
  const script: Scripted = {
    authorise: approvedOnline,
    attempt: async ({ attemptId }) => ({ kind: "unseen", attemptId }),
    refund: async ({ attemptId }) => ({ kind: "approved", attemptId, masked: "x", balanceAfter: won(1) }),
    register: async ({ number }) => ({
      card: maskDigits(number),
      state: "active",
      expiresAt: "2030-01-01T00:00:00.000Z",
    }),
    decide: async ({ number }) => ({ kind: "needs-password", card: mention(number) }),
    closeGrants: async () => undefined,
    line: "online",
    earlierLine: { kind: "gone" },
    printer: "ready",
    drawerOpens: 0,
  };
  const printed: string[] = [];
  const logged: string[] = [];
  return {
    path,
    ...keep,
    script,
    printed,
    logged,
    start: () => startTill(path, keep, script, printed, logged),
  };
}

export const mention = (number: string) => ({
  cardRef: sha256Hex(number),
  masked: maskDigits(number),
});

const PINS: Record<string, string> = { kim: "1111", lee: "2222" };

async function startTill(
  path: string,
  keep: Parameters<typeof openJournal>[1],
  script: Scripted,
  printed: string[],
  logged: string[],
) {
  const { journal, database, close } = await openJournal(path, keep);
  const lineListeners = new Set<() => void>();
  const deviceEvents = eventQueue();
  const learned: unknown[] = [];
  const deps: TillDeps = {
    identity: {
      terminalId: TERMINAL,
      terminalName: "Till 1",
      stationName: "Station 7",
      merchantId: "m-1" as MerchantId,
      currency: "KRW",
      utcOffsetMinutes: 540,
    },
    demo: false,
    database,
    journal,
    backOffice: {
      authorise: (...call) => script.authorise(...call),
      attempt: (...call) => script.attempt(...call),
      refund: (...call) => script.refund(...call),
      balance: async ({ number }) => ({
        masked: maskDigits(number),
        state: "active",
        available: won(50_000),
        expiresAt: "2030-01-01T00:00:00.000Z",
      }),
      register: (...call) => script.register(...call),
    },
    devices: {
      client: () =>
        ({
          events: async () => deviceEvents.iterate(),
          print: async ({ document }: { document: unknown }) => {
            if (script.printer === "absent") throw new FailureError({ code: "DEVICE_ABSENT" });
            printed.push(JSON.stringify(document));
            if (script.printer === "stuck") await new Promise(() => undefined);
            return { done: true };
          },
          openDrawer: async () => {
            script.drawerOpens += 1;
            return { done: true };
          },
        }) as unknown as ReturnType<TillDeps["devices"]["client"]>,
    },
    desk: {
      decide: (request) => script.decide(request),
      learn: async (approval) => void learned.push(approval.cardId),
      mention: async (number) => mention(number),
      closeGrants: (ids) => script.closeGrants(ids),
      limits: () => ({
        paymentMax: krw(30_000),
        left: krw(500_000),
        used: krw(0),
        cashOnly: script.line === "cash-only",
      }),
      refundAllowed: async () => null,
    },
    line: {
      state: () => ({ kind: script.line, since: NOON, lastSyncAt: null }),
      onChange: (listener) => {
        lineListeners.add(listener);
        return () => void lineListeners.delete(listener);
      },
      syncSoon: () => undefined,
    },
    earlier: {
      unsynced: () => ({ count: 0, oldestAt: null }),
      leftBehind: () => [],
      lineOf: () => script.earlierLine,
    },
    snapshots: {
      version: () => 1,
      catalogue: () => ({ version: 1, items: ITEMS }),
      staff: () => [
        { staffId: KIM, name: "Kim", role: "cashier", verifier: "kim" },
        { staffId: LEE, name: "Lee", role: "manager", verifier: "lee" },
      ],
      receiptHead: () => ({ lines: [{ ko: "7번 주유소", en: "Station 7" }], businessNumber: "000-00-00000" }),
      alarm: () => null,
      onChange: () => () => undefined,
    },
    checkPin: async (verifier, pin) => PINS[verifier] === pin,
    clock: keep.clock,
    ids: keep.ids,
    log: pino({ level: "trace" }, { write: (line: string) => void logged.push(line) }),
  };
  const till = createTill(deps);
  await till.start();
  return {
    till,
    journal,
    database,
    learned,
    act: actionsOf(till),
    view: () => viewNow(till),
    until: (check: (view: TillView) => boolean) => until(till, check),
    deviceSays: (event: DeviceEvent) => deviceEvents.push(event),
    lineChanged: () => {
      for (const listener of lineListeners) listener();
    },
    /** As a crash: nothing is ended in order, and what was not on the disk is gone. */
    crash: () => close(),
    stop: async () => {
      await till.stop();
      await close();
    },
  };
}
export type RunningTill = Awaited<ReturnType<typeof startTill>>;

/** Calls an action as a screen would, through the contract's decoders and the table of roles. */
function actionsOf(till: Till) {
  type Router = Till["router"];
  return <Name extends keyof Router & string>(name: Name, input?: unknown): Promise<unknown> =>
    Promise.resolve(call(till.router[name] as never, input as never, { path: [name] } as never));
}

async function viewNow(till: Till): Promise<TillView> {
  const ended = new AbortController();
  const views = (await call(till.router.watch, undefined, {
    signal: ended.signal,
    path: ["watch"],
  } as never)) as AsyncIterable<TillView>;
  for await (const view of views) {
    ended.abort();
    return view;
  }
  throw new Error("the till shows nothing");
}

/** The first view that is as the check wants it, polled with a bound. */
async function until(till: Till, check: (view: TillView) => boolean): Promise<TillView> {
  return vi.waitFor(
    async () => {
      const view = await viewNow(till);
      expect(check(view), JSON.stringify(view.sale?.prepaid ?? view.sale)).toBe(true);
      return view;
    },
    { timeout: 5_000, interval: 5 },
  );
}

function eventQueue() {
  const waiting: DeviceEvent[] = [];
  let wake: () => void = () => undefined;
  return {
    push: (event: DeviceEvent) => {
      waiting.push(event);
      wake();
    },
    async *iterate() {
      for (;;) {
        for (const event of waiting.splice(0)) yield event;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

/** Signed in, shift open, and two items in the basket: 10,000 won. */
export async function withBasket(till: RunningTill): Promise<void> {
  await till.act("signIn", { staffId: KIM, pin: "1111" });
  if ((await till.view()).shift === null) await till.act("openShift", { float: won(100_000) });
  await till.act("addItem", { itemId: "americano", quantity: 1 });
  await till.act("addItem", { itemId: "sandwich", quantity: 1 });
}

export const journalKinds = async ({ journal }: RunningTill): Promise<readonly string[]> => {
  const { epoch } = journal.head();
  return (await journal.entriesAfter({ epoch, seq: 0 }, 500)).map(({ kind }) => kind);
};

export const LATER = instant(NOON + 60_000);
