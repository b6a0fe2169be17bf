// Putting a basket aside and taking it up again.
import { fail } from "#core/errors.ts";
import type { BuildingSale, ParkedSale } from "../state.ts";
import { actor, type TillWork } from "../till-work.ts";
import { writeDraft } from "./draft-store.ts";

/** Sales that may wait: a counter has a handful, and the list must stay readable. */
const PARKED_MAX = 50;

/** SALE_EMPTY, SALE_PAYING, BUSY where too many are parked. */
export async function parkSale(work: TillWork): Promise<void> {
  const { sale, parked } = work.state.get();
  if (sale?.stage === "paying") return fail("SALE_PAYING");
  if (sale?.stage !== "building" || sale.lines.length === 0) return fail("SALE_EMPTY");
  const aside = setAside(work, sale, parked);
  await work.database.commit([writeDraft(aside, "parked", aside.parkedAt, aside.parkedBy)]);
  work.state.set({ sale: null, parked: [...parked, aside] });
}

/** Takes up a parked sale; a basket at hand is put aside in its place. NOT_FOUND, SALE_PAYING. */
export async function resumeSale(work: TillWork, { saleId }: { saleId: string }): Promise<void> {
  const { sale, parked } = work.state.get();
  if (sale?.stage === "paying") return fail("SALE_PAYING");
  const wanted = parked.find((candidate) => candidate.saleId === saleId) ?? fail("NOT_FOUND", "sale");
  const others = parked.filter((candidate) => candidate !== wanted);
  const isInUse = sale?.stage === "building" && sale.lines.length > 0;
  const aside = isInUse ? setAside(work, sale, others) : undefined;
  const { parkedAt: _parkedAt, parkedBy: _parkedBy, ...common } = wanted;
  const resumed: BuildingSale = { ...common, stage: "building" };
  await work.database.commit([
    ...(aside === undefined ? [] : [writeDraft(aside, "parked", aside.parkedAt, aside.parkedBy)]),
    writeDraft(resumed, "building", work.journal.now()),
  ]);
  work.state.set({ sale: resumed, parked: aside === undefined ? others : [...others, aside] });
}

function setAside(work: TillWork, sale: BuildingSale, parked: readonly ParkedSale[]): ParkedSale {
  if (parked.length >= PARKED_MAX) return fail("BUSY", "too many sales are parked");
  const { stage: _stage, ...common } = sale;
  return { ...common, parkedAt: work.journal.now(), parkedBy: actor(work) };
}
