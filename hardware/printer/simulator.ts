// A receipt printer that is not there: reads the real bytes into paper, answers its status, and can misbehave.
import type { PrintedReceipt, PrinterFault, SimulatedPaper } from "#core/contract/simulators.ts";
import { openPlug, type Plug } from "../simulated/plug.ts";
import { MARK_PAPER_NEAR_END } from "./marks.ts";
import { type InstalledCharacters, paperRoll } from "./paper-roll.ts";
import { type PrinterToken, readEscPos } from "./read-esc-pos.ts";
import { COVER_OPEN, PAPER_END, PAPER_NEAR_END, STATUS_ANSWER_BASE, STOPPED_BY_PAPER_END } from "./status.ts";

/** What a printer keeps while it cannot print; more is lost, as in the real one. */
const HELD_TOKENS_MAX = 20_000;

export type PrinterModel = Readonly<{
  characters: InstalledCharacters;
  /** Cheap printers leave GS r without an answer. */
  answersMarks: boolean;
}>;

const ORDINARY: PrinterModel = { characters: "korean", answersMarks: true };

export type SimulatedPrinter = Readonly<{
  plug: Plug;
  paper(): SimulatedPaper;
  cover(): "closed" | "open";
  fault(): PrinterFault;
  setPaper(state: SimulatedPaper): void;
  /** The roll ends when so many rows have been fed. */
  setRowsLeft(rows: number): void;
  setCover(state: "closed" | "open"): void;
  setFault(fault: PrinterFault): void;
  /** Newest first; what has not been cut yet comes before all. */
  receipts(): readonly PrintedReceipt[];
  drawerKicks(): number;
}>;

/** A token with the way to answer whoever sent it. */
type Held = Readonly<{ token: PrinterToken; reply: (answer: Uint8Array) => void }>;

export async function simulatePrinter(
  address: string | undefined,
  onChange: () => void,
  model: PrinterModel = ORDINARY,
): Promise<SimulatedPrinter> {
  const roll = paperRoll(model.characters);
  let paper: SimulatedPaper = "ok";
  let rowsLeft = Number.POSITIVE_INFINITY;
  let cover: "closed" | "open" = "closed";
  let fault: PrinterFault = "none";
  let drawerKicks = 0;
  let rest: Uint8Array = new Uint8Array();
  let held: Held[] = [];

  const canPrint = (token: PrinterToken) =>
    paper !== "out" && cover === "closed" && !(isFeed(token) && rowsLeft === 0);
  const answer = (n: number) => {
    const offline = (cover === "open" ? COVER_OPEN : 0) | (paper === "out" ? STOPPED_BY_PAPER_END : 0);
    const sensor = paper === "out" ? PAPER_END | PAPER_NEAR_END : paper === "low" ? PAPER_NEAR_END : 0;
    return Uint8Array.of(STATUS_ANSWER_BASE | (n === 2 ? offline : n === 4 ? sensor : 0));
  };
  const print = ({ token, reply }: Held) => {
    if (token.kind === "kick") drawerKicks += 1;
    else if (token.kind !== "mark") roll.take(token);
    else if (model.answersMarks && fault === "none")
      reply(Uint8Array.of(paper === "low" ? MARK_PAPER_NEAR_END : 0));
    if (isFeed(token)) rowsLeft -= 1;
  };
  const printHeld = () => {
    const stop = held.findIndex((one) => {
      if (!canPrint(one.token)) return true;
      print(one);
      return false;
    });
    held = stop < 0 ? [] : held.slice(stop);
    // The sensor sees the end of the roll when the last row has been fed.
    if (rowsLeft === 0) paper = "out";
  };

  const plug = await openPlug(address, {
    bytes: (bytes, reply) => {
      if (fault === "silent") return;
      const read = readEscPos(Buffer.concat([rest, bytes]));
      rest = read.rest;
      for (const token of read.tokens) {
        // Questions and real-time kicks do not wait behind what cannot be printed.
        if (token.kind === "question") {
          if (fault !== "dead-status") reply(answer(token.n));
        } else if (token.kind === "kick" && token.isRealTime) drawerKicks += 1;
        else if (held.length < HELD_TOKENS_MAX) held.push({ token, reply });
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
      rowsLeft = Number.POSITIVE_INFINITY;
      changed();
    },
    setRowsLeft: (rows) => {
      rowsLeft = rows;
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

const isFeed = (token: PrinterToken) =>
  token.kind === "line-feed" || (token.kind === "picture" && token.place === "own-row");
