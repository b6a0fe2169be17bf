// Validates bank files against the schemas that ship with the program, before anything is sent.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { memoryPages, validateXML } from "xmllint-wasm";
import type { Failure } from "#core/errors.ts";
import { err, ok, type Result } from "#core/result.ts";

/** The messages whose schemas ship in backoffice/bank/schemas. */
export const MESSAGE_KINDS = [
  "pain.001.001.03",
  "pain.001.001.09",
  "pain.002.001.03",
  "pain.002.001.10",
  "pain.008.001.08",
  "camt.053.001.02",
  "camt.053.001.04",
  "camt.053.001.08",
  "camt.054.001.02",
  "camt.054.001.04",
  "camt.054.001.08",
] as const;

export type MessageKind = (typeof MESSAGE_KINDS)[number];

export const namespaceOf = (kind: MessageKind) => `urn:iso:std:iso:20022:tech:xsd:${kind}`;

/** The kind that a namespace names; undefined for every other. */
export const kindOf = (namespace: string): MessageKind | undefined =>
  MESSAGE_KINDS.find((kind) => namespaceOf(kind) === namespace);

/** One thing that a schema says is wrong with a document. */
export type SchemaProblem = Readonly<{ says: string; line: number | undefined }>;

export type SchemaValidator = Readonly<{
  /** SCHEMA_INVALID with the first thing that is wrong and its line. The document is a string, so it is UTF-8. */
  validate(kind: MessageKind, document: string): Promise<Result<undefined, Failure>>;
  /** Everything that is wrong, at most 50 of it; empty where the document is valid. */
  problems(kind: MessageKind, document: string): Promise<readonly SchemaProblem[]>;
}>;

// A document of 16 MiB needs about ten times its size.
const MEMORY_PAGES_MAX = 256 * memoryPages.MiB;
const MESSAGE_CHARACTERS_MAX = 300;
const PROBLEMS_MAX = 50;

/** A validator over a folder of schemas; each schema is read once, when it is first needed. */
export function createSchemaValidator(schemasDir: string): SchemaValidator {
  const schemas = new Map<MessageKind, Promise<string>>();

  function schemaOf(kind: MessageKind): Promise<string> {
    const known = schemas.get(kind);
    if (known !== undefined) return known;
    const read = readFile(join(schemasDir, `${kind}.xsd`), "utf8");
    schemas.set(kind, read);
    // Whoever asked sees the failure; the next one tries again.
    read.catch(() => schemas.delete(kind));
    return read;
  }

  async function problems(kind: MessageKind, document: string): Promise<readonly SchemaProblem[]> {
    const result = await validateXML({
      xml: { fileName: "document.xml", contents: document },
      schema: { fileName: `${kind}.xsd`, contents: await schemaOf(kind) },
      maxMemoryPages: MEMORY_PAGES_MAX,
      // No network, whatever the document says.
      modifyArguments: (given) => ["--nonet", ...given],
    });
    if (result.valid) return [];
    const found = result.errors.slice(0, PROBLEMS_MAX).map((error) => ({
      says: error.message.replaceAll(`{${namespaceOf(kind)}}`, "").slice(0, MESSAGE_CHARACTERS_MAX),
      line: error.loc?.lineNumber,
    }));
    return found.length > 0 ? found : [{ says: "it does not validate", line: undefined }];
  }

  return {
    problems,
    async validate(kind, document) {
      const [first] = await problems(kind, document);
      if (first === undefined) return ok(undefined);
      const where = first.line === undefined ? "" : ` (line ${first.line})`;
      return err({ code: "SCHEMA_INVALID", detail: `${first.says}${where}` });
    },
  };
}
