// The receipt printer and the drawer that hangs on it. Jobs go one after the other; every wait is bounded,
// so a printer that says nothing is a failed device and never a till that hangs.
import type { PaperState } from "#core/contract/devices.ts";
import type { Failure } from "#core/errors.ts";
import type { ReceiptDocument } from "#core/receipt/document.ts";
import { err, ok, type Result } from "#core/result.ts";
import { failed, type OpenStream, type Trouble } from "../stream/byte-stream.ts";
import { keepConnected } from "../stream/connection.ts";
import type { OpenDotFont } from "./dot-font.ts";
import { type Characters, encodeDocument, encodeDrawerKick } from "./encode-document.ts";
import { type PrinterLine, printerLine } from "./printer-line.ts";
import type { PrinterCondition } from "./status.ts";

const POLL_EVERY_MS = 1_000;
const ANSWER_MS_MAX = 1_500;
/** After a receipt the question may wait behind it in the printer's buffer. */
const ANSWER_AFTER_JOB_MS_MAX = 5_000;
const KICK_MS_MAX = 2_000;
/** Set-up of the line and a slow start, on top of the time that the bytes take. */
const PIECE_MS_BASE = 3_000;
/** How long a printer prints after it has taken the last byte, where it tells the end: a metre of a day's report. */
const MARK_MS_MAX = 30_000;
/** Whether it tells the end is learnt from the first receipt; one that does not keeps only that one waiting. */
const FIRST_MARK_MS_MAX = 5_000;
const LOOK_EVERY_MS = 500;
/** A till prints one receipt at a time; more that wait are a printer that is stuck. */
const JOBS_WAITING_MAX = 8;

export type PrinterSettings = Readonly<{
  columns: number;
  /** False where the wire is one-way: the printer is then ready when its line is open. */
  answers: boolean;
  /** What the line carries, for the time that a job may take. */
  bytesPerSecond: number;
  characters: PrinterCharacters;
}>;

export type PrinterCharacters =
  | Readonly<{ kind: "korean" }>
  /** ASCII alone: all else is drawn, in columns of so many dots. */
  | Readonly<{ kind: "raster"; cellDots: number; openFont: OpenDotFont }>;

export type Printer = Readonly<{
  /** Fails with DEVICE_ABSENT, DEVICE_FAILED (the reason as detail), TIMED_OUT or BUSY. */
  print(document: ReceiptDocument, kickDrawer: boolean): Promise<Result<true>>;
  openDrawer(): Promise<Result<true>>;
  close(): void;
}>;

export function openPrinter(
  open: OpenStream,
  settings: PrinterSettings,
  on: Readonly<{
    ready(): void;
    trouble(trouble: Trouble): void;
    paper(paper: PaperState): void;
    /** There is nothing to draw with, so that it prints question marks. */
    cannotDraw(error: unknown): void;
  }>,
): Printer {
  const characters = openCharacters(settings.characters, on.cannotDraw);
  let line: PrinterLine | undefined;
  let condition: PrinterCondition | undefined;
  let tellsEnd: "unknown" | "yes" | "no" = "unknown";
  let wasSilent = false;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  const inTurn = oneAtATime();

  const refresh = async (at: PrinterLine, timeoutMs: number): Promise<Result<true>> => {
    const asked = await at.askCondition(timeoutMs);
    if (at !== line) return err({ code: "DEVICE_ABSENT", detail: "unplugged" });
    condition = asked.ok ? asked.value : undefined;
    on.paper(condition?.paper ?? "unknown");
    const reason = condition === undefined ? "silent" : condition.trouble;
    if (reason === "silent") wasSilent = true;
    if (reason === null) {
      on.ready();
      return ok(true);
    }
    on.trouble(failed(reason));
    return err({ code: "DEVICE_FAILED", detail: reason });
  };

  const poll = (at: PrinterLine) => {
    void inTurn(() => refresh(at, ANSWER_MS_MAX)).then(() => {
      // A poll that finds the queue full leaves the telling to the jobs in it.
      if (!isClosed && at === line) timer = setTimeout(() => poll(at), POLL_EVERY_MS);
    });
  };

  const kick = (at: PrinterLine) => {
    const isHeldBack = (condition?.trouble ?? null) !== null;
    return at.send(encodeDrawerKick(isHeldBack), KICK_MS_MAX);
  };

  /** Only silence leaves it open whether the drawer moved; a printer without paper still kicks. */
  const openDrawerNow = async (): Promise<Result<true>> => {
    const at = line;
    if (at === undefined) return notThere;
    const kicked = await kick(at);
    if (!kicked.ok || !settings.answers) return kicked;
    const after = await refresh(at, ANSWER_MS_MAX);
    return condition === undefined ? after : kicked;
  };

  const printNow = async (document: ReceiptDocument, kickDrawer: boolean): Promise<Result<true>> => {
    const at = line;
    if (at === undefined) return notThere;
    // The customer waits for the change, whatever the paper does.
    const kicked = kickDrawer ? await kick(at) : ok(true);
    if (!kicked.ok) return kicked;
    const before = settings.answers ? await refresh(at, ANSWER_MS_MAX) : ok(true);
    if (!before.ok) return before;
    const bytes = encodeDocument(document, settings.columns, await characters);
    const isMarked = settings.answers && tellsEnd !== "no";
    // Switched off, it has forgotten what it had not printed.
    if (wasSilent) at.forgetMarks();
    wasSilent = false;
    const sent = await at.sendJob(bytes, isMarked, (count) => pieceMs(count, settings.bytesPerSecond));
    if (!sent.ok || !settings.answers) return sent;
    return isMarked ? settled(at) : refresh(at, ANSWER_AFTER_JOB_MS_MAX);
  };

  /** The mark decides: with it a receipt is whole, also where the paper ended at once; without it the printer says why. */
  const settled = async (at: PrinterLine): Promise<Result<true>> => {
    const endsAtMs = performance.now() + (tellsEnd === "yes" ? MARK_MS_MAX : FIRST_MARK_MS_MAX);
    // By the clock, not by the looks: a printer that is slow to answer would make each look last for seconds.
    while (performance.now() < endsAtMs) {
      const isPrinted = await at.isAllMarked(LOOK_EVERY_MS);
      const seen = await refresh(at, ANSWER_AFTER_JOB_MS_MAX);
      // One that is silent then was switched off: a serial line gives a zero at that, and a mark's answer is one too.
      if (at === line && condition === undefined) return seen;
      // What was seen may be later than the end of the receipt, and the mark on its way.
      if (isPrinted || (!seen.ok && (await at.isAllMarked(LOOK_EVERY_MS)))) {
        tellsEnd = "yes";
        return ok(true);
      }
      if (!seen.ok) return seen;
    }
    at.forgetMarks();
    if (tellsEnd === "yes") return err({ code: "TIMED_OUT", detail: "the printer does not come to the end" });
    tellsEnd = "no";
    return ok(true);
  };

  const connection = keepConnected(open, {
    open: (stream) => {
      const opened = printerLine(stream);
      line = opened;
      tellsEnd = "unknown";
      if (settings.answers) poll(opened);
      else on.ready();
    },
    absent: (trouble) => {
      clearTimeout(timer);
      line = undefined;
      condition = undefined;
      on.paper("unknown");
      on.trouble(trouble);
    },
  });

  return {
    print: (document, kickDrawer) => inTurn(() => printNow(document, kickDrawer)),
    openDrawer: () => inTurn(openDrawerNow),
    close: () => {
      isClosed = true;
      clearTimeout(timer);
      line = undefined;
      connection.close();
    },
  };
}

const notThere = err<Failure>({ code: "DEVICE_ABSENT", detail: "no line to the printer" });

/** Half as long again as the bytes take, and a little. */
const pieceMs = (byteCount: number, bytesPerSecond: number) =>
  PIECE_MS_BASE + Math.ceil((byteCount / bytesPerSecond) * 1_500);

/** Never rejects: a receipt with question marks is better than none. */
async function openCharacters(
  wanted: PrinterCharacters,
  cannotDraw: (error: unknown) => void,
): Promise<Characters> {
  if (wanted.kind === "korean") return wanted;
  try {
    return { kind: "latin", grid: { font: await wanted.openFont(), cellDots: wanted.cellDots } };
  } catch (error) {
    cannotDraw(error);
    return { kind: "latin", grid: null };
  }
}

type Work = () => Promise<Result<true>>;

/** Runs jobs in the order they came. A job is a promise that never rejects, so one cannot stop the next. */
function oneAtATime(): (work: Work) => Promise<Result<true>> {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return (work) => {
    if (waiting >= JOBS_WAITING_MAX) return Promise.resolve(err({ code: "BUSY", detail: "print jobs wait" }));
    waiting += 1;
    const result = last.then(work).finally(() => {
      waiting -= 1;
    });
    last = result.catch(() => undefined);
    return result;
  };
}
