// Writes XML for banks: strict, escaped, and within the characters that they take.
import { assert } from "#core/assert.ts";

/** A node to be written: an element with children, or one with text. */
export type XmlNode = Readonly<{
  name: string;
  attributes: Readonly<Record<string, string>>;
  content: string | readonly XmlNode[];
}>;

/** What may stand among children: a node, or nothing where an optional element is left out. */
export type OptionalNode = XmlNode | undefined | readonly XmlNode[];

export function element(name: string, ...children: readonly OptionalNode[]): XmlNode {
  return { name, attributes: {}, content: children.flatMap((child) => child ?? []) };
}

export function textElement(name: string, text: string, attributes: Record<string, string> = {}): XmlNode {
  return { name, attributes, content: text };
}

/** An element only where there is a text for it. */
export const optionalText = (name: string, text: string | undefined) =>
  text === undefined ? undefined : textElement(name, text);

/** A whole document in UTF-8 with its namespace on the root, one element a line so that people can compare files. */
export function writeDocument(namespace: string, ...children: readonly OptionalNode[]): string {
  const root = { ...element("Document", ...children), attributes: { xmlns: namespace } };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${writeNode(root, "")}`;
}

function writeNode(node: XmlNode, indent: string): string {
  const attributes = Object.entries(node.attributes)
    .map(([name, value]) => ` ${name}="${escapeXml(value)}"`)
    .join("");
  if (typeof node.content === "string") {
    return `${indent}<${node.name}${attributes}>${escapeXml(node.content)}</${node.name}>\n`;
  }
  // Schemas refuse an element without content where one is expected, so it is a defect to write one.
  assert(node.content.length > 0, `${node.name} has children`);
  const inner = node.content.map((child) => writeNode(child, `${indent}  `)).join("");
  return `${indent}<${node.name}${attributes}>\n${inner}${indent}</${node.name}>\n`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

/**
 * `latin`: the set every bank takes, a-z A-Z 0-9 / - ? : ( ) . , ' + and space (EPC217-08).
 * `unicode`: everything XML 1.0 allows, for banks that print Korean names as they are.
 */
export type CharacterSet = "latin" | "unicode";

/**
 * Free text of at most `charactersMax` characters. Marks are taken off letters where the set is latin and
 * what is still outside becomes a full stop; white space is one space; control characters vanish.
 */
export function bankText(text: string, charactersMax: number, set: CharacterSet): string {
  const cleaned = removeUnwritable(text).replace(/\s+/g, " ").trim();
  const allowed = set === "latin" ? toLatin(cleaned) : cleaned;
  // By code point: half a surrogate pair is not a character.
  return [...allowed].slice(0, charactersMax).join("").trim();
}

function removeUnwritable(text: string): string {
  return (
    text
      .normalize("NFC")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the very ones that XML 1.0 refuses
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g, "")
      .replace(/\p{Surrogate}/gu, "")
  );
}

function toLatin(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{Mark}/gu, "")
    .replace(/[^a-zA-Z0-9/\-?:().,'+ ]/gu, ".");
}

const IDENTIFIER = /^[a-zA-Z0-9/\-?:().,'+ ]{1,35}$/;

/** Whether banks take a text as an identifier: at most 35 of the latin set, no slash at the ends or doubled. */
export function isBankIdentifier(text: string): boolean {
  return IDENTIFIER.test(text) && text === text.trim() && !/^\/|\/$|\/\//.test(text);
}
