// Every text that the back office takes in is looked at: what cannot be seen is refused before it is kept, and a NUL, which
// PostgreSQL cannot keep, before it gets there. The till's reasons end in the same books.
import { type AnyContractProcedure, isContractProcedure } from "@orpc/contract";
import { expect, test } from "vitest";
import { z } from "zod";
import { backofficeContract } from "#core/contract/backoffice.ts";
import { PlainText } from "#core/contract/plain-text.ts";
import { tillContract } from "#core/contract/till.ts";

const NUL = "Kim\u0000";
const UNSEEN = [
  NUL,
  "Kim\u001b[2J",
  "two\nlines",
  "Kim\u0085",
  "\u202eKim",
  "Kim\u2066",
  "\u200fKim",
  "\u061cKim",
];

/** Hashed or checked, and never kept as they are. */
const SECRETS = ["password", "newPassword", "initialPassword", "code"];
/** Kept as the canonical JSON that was signed. */
const SIGNED = ["terminal.sync.entries"];
/** Only looked for. */
const SEARCHES = ["query"];

type Field = Readonly<{ path: string; name: string; schema: z.ZodType }>;

const fields = proceduresOf(backofficeContract).flatMap(({ path, procedure }) =>
  stringsOf(procedure["~orpc"].inputSchema as unknown, path),
);
const looked = fields.filter(
  ({ path, name }) => !SECRETS.includes(name) && !SIGNED.some((signed) => path.startsWith(signed)),
);

test("finds the texts that people give", () => {
  const paths = looked.map(({ path }) => path);
  for (const path of [
    "staff.add.name",
    "cards.block.reason",
    "settlement.refuse.reason",
    "reports.sales.query",
  ])
    expect(paths).toContain(path);
});

test.each(looked)("$path takes no NUL", ({ schema }) => {
  expect(schema.safeParse(NUL).success).toBe(false);
});

test.each(looked.filter(({ name }) => !SEARCHES.includes(name)))(
  "$path takes nothing that cannot be seen",
  ({ schema }) => {
    for (const text of UNSEEN) expect(schema.safeParse(text).success, JSON.stringify(text)).toBe(false);
  },
);

const reasons = proceduresOf(tillContract)
  .flatMap(({ path, procedure }) => stringsOf(procedure["~orpc"].inputSchema as unknown, path))
  .filter(({ name }) => name === "reason");

test("the till asks for reasons", () => expect(reasons.length).toBeGreaterThanOrEqual(4));
test.each(reasons)("$path at the till takes nothing that cannot be seen", ({ schema }) => {
  for (const text of UNSEEN) expect(schema.safeParse(text).success, JSON.stringify(text)).toBe(false);
});

test("takes what people write, in any script, and takes the space around it away", () => {
  for (const text of ["김하늘", "Zoë O’Brien-Núñez", "여권 확인함 (2번)", "👨‍👩‍👧 family", "نور"])
    expect(PlainText.parse(` ${text}\n`)).toBe(text);
});

function proceduresOf(
  contract: object,
  name = "",
): readonly Readonly<{ path: string; procedure: AnyContractProcedure }>[] {
  return Object.entries(contract).flatMap(([key, value]) => {
    const path = name === "" ? key : `${name}.${key}`;
    return isContractProcedure(value) ? [{ path, procedure: value }] : proceduresOf(value as object, path);
  });
}

function stringsOf(schema: unknown, path: string): readonly Field[] {
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape).flatMap(([key, field]) => stringsOf(field, `${path}.${key}`));
  if (schema instanceof z.ZodArray) return stringsOf(schema.element, path);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return stringsOf(schema.unwrap(), path);
  return schema instanceof z.ZodString ? [{ path, name: path.slice(path.lastIndexOf(".") + 1), schema }] : [];
}
