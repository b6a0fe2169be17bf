// The shipped schemas, as the thread that keeps them reads a document against them.
import { join } from "node:path";
import { expect, test } from "vitest";
import { createSchemaValidator, namespaceOf } from "#backoffice/bank/validate.ts";
import { sample, validator } from "./bank-world.ts";

const KIND = "camt.053.001.08";
const NAME = "genkgo-camt.053.001.08.xml";

test("says what is wrong and in which line, without the namespace", async () => {
  const document = sample(NAME).replace(/<CreDtTm>[^<]*</, "<CreDtTm>yesterday<");
  const line = document.slice(0, document.indexOf("yesterday")).split("\n").length;
  expect((await validator.problems(KIND, document))[0]).toEqual({
    says: "Element 'CreDtTm': 'yesterday' is not a valid value of the atomic type 'ISODateTime'.",
    line,
  });
});

test("refuses what is no XML or points elsewhere, and reads the next as ever", async () => {
  const elsewhere = `<!DOCTYPE Document [<!ENTITY other SYSTEM "file:///etc/hosts">]>
    <Document xmlns="${namespaceOf(KIND)}">&other;</Document>`;
  for (const document of ["", "<Document>", "not a file of a bank", elsewhere]) {
    expect(await validator.validate(KIND, document), document).toMatchObject({
      ok: false,
      error: { code: "SCHEMA_INVALID" },
    });
  }
  expect(await validator.validate(KIND, sample(NAME))).toMatchObject({ ok: true });
});

test("names a few of many faults, and is done when it is closed", async () => {
  const own = createSchemaValidator(join(process.cwd(), "backoffice/bank/schemas"));
  const [entry = ""] = /<Ntry>.*?<\/Ntry>/s.exec(sample(NAME)) ?? [];
  const faulty = entry.replace(/<CdtDbtInd>\w+</, "<CdtDbtInd>XXXX<");
  const document = sample(NAME).replace(entry, faulty.repeat(80));
  expect(await own.problems(KIND, document)).toHaveLength(50);
  await own.close();
  await expect(own.validate(KIND, document)).rejects.toThrow("NOT_READY");
});
