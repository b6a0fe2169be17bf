// One open line to a printer: bytes out within a bounded time, and status questions with their answers.
import { err, ok, type Result } from "#core/result.ts";
import type { ByteStream } from "../stream/byte-stream.ts";
import {
  conditionOf,
  isStatusAnswer,
  type PrinterCondition,
  type StatusQuestion,
  statusQuestion,
} from "./status.ts";

const QUESTION_WRITE_MS_MAX = 1_000;

export type PrinterLine = Readonly<{
  send(bytes: Uint8Array, timeoutMs: number): Promise<Result<true>>;
  /** Fails with TIMED_OUT where the printer does not answer, DEVICE_ABSENT where the line is closed. */
  askCondition(timeoutMs: number): Promise<Result<PrinterCondition>>;
}>;

export function printerLine(stream: ByteStream): PrinterLine {
  let waiting: ((answer: number | undefined) => void) | undefined;
  stream.onBytes((bytes) => {
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
    // One question at a time: the answers do not say what they answer.
    askCondition: async (timeoutMs) => {
      const offline = await ask(2, timeoutMs);
      if (!offline.ok) return offline;
      const paper = await ask(4, timeoutMs);
      return paper.ok ? ok(conditionOf(offline.value, paper.value)) : paper;
    },
  };
}
