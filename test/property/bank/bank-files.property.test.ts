import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readBankFile } from "#backoffice/bank/read-bank-file.ts";
import type { SchemaValidator } from "#backoffice/bank/validate.ts";
import { parseXmlText } from "#backoffice/bank/xml.ts";
import { bankText, textElement, writeDocument } from "#backoffice/bank/xml-writer.ts";
import { ok } from "#core/result.ts";

const FOLDER = join(process.cwd(), "test/fixtures/bank");
const SAMPLES = readdirSync(FOLDER).map((name) => readFileSync(join(FOLDER, name)));
/** The schemas have their own tests; here a thousand files are read, so only the readers are asked. */
const noSchema: SchemaValidator = { validate: async () => ok(undefined), problems: async () => [] };

type Damage = Readonly<{ at: number; length: number; bytes: Uint8Array }>;

const damage: fc.Arbitrary<Damage> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 0, max: 200 }),
  bytes: fc.oneof(
    fc.uint8Array({ maxLength: 20 }),
    fc
      .constantFrom("<", "</Stmt>", "<Amt>", "&x;", "<!DOCTYPE a>", "-1", "9".repeat(30), "]]>", "<![CDATA[")
      .map((text) => new TextEncoder().encode(text)),
  ),
});

function damaged(sample: Uint8Array, { at, length, bytes }: Damage): Uint8Array {
  const from = Math.floor(at * sample.length);
  return Buffer.concat([sample.subarray(0, from), bytes, sample.subarray(from + length)]);
}

describe("a damaged file", () => {
  test("is read with findings or refused with a code, and never throws", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...SAMPLES),
        fc.array(damage, { minLength: 1, maxLength: 4 }),
        async (sample, damages) => {
          const read = await readBankFile(damages.reduce(damaged, sample), noSchema);
          if (!read.ok) expect(["BANK_FILE_INVALID", "REQUEST_TOO_LARGE"]).toContain(read.error.code);
        },
      ),
      { numRuns: 400 },
    );
  });

  test("never has a line with a negative amount or one beyond 64 bits", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...SAMPLES), damage, async (sample, how) => {
        const read = await readBankFile(damaged(sample, how), noSchema);
        if (!read.ok || read.value.message.kind === "status-report") return;
        for (const line of read.value.message.statements.flatMap((statement) => statement.lines)) {
          if (line.amount === undefined) continue;
          expect(line.amount.minor >= 0n && line.amount.minor < 2n ** 63n).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe("text for a bank", () => {
  test("reads back as it was written, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const written = bankText(text, 140, "unicode");
        const root = parseXmlText(writeDocument("urn:x", textElement("Nm", written)));
        expect(root.ok && root.value.children[0]?.text).toBe(written);
      }),
    );
  });

  test("is within the basic set and the length that was asked", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 100 }),
        fc.integer({ min: 1, max: 70 }),
        (text, max) => {
          const written = bankText(text, max, "latin");
          expect(written).toMatch(/^[a-zA-Z0-9/\-?:().,'+ ]*$/);
          expect(written.length).toBeLessThanOrEqual(max);
        },
      ),
    );
  });
});
