// Balances made again from the entries alone, by rules that know nothing of the engine's.
import type { AccountId, TransferId } from "#core/ids.ts";
import { type Balance, EMPTY_BALANCE, type Transfer } from "#core/ledger/transfer.ts";
import type { EntryPlace, PlacedTransfer } from "./rows.ts";

export type Derived = Readonly<{
  enter(placed: PlacedTransfer, place: EntryPlace): void;
  /**
   * Ends the holds that were ended, and says which ending or correction fits nothing. Called once, when all have been
   * entered: two lanes are read one after the other, so what one lane ends may stand in the next.
   */
  finish(): string | undefined;
  /** What the entries come to; after `finish`, without the holds that were ended. */
  balances(): ReadonlyMap<AccountId, Balance>;
  /** The entry of an account that no other one follows; null without one, undefined where there is not exactly one. */
  lastEntryOf(id: AccountId): EntryPlace | null | undefined;
}>;

export function deriveBooks(): Derived {
  const balances = new Map<AccountId, Balance>();
  const held = new Map<TransferId, Transfer>();
  const posted = new Map<TransferId, Transfer>();
  const endings: Transfer[] = [];
  const corrections: Transfer[] = [];

  // Per account, entries that nothing follows yet (1) and places followed by an entry but not yet met (-1):
  // of an unbroken line only its end is left.
  const loose = new Map<AccountId, Map<EntryPlace, 1 | -1>>();

  const toggle = (open: Map<EntryPlace, 1 | -1>, place: EntryPlace, sign: 1 | -1) => {
    if (open.get(place) === -sign) open.delete(place);
    else open.set(place, sign);
  };
  const link = (id: AccountId, place: EntryPlace, prev: EntryPlace | null) => {
    const open = loose.get(id) ?? new Map<EntryPlace, 1 | -1>();
    loose.set(id, open);
    toggle(open, place, 1);
    if (prev !== null) toggle(open, prev, -1);
  };
  const add = (id: AccountId, change: Partial<Balance>) => {
    const was = balances.get(id) ?? EMPTY_BALANCE;
    balances.set(id, {
      debitsPosted: was.debitsPosted + (change.debitsPosted ?? 0n),
      creditsPosted: was.creditsPosted + (change.creditsPosted ?? 0n),
      debitsPending: was.debitsPending + (change.debitsPending ?? 0n),
      creditsPending: was.creditsPending + (change.creditsPending ?? 0n),
    });
  };
  const hold = ({ debit, credit }: Transfer, minor: bigint) => {
    add(debit, { debitsPending: minor });
    add(credit, { creditsPending: minor });
  };
  const settle = ({ debit, credit }: Transfer, minor: bigint) => {
    add(debit, { debitsPosted: minor });
    add(credit, { creditsPosted: minor });
  };
  const wrongEnding = (): string | undefined => {
    const ended = new Set<TransferId>();
    for (const ending of endings) {
      const hold = ending.pending === null ? undefined : held.get(ending.pending);
      if (hold === undefined) return `transfer ${ending.id} ends a hold that does not exist`;
      if (ended.has(hold.id)) return `hold ${hold.id} has ended twice`;
      ended.add(hold.id);
      if (
        ending.debit !== hold.debit ||
        ending.credit !== hold.credit ||
        ending.amount.minor > hold.amount.minor
      ) {
        return `transfer ${ending.id} does not fit the hold that it ends`;
      }
    }
    return undefined;
  };
  const wrongCorrection = (): string | undefined => {
    const left = new Map([...posted].map(([id, { amount }]) => [id, amount.minor]));
    for (const { id, corrects, amount } of corrections) {
      const rest = corrects === null ? undefined : left.get(corrects);
      if (corrects === null || rest === undefined) return `transfer ${id} corrects one that does not exist`;
      if (amount.minor > rest) return `transfer ${id} takes back more than ${corrects} moved`;
      left.set(corrects, rest - amount.minor);
    }
    return undefined;
  };

  return {
    enter({ transfer, debitPrev, creditPrev }, place) {
      link(transfer.debit, place, debitPrev);
      link(transfer.credit, place, creditPrev);
      const { minor } = transfer.amount;
      if (transfer.kind === "pending") held.set(transfer.id, transfer);
      if (transfer.kind === "pending") hold(transfer, minor);
      if (transfer.kind === "single" || transfer.kind === "post") {
        posted.set(transfer.id, transfer);
        settle(transfer, minor);
      }
      if (transfer.pending !== null) endings.push(transfer);
      if (transfer.corrects !== null) corrections.push(transfer);
    },
    finish() {
      const wrong = wrongEnding() ?? wrongCorrection();
      if (wrong !== undefined) return wrong;
      for (const { pending } of endings) {
        const ended = pending === null ? undefined : held.get(pending);
        if (ended !== undefined) hold(ended, -ended.amount.minor);
      }
      return undefined;
    },
    balances: () => balances,
    lastEntryOf(id) {
      const open = loose.get(id);
      if (open === undefined) return null;
      const [last, ...others] = [...open].filter(([, sign]) => sign === 1).map(([place]) => place);
      return open.size === 1 && others.length === 0 ? last : undefined;
    },
  };
}
