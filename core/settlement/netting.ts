// What each merchant is paid at a cut-off: everything committed that no batch has taken yet.
import type { MerchantId } from "../ids.ts";
import { add, type Currency, isPositive, type Money, subtract, zero } from "../money.ts";
import type { Instant } from "../time.ts";
import { type ItemKind, netOf } from "./commission.ts";

export type OpenItem = Readonly<{
  id: string;
  merchantId: MerchantId;
  kind: ItemKind;
  gross: Money;
  commission: Money;
  recordedAt: Instant;
}>;

/** One merchant's part of a batch: one payment by the bank. */
export type Payout = Readonly<{
  merchantId: MerchantId;
  currency: Currency;
  captured: Money;
  refunded: Money;
  /** Commission taken on captures, less what refunds gave back. */
  commission: Money;
  /** Payouts that the bank gave back, paid again, less those that were paid in advance. */
  returned: Money;
  /** captured − refunded − commission + returned: what the bank is asked to pay (I7). */
  net: Money;
  /** How many of the items are captures, and how many refunds. */
  captures: number;
  refunds: number;
  itemIds: readonly string[];
}>;

export type Netting = Readonly<{
  payouts: readonly Payout[];
  /** Groups that owe nothing or are owed by the merchant: they wait, whole, for a later cut-off. */
  carriedOver: readonly Payout[];
}>;

/**
 * Groups items that were recorded up to the cut-off by merchant and currency. When they happened does not
 * matter: a slip of day 1 that syncs on day 3 is in the batch of day 3. An advance counts at every cut-off: what it was
 * for may be due before the day on which it was found. The result depends on the set of items alone, not on their order.
 */
export function netAt(items: readonly OpenItem[], cutOff: Instant): Netting {
  const groups = new Map<string, OpenItem[]>();
  for (const item of items.filter((each) => each.kind === "advance" || each.recordedAt <= cutOff)) {
    const key = `${item.merchantId} ${item.gross.currency}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  const payouts = [...groups.entries()].sort(byText(([key]) => key)).map(([, group]) => payoutOf(group));
  return {
    payouts: payouts.filter((payout) => isPositive(payout.net)),
    carriedOver: payouts.filter((payout) => !isPositive(payout.net)),
  };
}

function payoutOf(group: readonly OpenItem[]): Payout {
  const [first] = group;
  if (first === undefined) throw new Error("a group has an item");
  const { currency } = first.gross;
  const of = (kind: ItemKind) => group.filter((item) => item.kind === kind);
  const total = (kind: ItemKind, part: "gross" | "commission") =>
    of(kind)
      .map((item) => item[part])
      .reduce(add, zero(currency));
  const taken = total("capture", "commission");
  const givenBack = total("refund", "commission");
  return {
    merchantId: first.merchantId,
    currency,
    captured: total("capture", "gross"),
    refunded: total("refund", "gross"),
    commission: { minor: taken.minor - givenBack.minor, currency },
    returned: subtract(total("returned", "gross"), total("advance", "gross")),
    net: group.map(netOf).reduce(add, zero(currency)),
    captures: of("capture").length,
    refunds: of("refund").length,
    itemIds: group.map((item) => item.id).sort(),
  };
}

const byText =
  <T>(keyOf: (value: T) => string) =>
  (a: T, b: T) =>
    keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0;
