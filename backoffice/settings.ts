// The settings of one business. The demo's are here; a business keeps its own in `settings.json` of its data folder.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Mode } from "#core/contract/process.ts";
import { OfflinePolicy } from "#core/contract/terminal.ts";
import { LocalText, moneyOf, WireMerchantId, WireMoney } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import type { MerchantId } from "#core/ids.ts";
import { basisPoints } from "#core/money.ts";
import type { GrantPolicy } from "#core/offline/grant-sizing.ts";
import { durationMs } from "#core/time.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const GrantSettings = z.object({
  sliceMax: WireMoney,
  sliceMin: WireMoney,
  balanceShareBasisPoints: z.number().int().min(0).max(10_000),
  seenWithinMs: z.number().int().min(0),
  validMs: z.number().int().min(60_000),
  renewBeforeMs: z.number().int().min(0),
  /** After a recall the card's money is wanted on line, and tills get none of it for so long. */
  restMs: z.number().int().min(0),
});

const MerchantSettings = z.object({
  merchantId: WireMerchantId,
  name: z.string().min(1).max(70),
  /** Where its money is paid out to. */
  account: z.object({
    scheme: z.enum(["iban", "domestic"]),
    number: z.string().min(1).max(34),
    bic: z.string().max(11).nullable(),
  }),
  commissionBasisPoints: z.number().int().min(0).max(10_000),
});

export const Settings = z.object({
  stationName: z.string().min(1).max(60),
  currency: z.enum(["KRW", "EUR", "USD", "JPY"]),
  timeZone: z.string().max(60),
  utcOffsetMinutes: z.number().int().min(-840).max(840),
  /** Minutes after local midnight at which a business day is cut off for settlement. */
  cutOffMinute: z.number().int().min(0).max(1_439),
  holidays: z.array(z.iso.date()).max(400),
  receiptHead: z.object({ lines: z.array(LocalText).max(8), businessNumber: z.string().max(40) }),
  offline: OfflinePolicy,
  grants: GrantSettings,
  /** The first is the station's own. Those not known yet are taken on at a start; known ones are left as they are. */
  merchants: z.array(MerchantSettings).min(1).max(1_000),
  bank: z.object({
    name: z.string().min(1).max(70),
    account: z.string().min(1).max(34),
    scheme: z.enum(["iban", "domestic"]),
    bic: z.string().max(11).optional(),
    ledgerName: z.string().regex(/^[\w-]{1,40}$/),
    characterSet: z.enum(["latin", "unicode"]),
  }),
});
export type Settings = z.infer<typeof Settings>;

const won = (minor: number): WireMoney => ({ minor: String(minor), currency: "KRW" });

/** Station 7: 30,000 a payment, 50,000 a card and day, 500,000 a terminal, 72 hours. */
export const DEMO_SETTINGS: Settings = {
  stationName: "Station 7",
  currency: "KRW",
  timeZone: "Asia/Seoul",
  utcOffsetMinutes: 540,
  cutOffMinute: 0,
  holidays: [],
  receiptHead: {
    lines: [
      { ko: "스테이션 7", en: "Station 7" },
      { ko: "가상시 예시로 7", en: "7 Example Road, Nowhere" },
    ],
    businessNumber: "000-00-00007",
  },
  offline: {
    paymentMax: won(30_000),
    cardDayMax: won(50_000),
    terminalMax: won(500_000),
    countMax: 200,
    ageMaxMs: 72 * HOUR_MS,
    aboveCap: "manager",
    unverified: "sealed",
    wrongTriesMax: 3,
  },
  grants: {
    sliceMax: won(50_000),
    sliceMin: won(1_000),
    balanceShareBasisPoints: 5_000,
    seenWithinMs: 14 * DAY_MS,
    validMs: 7 * DAY_MS,
    renewBeforeMs: DAY_MS,
    restMs: HOUR_MS / 4,
  },
  merchants: [
    {
      merchantId: "station-7" as MerchantId,
      name: "Station 7",
      account: { scheme: "domestic", number: "110-234-567890", bic: null },
      commissionBasisPoints: 250,
    },
    {
      merchantId: "car-wash-7" as MerchantId,
      name: "Station 7 Car Wash",
      account: { scheme: "domestic", number: "110-765-432100", bic: null },
      commissionBasisPoints: 250,
    },
  ],
  bank: {
    name: "Countersign Payments",
    account: "100-700-000001",
    scheme: "domestic",
    ledgerName: "main",
    characterSet: "latin",
  },
};

/**
 * The settings of a data folder. Without a file the demo has its own; production has none, and is given an example to
 * fill in. Fails with REQUEST_INVALID and the first fault, or OPTION_INVALID where production has no file.
 */
export function readSettings(dataDir: string, mode: Mode): Settings {
  const path = join(dataDir, "settings.json");
  if (!existsSync(path)) return mode === "demo" ? DEMO_SETTINGS : askForSettings(dataDir, path);
  const read = Settings.safeParse(jsonOf(path));
  if (read.success) return read.data;
  const [first] = read.error.issues;
  return fail("REQUEST_INVALID", `settings.json: ${first?.path.join(".")} ${first?.message}`);
}

/** Money must not be paid out to the accounts of a demonstration. */
function askForSettings(dataDir: string, path: string): never {
  const example = join(dataDir, "settings.example.json");
  if (!existsSync(example)) writeFileSync(example, `${JSON.stringify(DEMO_SETTINGS, null, 2)}\n`);
  return fail(
    "OPTION_INVALID",
    `production needs ${path}; fill in a copy of settings.example.json beside it`,
  );
}

function jsonOf(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return fail("REQUEST_INVALID", "settings.json is not JSON");
  }
}

export function grantPolicyOf({ grants }: Settings): GrantPolicy {
  return {
    sliceMax: moneyOf(grants.sliceMax),
    sliceMin: moneyOf(grants.sliceMin),
    balanceShare: basisPoints(grants.balanceShareBasisPoints),
    seenWithinMs: durationMs(grants.seenWithinMs),
    validMs: durationMs(grants.validMs),
    renewBeforeMs: durationMs(grants.renewBeforeMs),
    restMs: durationMs(grants.restMs),
  };
}
