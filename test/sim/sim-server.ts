// What the simulation asks of a server. The real back office and the small model of it both stand behind this.
import type { InferContractRouterInputs, InferContractRouterOutputs } from "@orpc/contract";
import type { OfflinePolicy, terminalContract } from "#core/contract/terminal.ts";
import type { AttemptId, CardId, TerminalId } from "#core/ids.ts";
import { type Instant, instant } from "#core/time.ts";
import { krwWire } from "#test/world/small-back-office.ts";
import type { SimTill } from "./sim-till.ts";

type Inputs = InferContractRouterInputs<typeof terminalContract>;
type Outputs = InferContractRouterOutputs<typeof terminalContract>;

/** A card in a customer's hand. */
export type SimCard = Readonly<{ cardId: CardId; number: string; pin: string; password: string }>;

/** Time, chance and ids of a run: all of them from its seed. */
export type SimWorld = Readonly<{
  clock: { at: Instant; now(): Instant };
  random(): number;
  nextId(): string;
}>;

/** When a request was signed, and how many restores there had been. */
export type Signed = Readonly<{ at: Instant; restores: number }>;

/** What a terminal may ask. Fails as the back office does, or with TIMED_OUT where it died meanwhile. */
export type SimServer = Readonly<{
  /** False for what was signed too long ago, before a restore, to be taken after it. */
  mayTake(signed: Signed): boolean;
  /** The small model knows voids but no refunds. */
  takesRefunds: boolean;
  /** Restores so far. */
  restores(): number;
  enrol(input: Inputs["enrol"]): Promise<Outputs["enrol"]>;
  mark(terminalId: TerminalId): Promise<Outputs["mark"]>;
  sync(terminalId: TerminalId, input: Inputs["sync"], signed: Signed): Promise<Outputs["sync"]>;
  snapshot(terminalId: TerminalId, since: number | null): Promise<{ snapshot: unknown; signature: string }>;
  authorise(terminalId: TerminalId, input: Inputs["authorise"]): Promise<Outputs["authorise"]>;
  attempt(terminalId: TerminalId, attemptId: AttemptId): Promise<Outputs["attempt"]>;
  refund(terminalId: TerminalId, input: Inputs["refund"]): Promise<Outputs["refund"]>;

  cards(): readonly SimCard[];
  /** One thing that happens at the server: a card is sold, called back or blocked, a back-up is made or restored. */
  happen(): Promise<void>;
  /** The process ends and starts again; what was in memory is gone. */
  restart(): Promise<void>;
  /** True while terminals are awaited after a restore. */
  isWaiting(): Promise<boolean>;
  /** True while a slip waits for its sealed credentials. */
  awaitsSlips(): Promise<boolean>;
  /** True while nobody is to pay on line: see quiet-restores.ts. */
  isQuiet(): boolean;
  losses(): Promise<Losses>;
  /** What is wrong now. `deep` derives all of the books again. */
  faults(tills: readonly SimTill[], deep: boolean): Promise<readonly string[]>;
  /** What is wrong once everything is in. */
  faultsAtEnd(tills: readonly SimTill[]): Promise<readonly string[]>;
  counts(): Readonly<Record<string, number>>;
  /** All that was posted, as text; empty where a server has no ledger. */
  transfers(): Promise<string>;
  close(): Promise<void>;
}>;

/** What the operator bears, in minor units. `restored`: agreed on line or in escrow before books were restored. */
export type Losses = Readonly<{ escrow: bigint; risk: bigint; restored: bigint }>;

export const TERMINAL_CAP = 60_000n;
export const POLICY: OfflinePolicy = {
  paymentMax: krwWire(15_000),
  cardDayMax: krwWire(25_000),
  terminalMax: krwWire(TERMINAL_CAP),
  countMax: 12,
  ageMaxMs: 72 * 3_600_000,
  aboveCap: "refuse",
  unverified: "refuse",
  wrongTriesMax: 3,
};
export const GRANT_MAX = 20_000n;
export const START = instant(Date.parse("2026-03-01T00:00:00.000Z"));
