// What the back office does by the clock: holds and locks that end, cards that expire, write-offs that
// stopped on their way, files for the bank and from it.
import type { Logger } from "pino";
import type { Clock } from "#core/time.ts";
import type { Modules } from "./modules.ts";
import { netWhenDue } from "./settlement/net-when-due.ts";
import { bankIsSettled, booksAreWhole } from "./settlement/restored-bank.ts";
import { takeInBankFiles } from "./settlement/take-in-bank-files.ts";
import type { StaffDeps } from "./staff/deps.ts";
import { endLapsedLocks } from "./staff/tries.ts";

const ROUND_EVERY_MS = 60_000;
/** Nobody waits long for the bank's answer once it lies there. */
const BANK_EVERY_MS = 5_000;

export type Upkeep = Readonly<{ stop(): Promise<void> }>;

/** After a restore the clock leaves the bank alone: people have to settle first what it was sent since the back-up. */
export function startUpkeep({
  modules,
  staff,
  log,
}: Readonly<{ modules: Modules; staff: StaffDeps; clock: Clock; log: Logger }>): Upkeep {
  const rounds = [
    every(ROUND_EVERY_MS, log, "holds", () => modules.payments.expireHolds()),
    every(ROUND_EVERY_MS, log, "cards", () => modules.cards.sweep()),
    every(ROUND_EVERY_MS, log, "write-offs", () => modules.terminals.finishWriteOffs()),
    every(ROUND_EVERY_MS, log, "locks", () => endLapsedLocks(staff)),
    every(ROUND_EVERY_MS, log, "checkpoint", () => modules.ledger.checkpoint()),
    every(ROUND_EVERY_MS, log, "netting", async () => {
      if (await booksAreWhole(modules.settlement)) await netWhenDue(modules.settlement);
    }),
    every(BANK_EVERY_MS, log, "bank", async () => {
      if (await bankIsSettled(modules.settlement.database.read)) await takeInBankFiles(modules.settlement);
    }),
  ];
  return {
    stop: async () => {
      for (const round of rounds) await round.stop();
    },
  };
}

/** Never two of a kind at once; a round that fails is logged, and the next one tries again. */
function every(ms: number, log: Logger, name: string, work: () => Promise<unknown>): Upkeep {
  let running: Promise<void> = Promise.resolve();
  let isRunning = false;
  const timer = setInterval(() => {
    if (isRunning) return;
    isRunning = true;
    running = work()
      .then(() => undefined)
      .catch((error: unknown) => log.error({ err: error }, `upkeep.${name}-failed`))
      .finally(() => {
        isRunning = false;
      });
  }, ms);
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
