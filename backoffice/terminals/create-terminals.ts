// The module of terminals, as the rest of the back office uses it.
import type { z } from "zod";
import type { EnrolmentRequest, SyncAnswer, SyncRequest } from "#core/contract/terminal.ts";
import type { SignedParts } from "#core/contract/terminal-signature.ts";
import { WireCardId } from "#core/contract/values.ts";
import type { CardId, TerminalId } from "#core/ids.ts";
import type { Instant } from "#core/time.ts";
import { textsIn, textsParam } from "#database/insert-rows.ts";
import { makeCatalogueCache } from "../catalogue/cache.ts";
import { allMerchants } from "../merchants/store.ts";
import type { TerminalDeps } from "./deps.ts";
import {
  type CodeOrder,
  createEnrolmentCode,
  enrolTerminal,
  refuseUnknown,
  standingTerminal,
  terminalOfSignature,
  tradingTerminal,
} from "./enrol.ts";
import { findTerminals, listTerminals, terminalRowOf } from "./find-terminals.ts";
import { searchWorkItems, type WorkItemSearch } from "./find-work-items.ts";
import { recallGrants, renewGrants, setAsideOf } from "./give-grants.ts";
import { booksRestored, settleRestore } from "./restored-books.ts";
import { pullSnapshot } from "./snapshot.ts";
import { openGrantsOf, type TerminalSearch } from "./store.ts";
import { markOf, syncJournal } from "./sync.ts";
import { takeWorkItem } from "./take-work-item.ts";
import {
  finishWriteOff,
  resolveWorkItem,
  unfinishedWriteOffs,
  type WriteOff,
  writeOffTerminal,
} from "./write-off.ts";

export type Terminals = ReturnType<typeof createTerminals>;

/** Each function fails as the use case of its name says. */
export function createTerminals(deps: TerminalDeps) {
  const catalogue = makeCatalogueCache();
  const heard = new Map<TerminalId, Instant>();
  const lines = new Map<TerminalId, Promise<unknown>>();
  const unwitnessed = new Set<TerminalId>();

  /** One sync of a terminal at a time in this process; between processes the mark decides. */
  const inTurn = <T>(terminalId: TerminalId, work: () => Promise<T>): Promise<T> => {
    const before = lines.get(terminalId) ?? Promise.resolve();
    const run = before.then(work, work);
    const settled = run.catch(() => undefined);
    lines.set(terminalId, settled);
    void settled.then(() => {
      if (lines.get(terminalId) === settled) lines.delete(terminalId);
    });
    return run;
  };
  return {
    createCode: (order: CodeOrder) => createEnrolmentCode(deps, order),
    enrol: (asked: z.output<typeof EnrolmentRequest>) => enrolTerminal(deps, asked),
    refuseUnknown: (terminalId: TerminalId) => refuseUnknown(deps, terminalId),
    terminalOfSignature: (parts: SignedParts, signature: string) =>
      terminalOfSignature(deps, parts, signature),
    /** For payments: a terminal that is quarantined, written off or left takes none. */
    trading: (terminalId: TerminalId) => tradingTerminal(deps, terminalId),
    /** For refunds: whoever was left hears what became of one, and gets no new one. */
    standing: (terminalId: TerminalId) => standingTerminal(deps, terminalId),
    sync: (terminalId: TerminalId, request: SyncRequest): Promise<SyncAnswer> => {
      heard.set(terminalId, deps.clock.now());
      return inTurn(terminalId, () => syncJournal(deps, unwitnessed, terminalId, request));
    },
    mark: (terminalId: TerminalId) => markOf(deps, terminalId),
    snapshot: (terminalId: TerminalId, since: number | undefined) =>
      inTurn(terminalId, () => pullSnapshot(deps, catalogue, terminalId, since)),
    nudges: (terminalId: TerminalId, signal: AbortSignal | undefined) =>
      deps.nudges.listen(terminalId, signal),
    renewGrants: (terminalId: TerminalId) => renewGrants(deps, terminalId),
    openGrants: (terminalId: TerminalId) => openGrantsOf(deps.database.read, { terminalId }),
    setAside: setAsideOf(deps, (terminalId) => heard.get(terminalId)),
    /** A card's state or password changed: its tills are told, and what it must give back is called for. */
    cardsChanged: (cardIds: readonly CardId[]): void => {
      deps.nudges.publish("all", "snapshot");
      // The state stands whether or not its tills hear of it now: the next sync tells them.
      void recallClosing(deps, cardIds).catch((error: unknown) =>
        deps.log.warn({ err: error }, "cards.recall"),
      );
    },
    list: () => listTerminals(deps),
    find: (search: TerminalSearch) => findTerminals(deps, search),
    row: (terminalId: TerminalId) => terminalRowOf(deps, terminalId),
    merchants: () => allMerchants(deps.database.read),
    writeOff: (asked: WriteOff) => inTurn(asked.terminalId, () => writeOffTerminal(deps, asked)),
    /** Goes on with write-offs that stopped on their way; to be called every minute or so. How many there were. */
    finishWriteOffs: async (): Promise<number> => {
      const unfinished = await unfinishedWriteOffs(deps);
      for (const terminalId of unfinished) {
        await inTurn(terminalId, () => finishWriteOff(deps, terminalId));
      }
      // One that stopped after its money had moved left only this: nobody else may ask for it any more.
      await settleRestore(deps);
      return unfinished.length;
    },
    workItems: (search: WorkItemSearch) => searchWorkItems(deps, search),
    takeWorkItem: (asked: Parameters<typeof takeWorkItem>[1]) => takeWorkItem(deps, asked),
    resolveWorkItem: (asked: Parameters<typeof resolveWorkItem>[1]) => resolveWorkItem(deps, asked),
    /** True while a restored back office waits: no grants, refunds or batches then. */
    booksRestored: () => booksRestored(deps.database.read),
  };
}

async function recallClosing(deps: TerminalDeps, cardIds: readonly CardId[]): Promise<void> {
  if (cardIds.length === 0) return;
  const rows = await deps.database.read.all(
    `SELECT card_id FROM card WHERE state = 'closing' AND ${textsIn(deps.database.read, "card_id")}`,
    [textsParam(deps.database.read, cardIds)],
  );
  for (const row of rows) await recallGrants(deps, WireCardId.parse(row.card_id));
}
