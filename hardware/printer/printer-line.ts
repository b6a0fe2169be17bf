// One open line to a printer: bytes out within a bounded time, and questions with their answers.
import { err, ok, type Result } from "#core/result.ts";
import type { ByteStream } from "../stream/byte-stream.ts";
import { isMarkAnswer, MARK, REPORT_NOTHING } from "./marks.ts";
import {
  conditionOf,
  isStatusAnswer,
  type PrinterCondition,
  type StatusQuestion,
  statusQuestion,
} from "./status.ts";

const QUESTION_WRITE_MS_MAX = 1_000;

/** What is under way at once. A printer that takes nothing is noticed after one piece, not after a whole report. */
const PIECE_BYTES = 4_096;

export type PrinterLine = Readonly<{
  send(bytes: Uint8Array, timeoutMs: number): Promise<Result<true>>;
  /**
   * Sends a job piece by piece, each within the time that `timeoutMs` gives for so many bytes.
   * `isMarked` puts a mark behind it.
   */
  sendJob(
    bytes: Uint8Array,
    isMarked: boolean,
    timeoutMs: (byteCount: number) => number,
  ): Promise<Result<true>>;
  /** Whether every mark is answered within the time: true means that all marked jobs are whole on paper. */
  isAllMarked(timeoutMs: number): Promise<boolean>;
  /** Expects no more answers to the marks of before. */
  forgetMarks(): void;
  /** Fails with TIMED_OUT where the printer does not answer, DEVICE_ABSENT where the line is closed. */
  askCondition(timeoutMs: number): Promise<Result<PrinterCondition>>;
}>;

export function printerLine(stream: ByteStream): PrinterLine {
  const marks = markCount();
  let waiting: ((answer: number | undefined) => void) | undefined;
  stream.onBytes((bytes) => {
    marks.answered(bytes.filter(isMarkAnswer).length);
    const answer = bytes.findLast(isStatusAnswer);
    if (answer !== undefined) waiting?.(answer);
  });
  stream.onClose(() => waiting?.(undefined));

  const ask = async (question: StatusQuestion, timeoutMs: number): Promise<Result<number>> => {
    const answer = new Promise<number | undefined>((resolve) => {
      const timer = setTimeout(() => resolve(undefined), timeoutMs);
      waiting = (byte) => {
        clearTimeout(timer);
        resolve(byte);
      };
    });
    const sent = await stream.write(statusQuestion(question), QUESTION_WRITE_MS_MAX);
    if (!sent.ok) waiting?.(undefined);
    const byte = await answer;
    waiting = undefined;
    if (!sent.ok) return sent;
    return byte === undefined ? err({ code: "TIMED_OUT", detail: "the printer does not answer" }) : ok(byte);
  };

  return {
    send: stream.write,
    sendJob: async (bytes, isMarked, timeoutMs) => {
      const job = isMarked ? Buffer.concat([REPORT_NOTHING, bytes, MARK]) : bytes;
      if (isMarked) marks.sent();
      for (let at = 0; at < job.length; at += PIECE_BYTES) {
        const piece = job.subarray(at, at + PIECE_BYTES);
        const sent = await stream.write(piece, timeoutMs(piece.length));
        if (!sent.ok) return sent;
      }
      return ok(true);
    },
    isAllMarked: marks.areAnswered,
    forgetMarks: marks.forget,
    // One question at a time: the answers do not say what they answer.
    askCondition: async (timeoutMs) => {
      const offline = await ask(2, timeoutMs);
      if (!offline.ok) return offline;
      const paper = await ask(4, timeoutMs);
      return paper.ok ? ok(conditionOf(offline.value, paper.value)) : paper;
    },
  };
}

/**
 * Marks have no names, so they are counted: the rest of a receipt that stopped for want of paper is printed and marked
 * when there is paper again, and must not stand for the receipt after it.
 */
function markCount() {
  let open = 0;
  let waiting: (() => void) | undefined;
  return {
    sent: () => {
      open += 1;
    },
    answered: (count: number) => {
      open = Math.max(0, open - count);
      if (open === 0) waiting?.();
    },
    forget: () => {
      open = 0;
    },
    areAnswered: (timeoutMs: number): Promise<boolean> => {
      if (open === 0) return Promise.resolve(true);
      return new Promise((resolve) => {
        const end = (isAnswered: boolean) => {
          clearTimeout(timer);
          waiting = undefined;
          resolve(isAnswered);
        };
        const timer = setTimeout(() => end(false), timeoutMs);
        waiting = () => end(true);
      });
    },
  };
}
