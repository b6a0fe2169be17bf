// Whether the amounts of an entry can be posted at all. A till writes such amounts only; whoever holds its key may not,
// and an entry that no posting can be made of must become a work item instead of stopping the sync for ever.
import type { WireMoney } from "#core/contract/values.ts";
import type { Entry } from "#core/journal/entry.ts";
import { type Currency, MINOR_MAX } from "#core/money.ts";
import { tendersOf } from "./facts.ts";

/** Ten slices of it, and a card's balance beside them, still fit into 64 bits. */
const AMOUNT_MAX = MINOR_MAX / 1_000n;

/** True where every amount that moves stored value is of the station's currency, not below zero and not absurd. */
export const isPostable = (entry: Entry, currency: Currency): boolean =>
  amountsOf(entry).every((amount) => {
    const minor = BigInt(amount.minor);
    return amount.currency === currency && minor >= 0n && minor <= AMOUNT_MAX;
  });

function amountsOf(entry: Entry): readonly WireMoney[] {
  switch (entry.kind) {
    case "refund-approved":
    case "grant-accepted":
      return [entry.body.amount];
    case "grant-closed":
      return [entry.body.remaining];
    default:
      return tendersOf(entry).flatMap((tender) => {
        if (tender.method !== "prepaid") return [];
        const { approval } = tender;
        const slices = approval.kind === "escrow" ? approval.slices.map(({ amount }) => amount) : [];
        return [tender.amount, ...slices];
      });
  }
}
