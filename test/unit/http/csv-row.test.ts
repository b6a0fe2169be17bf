import { stringify } from "csv-stringify/sync";
import { expect, it } from "vitest";
import { csvRowOf, signedSale } from "#backoffice/http/csv-row.ts";

const won = (minor: string) => ({ minor, currency: "KRW" as const });
const sale = { kind: "sale" as const, total: won("9000"), cash: won("4000"), prepaid: won("5000") };

it("gives refunds as less, so that a column adds up to what was taken", () => {
  const rows = [sale, { ...sale, kind: "refund" as const, cash: won("0"), prepaid: won("0") }].map(
    signedSale,
  );
  expect(rows.map(({ total, cash }) => [total.minor, cash.minor])).toEqual([
    ["9000", "4000"],
    ["-9000", "0"],
  ]);
});

it("writes amounts as numbers, to the unit, and no text as a formula", () => {
  const row = csvRowOf({
    name: "=HYPERLINK(1)",
    note: "-1+1",
    total: won("-9007199254740993"),
    held: { open: won("12"), since: null },
    lines: 3,
    offline: true,
    kept: [1, 2],
  });
  const [head, cells] = stringify([row], { header: true, escape_formulas: true }).trim().split("\n");
  expect(head).toBe(
    "name,note,total.minor,total.currency,held.open.minor,held.open.currency,held.since,lines,offline,kept",
  );
  expect(cells).toBe(`'=HYPERLINK(1),'-1+1,-9007199254740993,KRW,12,KRW,,3,true,"1,2"`);
});
