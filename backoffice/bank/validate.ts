// Validates bank files against the schemas that ship with the program, before anything is sent.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import type { Failure } from "#core/errors.ts";
import { err, ok, type Result } from "#core/result.ts";
import { createWorkerPool } from "../worker-pool.ts";

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
  /**
   * SCHEMA_INVALID with the first thing that is wrong and its line. The document is a string, so it is UTF-8.
   * Fails with BUSY, TIMED_OUT, or NOT_READY once it is closed.
   */
  validate(kind: MessageKind, document: string): Promise<Result<undefined, Failure>>;
  /** Everything that is wrong, at most 50 of it; empty where the document is valid. */
  problems(kind: MessageKind, document: string): Promise<readonly SchemaProblem[]>;
}>;

const MESSAGE_CHARACTERS_MAX = 300;
const PROBLEMS_MAX = 50;
/** A bank leaves some files a day. */
const WAITING_MAX = 1_000;
/** A document becomes some ten times its size in the thread; another thread is ready in a fifth of a second. */
const HEAVY_CHARACTERS = 1_048_576;

/** The thread keeps libxml2 and the schemas it has read: both take far longer than a document. */
const PROGRAM = `
const { parentPort, workerData } = require("node:worker_threads");
const loaded = import(workerData.libxml2);
const schemas = new Map();

function schemaOf(kind, text, { XmlDocument, XsdValidator }) {
  if (!schemas.has(kind)) schemas.set(kind, XsdValidator.fromDoc(XmlDocument.fromString(text)));
  return schemas.get(kind);
}

function problemsOf(content, schema, { XmlDocument, ParseOption, XmlError }) {
  let document;
  try {
    // Nothing is loaded, whatever the document says.
    const option = ParseOption.XML_PARSE_NO_XXE | ParseOption.XML_PARSE_NONET;
    document = XmlDocument.fromString(content, { option });
    schema.validate(document);
    return [];
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    const found = (error.details ?? []).map(({ message, line }) => ({ message: message.trim(), line }));
    return found.length > 0 ? found : [{ message: error.message, line: 0 }];
  } finally {
    document?.dispose();
  }
}

parentPort.on("message", async ({ kind, schema, content, problemsMax }) => {
  const libxml2 = await loaded;
  const problems = problemsOf(content, schemaOf(kind, schema, libxml2), libxml2);
  parentPort.postMessage(problems.slice(0, problemsMax));
});`;

/** A thread may not see into Electron's archive: the package lies beside it (`asarUnpack`). */
const unpacked = (path: string) => path.replace(/\bapp\.asar(?=[\\/])/, "app.asar.unpacked");

const Answer = z.array(z.object({ message: z.string(), line: z.number() }));

/** A validator over a folder of schemas; each schema is read once, when it is first needed. */
export function createSchemaValidator(
  schemasDir: string,
): SchemaValidator & Readonly<{ close(): Promise<void> }> {
  const libxml2 = pathToFileURL(unpacked(createRequire(import.meta.url).resolve("libxml2-wasm"))).href;
  const schemas = new Map<MessageKind, Promise<string>>();
  const pool = createWorkerPool({
    name: "schemas",
    program: PROGRAM,
    workerData: { libxml2 },
    workers: 1,
    waitingMax: WAITING_MAX,
  });

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
    const schema = await schemaOf(kind);
    const found = await pool.ask(
      { kind, schema, content: document, problemsMax: PROBLEMS_MAX },
      document.length > HEAVY_CHARACTERS ? "heavy" : "light",
    );
    return Answer.parse(found).map(({ message, line }) => ({
      says: message.replaceAll(`{${namespaceOf(kind)}}`, "").slice(0, MESSAGE_CHARACTERS_MAX),
      line: line > 0 ? line : undefined,
    }));
  }

  return {
    problems,
    async validate(kind, document) {
      const [first] = await problems(kind, document);
      if (first === undefined) return ok(undefined);
      const where = first.line === undefined ? "" : ` (line ${first.line})`;
      return err({ code: "SCHEMA_INVALID", detail: `${first.says}${where}` });
    },
    close: pool.close,
  };
}
