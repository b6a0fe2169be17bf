// A receipt printer that is not there: reads the real bytes into paper, answers its status, and can misbehave.
import type { PrintedReceipt, PrinterFault, SimulatedPaper } from "#core/contract/simulators.ts";
import { openPlug, type Plug } from "../simulated/plug.ts";
import { koreanText } from "./korean-bytes.ts";
import { type PrinterToken, readEscPos } from "./read-esc-pos.ts";
import { COVER_OPEN, PAPER_END, PAPER_NEAR_END, STATUS_ANSWER_BASE, STOPPED_BY_PAPER_END } from "./status.ts";

/** A long day of the demo fits; what is older has been torn off and thrown away. */
const RECEIPTS_MAX = 200;
const ROWS_MAX = 2_000;
const ROW_BYTES_MAX = 400;
/** What a printer keeps while it cannot print; more is lost, as in the real one. */
const HELD_TOKENS_MAX = 20_000;

export type SimulatedPrinter = Readonly<{
  plug: Plug;
  paper(): SimulatedPaper;
  cover(): "closed" | "open";
  fault(): PrinterFault;
  setPaper(state: SimulatedPaper): void;
  setCover(state: "closed" | "open"): void;
  setFault(fault: PrinterFault): void;
  /** Newest first; what has not been cut yet comes before all. */
  receipts(): readonly PrintedReceipt[];
  drawerKicks(): number;
}>;

export async function simulatePrinter(
  address: string | undefined,
  onChange: () => void,
): Promise<SimulatedPrinter> {
  const roll = paperRoll();
  let paper: SimulatedPaper = "ok";
  let cover: "closed" | "open" = "closed";
  let fault: PrinterFault = "none";
  let drawerKicks = 0;
  let rest: Uint8Array = new Uint8Array();
  let held: PrinterToken[] = [];

  const canPrint = () => paper !== "out" && cover === "closed";
  const answer = (n: number) => {
    const offline = (cover === "open" ? COVER_OPEN : 0) | (paper === "out" ? STOPPED_BY_PAPER_END : 0);
    const sensor = paper === "out" ? PAPER_END | PAPER_NEAR_END : paper === "low" ? PAPER_NEAR_END : 0;
    return Uint8Array.of(STATUS_ANSWER_BASE | (n === 2 ? offline : n === 4 ? sensor : 0));
  };
  const printHeld = () => {
    if (!canPrint()) return;
    for (const token of held) {
      if (token.kind === "kick") drawerKicks += 1;
      else roll.take(token);
    }
    held = [];
  };

  const plug = await openPlug(address, {
    bytes: (bytes, reply) => {
      if (fault === "silent") return;
      const read = readEscPos(Uint8Array.of(...rest, ...bytes));
      rest = read.rest;
      for (const token of read.tokens) {
        // Questions and real-time kicks do not wait behind what cannot be printed.
        if (token.kind === "question") {
          if (fault !== "dead-status") reply(answer(token.n));
        } else if (token.kind === "kick" && token.isRealTime) drawerKicks += 1;
        else if (held.length < HELD_TOKENS_MAX) held.push(token);
      }
      printHeld();
      if (read.tokens.some(({ kind }) => kind !== "question")) onChange();
    },
    connected: () => {
      rest = new Uint8Array();
    },
    change: onChange,
  });

  const changed = () => {
    printHeld();
    onChange();
  };
  return {
    plug,
    paper: () => paper,
    cover: () => cover,
    fault: () => fault,
    setPaper: (state) => {
      paper = state;
      changed();
    },
    setCover: (state) => {
      cover = state;
      changed();
    },
    setFault: (next) => {
      fault = next;
      changed();
    },
    receipts: roll.receipts,
    drawerKicks: () => drawerKicks,
  };
}

type Row = PrintedReceipt["rows"][number];

/** The paper: rows with the style their text had, cut into receipts. */
function paperRoll() {
  const receipts: PrintedReceipt[] = [];
  let rows: Row[] = [];
  let rowBytes: number[] = [];
  let count = 0;
  let style = { bold: false, tall: false };
  let rowStyle = style;

  const endRow = () => {
    if (rows.length < ROWS_MAX) rows.push({ text: koreanText(Uint8Array.from(rowBytes)), ...rowStyle });
    rowBytes = [];
    rowStyle = style;
  };
  const cut = () => {
    // The feed that brings the last row past the blade is no part of what is read.
    const printed = withoutBlankEdges(rows);
    rows = [];
    if (printed.length === 0) return;
    count += 1;
    receipts.unshift({ number: count, rows: printed, cut: true });
    receipts.splice(RECEIPTS_MAX);
  };

  return {
    take: (token: PrinterToken) => {
      if (token.kind === "text") {
        if (rowBytes.length === 0) rowStyle = style;
        if (rowBytes.length < ROW_BYTES_MAX) rowBytes.push(...token.bytes.subarray(0, ROW_BYTES_MAX));
      } else if (token.kind === "line-feed") endRow();
      else if (token.kind === "bold") style = { ...style, bold: token.on };
      else if (token.kind === "height") style = { ...style, tall: token.times > 1 };
      else if (token.kind === "reset") style = { bold: false, tall: false };
      else if (token.kind === "cut") cut();
    },
    receipts: (): readonly PrintedReceipt[] => {
      const begun = withoutBlankEdges(rows);
      return begun.length === 0 ? receipts : [{ number: count + 1, rows: begun, cut: false }, ...receipts];
    },
  };
}

function withoutBlankEdges(rows: readonly Row[]): Row[] {
  const first = rows.findIndex(({ text }) => text.trim() !== "");
  const last = rows.findLastIndex(({ text }) => text.trim() !== "");
  return first < 0 ? [] : rows.slice(first, last + 1);
}
