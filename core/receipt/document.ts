// A receipt or report as a list of lines, before it is known how wide the paper is.
// The printer, the screen and the mail lay out the same document, so what is shown is what prints.
import { z } from "zod";
import { LANGUAGES } from "../contract/values.ts";
import { splitAtWidth, textWidth } from "./text-width.ts";

/** A day's report with every category fits; more is a defect of who made the document. */
const LINES_MAX = 1_000;
const LINE_CHARACTERS_MAX = 400;
const FEED_LINES_MAX = 10;

/** The narrowest paper that is laid out: 58 mm takes 32 columns, 80 mm takes 42 or 48. */
const COLUMNS_MIN = 16;

export const ALIGNMENTS = ["left", "center", "right"] as const;
export type Alignment = (typeof ALIGNMENTS)[number];

/** `tall` is double height at the same width, so it changes no column. */
export const SIZES = ["normal", "tall"] as const;
export type Size = (typeof SIZES)[number];

const words = z.string().max(LINE_CHARACTERS_MAX);
const style = { size: z.enum(SIZES), bold: z.boolean() };

export const ReceiptLine = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("text"), text: words, align: z.enum(ALIGNMENTS), ...style }),
  /** Two texts at the two edges: a name and its amount. */
  z.object({ kind: z.literal("pair"), left: words, right: words, ...style }),
  z.object({ kind: z.literal("rule"), weight: z.enum(["single", "double"]) }),
  z.object({ kind: z.literal("feed"), lines: z.number().int().min(1).max(FEED_LINES_MAX) }),
  z.object({ kind: z.literal("cut") }),
]);
export type ReceiptLine = Readonly<z.infer<typeof ReceiptLine>>;

export const ReceiptDocument = z.object({
  language: z.enum(LANGUAGES),
  lines: z.array(ReceiptLine).max(LINES_MAX),
});
export type ReceiptDocument = z.infer<typeof ReceiptDocument>;

type Style = Readonly<{ size: Size; bold: boolean }>;

/** A line of text; left, normal and not bold unless said otherwise. */
export const textLine = (text: string, style: Partial<Style & { align: Alignment }> = {}): ReceiptLine => ({
  kind: "text",
  text,
  align: style.align ?? "left",
  size: style.size ?? "normal",
  bold: style.bold ?? false,
});

/** A name at the left edge and its amount at the right. */
export const pairLine = (left: string, right: string, style: Partial<Style> = {}): ReceiptLine => ({
  kind: "pair",
  left,
  right,
  size: style.size ?? "normal",
  bold: style.bold ?? false,
});

export const ruleLine = (weight: "single" | "double" = "single"): ReceiptLine => ({ kind: "rule", weight });
export const feedLine = (lines = 1): ReceiptLine => ({ kind: "feed", lines });
export const cutLine = (): ReceiptLine => ({ kind: "cut" });

/** What one row of paper holds. A text never exceeds the columns and holds no control character. */
export type LaidOutLine =
  | Readonly<{ kind: "row"; text: string; size: Size; bold: boolean }>
  | Readonly<{ kind: "cut" }>;

/** Rows of plain text, as the screen and the mail show them; a cut is not a row. */
export function layout(document: ReceiptDocument, columns: number): readonly string[] {
  return layOutLines(document, columns).flatMap((line) => (line.kind === "row" ? [line.text] : []));
}

/**
 * Rows with their style, as a printer needs them. Long texts wrap at spaces, or anywhere where there is none;
 * a pair that does not fit in one row puts its right text on a row of its own. Below 16 columns it lays out for 16.
 */
export function layOutLines(document: ReceiptDocument, columns: number): readonly LaidOutLine[] {
  const width = Math.max(COLUMNS_MIN, Math.floor(columns));
  return document.lines.flatMap((line) => layOutLine(line, width));
}

function layOutLine(line: ReceiptLine, columns: number): readonly LaidOutLine[] {
  switch (line.kind) {
    case "text":
      return wrap(line.text, columns).map((text) => row(aligned(text, line.align, columns), line));
    case "pair":
      return layOutPair(line.left, line.right, columns).map((text) => row(text, line));
    case "rule":
      return [row((line.weight === "single" ? "-" : "=").repeat(columns), { size: "normal", bold: false })];
    case "feed":
      return Array.from({ length: line.lines }, () => row("", { size: "normal", bold: false }));
    case "cut":
      return [{ kind: "cut" }];
  }
}

const row = (text: string, { size, bold }: Style): LaidOutLine => ({ kind: "row", text, size, bold });

function layOutPair(left: string, right: string, columns: number): readonly string[] {
  const lefts = wrap(left, columns);
  const rights = wrap(right, columns);
  const lastLeft = lefts.at(-1) ?? "";
  const firstRight = rights[0] ?? "";
  const gap = columns - textWidth(lastLeft) - textWidth(firstRight);
  const rest = rights.slice(1).map((text) => aligned(text, "right", columns));
  const fits = gap >= 1 || lastLeft === "" || firstRight === "";
  if (fits)
    return [...lefts.slice(0, -1), `${lastLeft}${" ".repeat(Math.max(0, gap))}${firstRight}`, ...rest];
  return [...lefts, aligned(firstRight, "right", columns), ...rest];
}

function aligned(text: string, align: Alignment, columns: number): string {
  const gap = Math.max(0, columns - textWidth(text));
  if (align === "left") return text;
  return " ".repeat(align === "right" ? gap : Math.floor(gap / 2)) + text;
}

/** Control characters would be commands to a printer: a name from a catalogue must never cut or kick. */
const CONTROL = /\p{Cc}/gu;

function wrap(text: string, columns: number): readonly string[] {
  const rows: string[] = [];
  let rest = text.normalize("NFC").replaceAll(CONTROL, " ").trimEnd();
  while (textWidth(rest) > columns) {
    const [head, tail] = splitAtWidth(rest, columns);
    const space = tail.startsWith(" ") ? head.length : head.lastIndexOf(" ");
    const end = space > 0 && head.slice(0, space).trim() !== "" ? space : head.length;
    rows.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return [...rows, rest];
}
