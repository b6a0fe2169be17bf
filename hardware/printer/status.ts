// Real-time status of an ESC/POS printer: DLE EOT n asks, one byte answers, also while the printer is busy or offline.
import type { PaperState } from "#core/contract/devices.ts";

/** 2 asks why the printer is offline, 4 asks about the paper. */
export const STATUS_QUESTIONS = [2, 4] as const;
export type StatusQuestion = (typeof STATUS_QUESTIONS)[number];

export const statusQuestion = (n: StatusQuestion) => Uint8Array.of(0x10, 0x04, n);

/** Every answer has bits 1 and 4 set and bits 0 and 7 clear, which tells it from XON, XOFF and text. */
export const isStatusAnswer = (byte: number) => (byte & 0b1001_0011) === 0b0001_0010;
export const STATUS_ANSWER_BASE = 0b0001_0010;

export const COVER_OPEN = 0b0000_0100;
export const STOPPED_BY_PAPER_END = 0b0010_0000;
export const PRINTER_ERROR = 0b0100_0000;
export const PAPER_NEAR_END = 0b0000_1100;
export const PAPER_END = 0b0110_0000;

export type PrinterCondition = Readonly<{
  paper: PaperState;
  /** What keeps it from printing, if anything. */
  trouble: "paper-out" | "cover-open" | "printer-error" | null;
}>;

/** Reads the answers to the two questions. The cover comes first: while it is open the paper sensor tells nothing. */
export function conditionOf(offline: number, paperSensor: number): PrinterCondition {
  const isOut = (paperSensor & PAPER_END) !== 0 || (offline & STOPPED_BY_PAPER_END) !== 0;
  const isLow = (paperSensor & PAPER_NEAR_END) !== 0;
  const paper = isOut ? "out" : isLow ? "low" : "ok";
  if ((offline & COVER_OPEN) !== 0) return { paper, trouble: "cover-open" };
  if (isOut) return { paper, trouble: "paper-out" };
  return { paper, trouble: (offline & PRINTER_ERROR) !== 0 ? "printer-error" : null };
}
