// What the small back office knows: plain data, so that a back-up is a copy of it.
import type { InferContractRouterOutputs } from "@orpc/contract";
import type { terminalContract } from "#core/contract/terminal.ts";
import type { AttemptId, CardId, Epoch, GrantId, TerminalId } from "#core/ids.ts";
import type { SignedEntry } from "#core/journal/entry.ts";
import type { Instant } from "#core/time.ts";
import type { Books } from "./small-books.ts";

type Outputs = InferContractRouterOutputs<typeof terminalContract>;

export type SmallCard = {
  cardId: CardId;
  number: string;
  pin: string;
  password: string;
  passwordVersion: number;
  state: "active" | "blocked";
};
export type SmallGrant = {
  grantId: GrantId;
  terminalId: TerminalId;
  cardId: CardId;
  amount: bigint;
  expiresAt: Instant;
  /** A closed one is forgotten: its entries cannot come again. */
  state: "offered" | "open";
  isRecalled: boolean;
};
export type SmallAttempt = {
  attemptId: AttemptId;
  content: string;
  state: Outputs["attempt"];
  cardId: CardId | null;
  amount: bigint;
  /** A hold ends by the journal: captured by the slip, released when it was given up or superseded. */
  end: "held" | "captured" | "released" | "none";
};
export type SmallTerminal = {
  terminalId: TerminalId;
  publicKey: string;
  entries: SignedEntry[];
  /** Hashes by epoch and seq: what was stored in which place. */
  places: Map<string, string>;
  epochs: Epoch[];
  version: number;
  verifiers: Set<CardId>;
  judged: string[];
  sealed: Map<string, Readonly<{ enc: string; ciphertext: string }>>;
  isQuarantined: boolean;
  isWrittenOff: boolean;
};

/** Everything that a back-up holds. */
export type SmallState = {
  books: Books;
  cards: Map<CardId, SmallCard>;
  terminals: Map<TerminalId, SmallTerminal>;
  grants: Map<GrantId, SmallGrant>;
  attempts: Map<AttemptId, SmallAttempt>;
  workItems: string[];
  /** Cards whose money is wanted elsewhere: nothing is set aside of them until they have paid. */
  short: Set<CardId>;
  /** Terminals that a restored back office waits for before it moves money by itself. */
  waitsFor: Set<TerminalId>;
  /** Risk slips that came while it waited: judged when it knows all that comes before them. */
  deferred: Readonly<{ key: string; account: string; amount: bigint; what: string }>[];
  enrolled: number;
};

/** A back-up: what changes is copied, what never changes is shared. */
export function copyOfState(state: SmallState): SmallState {
  const copies = <Key, Value extends object>(map: Map<Key, Value>) =>
    new Map([...map].map(([key, value]) => [key, { ...value }]));
  return {
    ...state,
    books: { balances: new Map(state.books.balances), postings: new Map(state.books.postings) },
    cards: copies(state.cards),
    grants: copies(state.grants),
    attempts: copies(state.attempts),
    terminals: new Map(
      [...state.terminals].map(([terminalId, terminal]) => [
        terminalId,
        {
          ...terminal,
          entries: [...terminal.entries],
          places: new Map(terminal.places),
          epochs: [...terminal.epochs],
          verifiers: new Set(terminal.verifiers),
          judged: [...terminal.judged],
          sealed: new Map(terminal.sealed),
        },
      ]),
    ),
    workItems: [...state.workItems],
    short: new Set(state.short),
    waitsFor: new Set(state.waitsFor),
    deferred: [...state.deferred],
  };
}
