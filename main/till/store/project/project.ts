// From facts to tables: the only writer of the projections, while selling and when they are made again.
import type { Entry, EntryDraft } from "#core/journal/entry.ts";
import type { WriteTx } from "../tx.ts";
import { cardProjections } from "./cards.ts";
import { saleProjections } from "./sales.ts";
import { shiftProjections } from "./shifts.ts";
import { tenderProjections } from "./tenders.ts";

export type Kind = EntryDraft["kind"];
export type EntryOf<K extends Kind> = Extract<Entry, { kind: K }>;
export type Projection<K extends Kind> = (tx: WriteTx, entry: EntryOf<K>) => Promise<void>;

/** Facts that no table needs; they are read from the journal itself. */
const nothing = async () => undefined;

const PROJECTIONS: { readonly [K in Kind]: Projection<K> } = {
  ...saleProjections,
  ...tenderProjections,
  ...shiftProjections,
  ...cardProjections,
  "signed-out": nothing,
  "override-approved": nothing,
  "price-changed": nothing,
  "discount-given": nothing,
  "device-event": nothing,
};

/**
 * Writes what an entry changes. Fails with STATE_CONFLICT where the tables do not allow it: a grant that was closed or
 * spent meanwhile, a number that is not the next one. The transaction then leaves nothing behind.
 */
export function project(tx: WriteTx, entry: Entry): Promise<void> {
  const projection = PROJECTIONS[entry.kind] as Projection<Kind>;
  return projection(tx, entry);
}
