// What a customer waits for at a till whose line is cut, once the password was found right: until the approval and the
// end of the sale are durable. The whole till is at work; only its line, printer and back office are not there.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { call } from "@orpc/server";
import { pino } from "pino";
import { v7 } from "uuid";
import { cardNumberFrom } from "#core/card/number.ts";
import type { CatalogueItem } from "#core/contract/terminal.ts";
import { FailureError } from "#core/errors.ts";
import type { CardId, Epoch, GrantId, ItemId, MerchantId, StaffId, TerminalId } from "#core/ids.ts";
import { limitsOf } from "#core/offline/limits.ts";
import { after, days, instant, isoOf } from "#core/time.ts";
import { SqliteConnection } from "#database/sqlite-connection.ts";
import { makePasswordHasher, type PasswordHasher } from "#main/till/keys/password-hash.ts";
import { makeTillSecrets, tillKeysOf } from "#main/till/keys/till-keys.ts";
import { makeOfflineDesk } from "#main/till/offline/desk.ts";
import type { TillDeps } from "#main/till/ports.ts";
import { createJournal } from "#main/till/store/journal.ts";
import { openTillDatabase } from "#main/till/store/open.ts";
import { createTill, type Till } from "#main/till/till.ts";
import { type BenchRow, median, percentile, row, type Scale, timed } from "./measure.ts";

const CARD_ID = "bench-card" as CardId;
const CARD_NUMBER = cardNumberFrom("000000001").reveal();
const PASSWORD = "blue-door-77";
const KIM = "kim" as StaffId;
const PRICE_WON = 4_500;
/** A till has sold since the morning when a line is cut. */
const WARM_UP = 100;
/** Of what a bare commit writes: about what the entries of an approval come to. */
const BARE_BYTES = 4_000;
const APPROVAL_MS_MAX = 20_000;

const clock = { now: () => instant(Date.now()) };
const ids = { next: v7 };
const won = (minor: number) => ({ minor: String(minor), currency: "KRW" as const });

export async function benchApproval({ approvals }: Scale): Promise<readonly BenchRow[]> {
  const dir = mkdtempSync(join(tmpdir(), "countersign-bench-approval-"));
  const till = await aTillWithoutLine(join(dir, "till.db"));
  const bare = await aBareDatabase(join(dir, "bare.db"));
  try {
    const approvalMs: number[] = [];
    const bareMs: number[] = [];
    for (let sale = 0; sale < WARM_UP + approvals; sale += 1) {
      const [approved, committed] = [await till.approve(), await bare.commit()];
      if (sale < WARM_UP) continue;
      approvalMs.push(approved);
      bareMs.push(committed);
    }
    const common = { unit: "ms", better: "lower" } as const;
    return [
      row({
        ...common,
        name: "offline approval from password verified to entry durable, p50",
        value: median(approvalMs),
        baseline: median(bareMs),
      }),
      row({
        ...common,
        name: "offline approval from password verified to entry durable, p99",
        value: percentile(approvalMs, 0.99),
        baseline: percentile(bareMs, 0.99),
        target: 3,
      }),
    ];
  } finally {
    await till.stop();
    await bare.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** One row, one autocommitted statement, on the settings that every database here has. */
async function aBareDatabase(path: string) {
  const connection = await SqliteConnection.open(path, "write");
  await connection.run("CREATE TABLE bare (id INTEGER PRIMARY KEY, content TEXT NOT NULL) STRICT");
  const content = "x".repeat(BARE_BYTES);
  return {
    commit: () => timed(() => connection.run("INSERT INTO bare (content) VALUES (?)", [content])),
    close: () => connection.close(),
  };
}

/** The real check, and the moment at which it last said that a password is right. */
function watchedHasher() {
  const hasher = makePasswordHasher();
  let verifiedAt = 0;
  const watched: PasswordHasher = {
    ...hasher,
    verify: async (...asked) => {
      const isRight = await hasher.verify(...asked);
      verifiedAt = performance.now();
      return isRight;
    },
  };
  return { hasher: watched, verifiedAt: () => verifiedAt };
}

async function aTillWithoutLine(path: string) {
  const keys = tillKeysOf(makeTillSecrets());
  const { hasher, verifiedAt } = watchedHasher();
  const database = await openTillDatabase(path);
  const terminalId = "bench-till" as TerminalId;
  const journal = await createJournal({
    database,
    clock,
    ids,
    signer: keys.signer,
    terminalId,
    softwareVersion: "bench",
  });
  const identity: TillDeps["identity"] = {
    terminalId,
    terminalName: "Till 1",
    stationName: "Station 7",
    merchantId: "bench-merchant" as MerchantId,
    currency: "KRW",
    utcOffsetMinutes: 540,
  };
  const log = pino({ level: "silent" });
  const desk = makeOfflineDesk({
    identity,
    sealKey: randomBytes(32).toString("base64"),
    database,
    journal,
    keys,
    hasher,
    rules: { policy: () => POLICY, hotCode: () => undefined },
    isCashOnly: () => false,
    push: lineCut,
    log,
  });
  const till = createTill({
    identity,
    demo: false,
    database,
    journal,
    desk,
    backOffice: {
      authorise: lineCut,
      attempt: lineCut,
      refund: lineCut,
      balance: lineCut,
      register: lineCut,
    },
    devices: { client: noDevices },
    line: {
      state: () => ({ kind: "offline", since: clock.now(), lastSyncAt: null }),
      onChange: () => () => undefined,
      syncSoon: () => undefined,
    },
    earlier: {
      unsynced: () => ({ count: 0, oldestAt: null }),
      leftBehind: () => [],
      lineOf: () => ({ kind: "gone" }),
    },
    snapshots: SNAPSHOTS,
    checkPin: async () => true,
    clock,
    ids,
    log,
  });
  await till.start();
  await journal.countersigned({
    mark: { epoch: journal.head().epoch as Epoch, seq: 0, hash: "0".repeat(64) },
    signature: "",
    serverTime: clock.now(),
    prunableBefore: clock.now(),
  });
  await desk.learn({ number: CARD_NUMBER, password: PASSWORD, cardId: CARD_ID, passwordVersion: 1 });
  await journal.append(
    [
      {
        kind: "grant-accepted",
        body: {
          grantId: "bench-grant" as GrantId,
          cardId: CARD_ID,
          amount: won(1_000_000_000),
          expiresAt: isoOf(after(clock.now(), days(2))),
        },
      },
    ],
    { staffId: null },
  );
  const act = actionsOf(till);
  await act("signIn", { staffId: KIM, pin: "1111" });
  await act("openShift", { float: won(100_000) });

  return {
    approve: async () => {
      await act("addItem", { itemId: "americano", quantity: 1 });
      await act("startPaying");
      await act("startPrepaid", { amount: won(PRICE_WON) });
      await act("typeCard", { number: CARD_NUMBER });
      const durable = completedAt(journal.onChange);
      await act("typePassword", { password: PASSWORD });
      const took = (await durable) - verifiedAt();
      await act("nextSale");
      return took;
    },
    stop: async () => {
      await till.stop();
      desk.stop();
      await database.close();
    },
  };
}

/** When the journal next tells that the end of a sale is on the disk. */
function completedAt(onChange: TillDeps["journal"]["onChange"]): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the sale was not approved")), APPROVAL_MS_MAX);
    const stop = onChange((entries) => {
      if (!entries.some(({ kind }) => kind === "sale-completed")) return;
      const at = performance.now();
      clearTimeout(timer);
      stop();
      // The till learns it next, and then shows it: both belong to the next sale's time, not to this one's.
      setImmediate(() => resolve(at));
    });
  });
}

const lineCut = async (): Promise<never> => {
  throw new FailureError({ code: "LINE_CUT" });
};

const noDevices = (): never => {
  throw new FailureError({ code: "DEVICE_ABSENT" });
};

const POLICY = limitsOf({
  paymentMax: won(30_000),
  cardDayMax: won(50_000),
  terminalMax: won(500_000),
  countMax: 100,
  ageMaxMs: 72 * 3_600_000,
  aboveCap: "refuse",
  unverified: "refuse",
  wrongTriesMax: 3,
});

const AMERICANO: CatalogueItem = {
  itemId: "americano" as ItemId,
  name: { ko: "아메리카노", en: "Americano" },
  category: "drinks",
  barcodes: [],
  price: won(PRICE_WON),
  vat: { rateBasisPoints: 1_000, priceIncludesVat: true },
  favourite: null,
};

const SNAPSHOTS: TillDeps["snapshots"] = {
  version: () => 1,
  catalogue: () => ({ version: 1, items: [AMERICANO] }),
  staff: () => [{ staffId: KIM, name: "Kim", role: "cashier", verifier: "kim" }],
  receiptHead: () => ({ lines: [{ ko: "7번 주유소", en: "Station 7" }], businessNumber: "000-00-00000" }),
  alarm: () => null,
  onChange: () => () => undefined,
};

/** Calls an action as a screen would, through the contract's decoders and the table of roles. */
function actionsOf(till: Till) {
  type Router = Till["router"];
  return <Name extends keyof Router & string>(name: Name, input?: unknown): Promise<unknown> =>
    Promise.resolve(call(till.router[name] as never, input as never, { path: [name] } as never));
}
