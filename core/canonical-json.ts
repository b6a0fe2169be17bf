// One text for one value (RFC 8785), so that a hash or a signature over it means the same everywhere.
import { fail } from "./errors.ts";

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

const DEPTH_MAX = 64; // Deeper than any message of ours; a hostile nesting must not end the stack.

const LONE_SURROGATE = /\p{Surrogate}/u; // With the u flag a whole pair is one character and does not match.

/**
 * The canonical JSON of a value: keys by UTF-16 code units, no white space, strings escaped as ECMAScript does.
 * Numbers are safe integers only: fractions print differently between languages, and money travels as text.
 * A key whose value is undefined is left out, as a round trip through JSON would leave it out.
 * Throws REQUEST_INVALID for what has no canonical form: a fraction, a bigint, a lone surrogate, too deep a nesting.
 */
export function canonicalJson(value: JsonValue): string {
  return textOf(value, 0);
}

function textOf(value: unknown, depth: number): string {
  if (depth > DEPTH_MAX) return fail("REQUEST_INVALID", "nested too deeply for canonical JSON");
  switch (typeof value) {
    case "string":
      return stringText(value);
    case "number":
      return numberText(value);
    case "boolean":
      return value ? "true" : "false";
    case "object":
      if (value === null) return "null";
      return Array.isArray(value) ? arrayText(value, depth) : objectText(value, depth);
    default:
      return fail("REQUEST_INVALID", `a ${typeof value} has no canonical JSON`);
  }
}

/** Printable ASCII without a quote or a backslash: nearly every text of ours, and its own escape. */
const PLAIN = /^[ !#-[\]-~]*$/;

function stringText(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  return LONE_SURROGATE.test(text)
    ? fail("REQUEST_INVALID", "a text holds a lone surrogate")
    : JSON.stringify(text);
}

function numberText(value: number): string {
  // Minus zero prints as 0 (RFC 8785 §3.2.2.3).
  return Number.isSafeInteger(value) ? String(value) : fail("REQUEST_INVALID", "a number is no safe integer");
}

// Both add to one text as they go: every entry of every journal passes here, several times.
function arrayText(items: readonly unknown[], depth: number): string {
  let text = "[";
  // Not `map`, which would skip the holes of a sparse array.
  for (let index = 0; index < items.length; index += 1) {
    if (index > 0) text += ",";
    text += textOf(items[index], depth + 1);
  }
  return `${text}]`;
}

/** By UTF-16 code units, as RFC 8785 §3.2.3 asks; what was canonical once comes in this order again. */
function sortedKeys(members: Readonly<Record<string, unknown>>): readonly string[] {
  const keys = Object.keys(members);
  for (let index = 1; index < keys.length; index += 1) {
    if ((keys[index] ?? "") < (keys[index - 1] ?? "")) return keys.sort();
  }
  return keys;
}

function objectText(value: object, depth: number): string {
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    return fail("REQUEST_INVALID", "only plain objects have canonical JSON");
  }
  const members = value as Readonly<Record<string, unknown>>;
  let text = "{";
  for (const key of sortedKeys(members)) {
    const member = members[key];
    if (member === undefined) continue;
    if (text !== "{") text += ",";
    text += `${stringText(key)}:${textOf(member, depth + 1)}`;
  }
  return `${text}}`;
}
