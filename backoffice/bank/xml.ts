// Reads XML from outside: bounded in every direction, and deaf to everything that makes XML dangerous.
import { SaxesParser, type SaxesTagNS } from "saxes";
import type { Failure } from "#core/errors.ts";
import { err, ok, type Result } from "#core/result.ts";

/** An element by its local name. Banks change prefixes and lose namespaces; the local name is what stays. */
export type XmlElement = Readonly<{
  name: string;
  namespace: string;
  attributes: Readonly<Record<string, string>>;
  children: readonly XmlElement[];
  /** The element's own text, trimmed. */
  text: string;
  /** Where it begins, counted from 1: for findings that a person can look up. */
  line: number;
}>;

export type XmlLimits = Readonly<{
  bytesMax: number;
  depthMax: number;
  elementsMax: number;
  textMax: number;
}>;

export const XML_LIMITS: XmlLimits = {
  bytesMax: 16 * 1024 * 1024, // about 12,000 statement entries as banks write them
  depthMax: 32, // the deepest path in pain and camt messages is 14
  elementsMax: 600_000,
  textMax: 64 * 1024, // no element of these messages holds more than 500 characters
};

type OpenElement = {
  readonly name: string;
  readonly namespace: string;
  readonly attributes: Record<string, string>;
  readonly children: XmlElement[];
  readonly line: number;
  text: string;
};

/** The namespace of a prefix that was never declared: the file is read, and its namespace reported as wrong. */
const UNBOUND = "urn:unbound";

/** Thrown inside the parser's callbacks only, to stop at the first thing that is refused. */
class Refusal extends Error {}

/**
 * Takes a document in pieces and gives its root. A document type declaration is refused before
 * anything in it is read, so there are no entities but the five of XML itself.
 */
export class XmlReader {
  readonly #limits: XmlLimits;
  readonly #parser = new SaxesParser({ xmlns: true, resolvePrefix: () => UNBOUND });
  readonly #open: OpenElement[] = [];
  #root: XmlElement | undefined;
  #charactersRead = 0;
  #elementCount = 0;
  #refused: Failure | undefined;

  constructor(limits: XmlLimits = XML_LIMITS) {
    this.#limits = limits;
    this.#parser.on("error", (error) => this.#refuse(plain(error.message)));
    this.#parser.on("doctype", () => this.#refuse("a document type declaration is not allowed"));
    this.#parser.on("opentag", (tag) => this.#enter(tag));
    this.#parser.on("closetag", () => this.#leave());
    this.#parser.on("text", (text) => this.#addText(text));
    this.#parser.on("cdata", (text) => this.#addText(text));
  }

  /** Fails with BANK_FILE_INVALID and a position, or REQUEST_TOO_LARGE; after a failure every call repeats it. */
  write(text: string): Result<undefined, Failure> {
    this.#charactersRead += text.length;
    if (this.#refused === undefined && this.#charactersRead > this.#limits.bytesMax) {
      this.#refused = { code: "REQUEST_TOO_LARGE", detail: `more than ${this.#limits.bytesMax} characters` };
    }
    return this.#guarded(() => this.#parser.write(text));
  }

  /** The root, or BANK_FILE_INVALID where the document is cut short. */
  close(): Result<XmlElement, Failure> {
    const closed = this.#guarded(() => this.#parser.close());
    if (!closed.ok) return closed;
    return this.#root === undefined
      ? err({ code: "BANK_FILE_INVALID", detail: "there is no element in it" })
      : ok(this.#root);
  }

  #guarded(step: () => void): Result<undefined, Failure> {
    if (this.#refused === undefined) {
      try {
        step();
      } catch (thrown) {
        if (!(thrown instanceof Refusal)) throw thrown;
      }
    }
    return this.#refused === undefined ? ok(undefined) : err(this.#refused);
  }

  #refuse(says: string): never {
    const position = `line ${this.#parser.line}, column ${this.#parser.column + 1}`;
    this.#refused ??= { code: "BANK_FILE_INVALID", detail: `${says} (${position})` };
    throw new Refusal();
  }

  #enter(tag: SaxesTagNS): void {
    this.#elementCount += 1;
    if (this.#elementCount > this.#limits.elementsMax) this.#refuse("there are too many elements");
    if (this.#open.length >= this.#limits.depthMax) this.#refuse("it is nested too deeply");
    const attributes: Record<string, string> = Object.create(null);
    for (const attribute of Object.values(tag.attributes)) attributes[attribute.local] = attribute.value;
    this.#open.push({
      name: tag.local,
      namespace: tag.uri,
      attributes,
      children: [],
      line: this.#parser.line,
      text: "",
    });
  }

  #leave(): void {
    const closed = this.#open.pop();
    if (closed === undefined) return;
    const element: XmlElement = { ...closed, text: closed.text.trim() };
    const parent = this.#open.at(-1);
    if (parent === undefined) this.#root = element;
    else parent.children.push(element);
  }

  #addText(text: string): void {
    const open = this.#open.at(-1);
    if (open === undefined) return;
    // White space between elements is layout, not content.
    if (open.children.length > 0 && text.trim() === "") return;
    if (open.text.length + text.length > this.#limits.textMax) this.#refuse("a text is too long");
    open.text += text;
  }
}

const plain = (message: string) => message.replace(/^\d+:\d+: /, "").replace(/\.$/, "");

/** A whole document at once, from bytes in the encoding that it declares. Fails as XmlReader does. */
export function parseXml(bytes: Uint8Array, limits: XmlLimits = XML_LIMITS): Result<XmlElement, Failure> {
  if (bytes.byteLength > limits.bytesMax) {
    return err({ code: "REQUEST_TOO_LARGE", detail: `${bytes.byteLength} bytes` });
  }
  const text = decodeText(bytes);
  return text.ok ? parseXmlText(text.value, limits) : text;
}

/** A whole document that is text already. Fails as XmlReader does. */
export function parseXmlText(text: string, limits: XmlLimits = XML_LIMITS): Result<XmlElement, Failure> {
  const reader = new XmlReader(limits);
  const written = reader.write(text);
  return written.ok ? reader.close() : written;
}

/** What banks are known to write. Anything else is refused rather than guessed. */
const ENCODINGS = ["utf-8", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252", "euc-kr", "utf-16"];
const DECLARED = /^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']/;
const DECLARATION_BYTES = 200;

/** The characters of a document in the encoding that it declares; BANK_FILE_INVALID where that is not read. */
export function decodeText(bytes: Uint8Array): Result<string, Failure> {
  const encoding = encodingOf(bytes);
  if (!ENCODINGS.includes(encoding)) {
    return err({ code: "BANK_FILE_INVALID", detail: `encoding ${encoding} is not read` });
  }
  try {
    return ok(
      new TextDecoder(encoding === "utf-16" ? utf16Of(bytes) : encoding, { fatal: true }).decode(bytes),
    );
  } catch {
    return err({ code: "BANK_FILE_INVALID", detail: `a byte is not ${encoding} (line 1, column 1)` });
  }
}

function encodingOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return "utf-16";
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, DECLARATION_BYTES)).replace(/^ï»¿/, "");
  return (DECLARED.exec(start)?.[1] ?? "utf-8").toLowerCase();
}

const utf16Of = (bytes: Uint8Array) => (bytes[0] === 0xff ? "utf-16le" : "utf-16be");

/** The first child of that name. */
export const childOf = (element: XmlElement | undefined, name: string): XmlElement | undefined =>
  element?.children.find((child) => child.name === name);

/** Follows names downwards, the first of each. */
export function pathOf(element: XmlElement | undefined, ...names: readonly string[]): XmlElement | undefined {
  return names.reduce<XmlElement | undefined>((at, name) => childOf(at, name), element);
}

export const childrenOf = (element: XmlElement | undefined, name: string): readonly XmlElement[] =>
  element?.children.filter((child) => child.name === name) ?? [];

/** The text at the end of a path; undefined where it is missing or empty. */
export function textAt(element: XmlElement | undefined, ...names: readonly string[]): string | undefined {
  const text = pathOf(element, ...names)?.text;
  return text === "" ? undefined : text;
}
