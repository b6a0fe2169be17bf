// A receipt printer that is not there: reads the real bytes into paper, answers its status, and can misbehave.
import type { PrintedReceipt, PrinterFault, SimulatedPaper } from "#core/contract/simulators.ts";
import { openPlug, type Plug } from "../simulated/plug.ts";
import { type InstalledCharacters, paperRoll } from "./paper-roll.ts";
import { type PrinterToken, readEscPos } from "./read-esc-pos.ts";
import { COVER_OPEN, PAPER_END, PAPER_NEAR_END, STATUS_ANSWER_BASE, STOPPED_BY_PAPER_END } from "./status.ts";

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
  characters: InstalledCharacters = "korean",
): Promise<SimulatedPrinter> {
  const roll = paperRoll(characters);
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
      const read = readEscPos(Buffer.concat([rest, bytes]));
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
