import type { ReceiptPlace } from "#core/receipt/sale-receipt.ts";
import { peopleOf } from "../staff/pin-tries.ts";
import type { TillWork } from "../till-work.ts";

/** What every paper of this till says of where it comes from. */
export const receiptPlace = ({ identity, demo, snapshots, state }: TillWork): ReceiptPlace => ({
  language: state.get().language,
  stationName: identity.stationName,
  terminalName: identity.terminalName,
  utcOffsetMinutes: identity.utcOffsetMinutes,
  head: snapshots.receiptHead(),
  demo,
});

/** The name of a person, or the id of one who has left. */
export const staffName = (work: TillWork, staffId: string | null): string | null =>
  peopleOf(work).find((person) => person.staffId === staffId)?.name ?? staffId;
