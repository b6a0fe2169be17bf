import { beforeAll, expect, test } from "vitest";
import {
  agreementsOf,
  allMerchants,
  changePayoutAccount,
  insertAgreement,
  insertMerchant,
  merchantById,
  termsAt,
} from "#backoffice/merchants/store.ts";
import { MIGRATIONS } from "#backoffice/migrations/list.ts";
import type { MerchantId } from "#core/ids.ts";
import { money } from "#core/money.ts";
import { instant } from "#core/time.ts";
import type { Database } from "#database/database.ts";
import { eachDatabase } from "#test/world/database.ts";

const M1 = "m1" as MerchantId;
const merchant = {
  merchantId: M1,
  name: "가게",
  account: { scheme: "iban", number: "DE89370400440532013000", bic: "COBADEFFXXX" },
  createdAt: instant(1_000),
} as const;

eachDatabase((databases) => {
  let database: Database;
  beforeAll(async () => {
    database = await databases.open(MIGRATIONS);
    await database.transaction((tx) => insertMerchant(tx, merchant));
  });

  test("a merchant is kept as added, and adding it again changes nothing", async () => {
    expect(await merchantById(database.read, M1)).toEqual(merchant);
    expect(await database.transaction((tx) => insertMerchant(tx, { ...merchant, name: "other" }))).toBe(
      false,
    );
    expect(await allMerchants(database.read)).toEqual([merchant]);
    expect(await merchantById(database.read, "none" as MerchantId)).toBeUndefined();
  });

  test("no merchant gets an account that would spoil a bank file, or no name", async () => {
    const account = { ...merchant.account, number: "DE89370400440532013001" };
    const add = (over: object) =>
      database.transaction((tx) =>
        insertMerchant(tx, { ...merchant, merchantId: "m2" as MerchantId, ...over }),
      );
    await expect(add({ account })).rejects.toThrow("REQUEST_INVALID");
    await expect(add({ name: " " })).rejects.toThrow("REQUEST_INVALID");
    await expect(database.transaction((tx) => changePayoutAccount(tx, M1, account))).rejects.toThrow(
      "check digits",
    );
  });

  test("agreements follow each other and are never edited", async () => {
    const fee = money(2n ** 62n, "KRW");
    const add = (validFrom: number, terms: Parameters<typeof insertAgreement>[2]["terms"]) =>
      database.transaction((tx) => insertAgreement(tx, M1, { validFrom: instant(validFrom), terms }));
    expect(await add(2_000, { kind: "per-item", fee })).toBe(true);
    expect(await add(1_000, { kind: "per-cent", basisPoints: 250 })).toBe(true);
    expect(await add(1_000, { kind: "per-cent", basisPoints: 0 })).toBe(false);
    expect(await agreementsOf(database.read, M1)).toEqual([
      { validFrom: 1_000, terms: { kind: "per-cent", basisPoints: 250 } },
      { validFrom: 2_000, terms: { kind: "per-item", fee } },
    ]);
    const at = (ms: number) => termsAt(database.read, M1, instant(ms));
    expect(await at(999)).toBeUndefined();
    expect(await at(1_999)).toEqual({ kind: "per-cent", basisPoints: 250 });
    expect(await at(2_000)).toEqual({ kind: "per-item", fee });
  });
});
