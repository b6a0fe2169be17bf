// From facts to tables: the only writer of the projections, while selling and when they are made again.
import type { Entry, EntryDraft } from "#core/journal/entry.ts";
import type { Statement } from "#database/database.ts";
import { cardProjections } from "./cards.ts";
import { saleProjections } from "./sales.ts";
import { shiftProjections } from "./shifts.ts";
import { tenderProjections } from "./tenders.ts";

export type Kind = EntryDraft["kind"];
export type EntryOf<K extends Kind> = Extract<Entry, { kind: K }>;
export type Projection<K extends Kind> = (entry: EntryOf<K>) => readonly Statement[];

/** Facts that no table needs; they are read from the journal itself. */
const nothing = () => [];

const PROJECTIONS: { readonly [K in Kind]: Projection<K> } = {
  ...saleProjections,
  ...tenderProjections,
  ...shiftProjections,
  ...cardProjections,
  "signed-out": nothing,
  "override-approved": nothing,
  "price-changed": nothing,
  "discount-given": nothing,
  "shift-counted": nothing,
  "device-event": nothing,
};

/**
 * What an entry changes, for `runAll`: it fails with STATE_CONFLICT where the tables do not allow it, as of a grant that
 * was closed or spent meanwhile, or of a number that is not the next one.
 */
export function project(entry: Entry): readonly Statement[] {
  const projection = PROJECTIONS[entry.kind] as Projection<Kind>;
  return projection(entry);
}
