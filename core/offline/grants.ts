// Slices of a card's own balance, set aside for one till: which are spent, which are taken on, which are closed.
import { assert } from "../assert.ts";
import type { CardId, GrantId } from "../ids.ts";
import { add, exceeds, isPositive, type Money, smaller, subtract, sum, zero } from "../money.ts";
import type { Instant } from "../time.ts";

/** A grant as the back office gave it. It never changes; a renewal is a new one. */
export type GrantOffer = Readonly<{ grantId: GrantId; cardId: CardId; amount: Money; expiresAt: Instant }>;

/** A grant that was accepted into the journal and not closed, with what is left of it. */
export type LiveGrant = GrantOffer & Readonly<{ remaining: Money }>;

export type Slice = Readonly<{ grantId: GrantId; amount: Money }>;

/** A slip names at most this many grants (the journal's own bound). */
export const SLICES_MAX = 10;

/** A grant is spent before its expiry, never at or after it. */
export const isUsable = (grant: LiveGrant, now: Instant): boolean =>
  now < grant.expiresAt && isPositive(grant.remaining);

/** The most that one slip can spend from escrow now. */
export function escrowLeft(grants: readonly LiveGrant[], now: Instant, currency: Money["currency"]): Money {
  const usable = grants.filter((grant) => isUsable(grant, now));
  const largest = usable.toSorted((a, b) => compareSizes(b, a)).slice(0, SLICES_MAX);
  return sum(
    largest.map((grant) => grant.remaining),
    currency,
  );
}

/**
 * The slices that pay an amount in full, or undefined where escrow does not hold it. The grant that expires first
 * is spent first; where that takes more than SLICES_MAX grants, the largest are.
 */
export function slicesFor(
  amount: Money,
  grants: readonly LiveGrant[],
  now: Instant,
): readonly Slice[] | undefined {
  const usable = grants.filter((grant) => isUsable(grant, now));
  const byExpiry = usable.toSorted((a, b) => a.expiresAt - b.expiresAt || compareIds(a, b));
  const bySize = usable.toSorted((a, b) => compareSizes(b, a) || compareIds(a, b));
  return fill(amount, byExpiry) ?? fill(amount, bySize);
}

function fill(amount: Money, grants: readonly LiveGrant[]): readonly Slice[] | undefined {
  const slices: Slice[] = [];
  let due = amount;
  for (const grant of grants.slice(0, SLICES_MAX)) {
    const slice = smaller(due, grant.remaining);
    slices.push({ grantId: grant.grantId, amount: slice });
    due = subtract(due, slice);
    if (!isPositive(due)) return slices;
  }
  return undefined;
}

const compareIds = (a: LiveGrant, b: LiveGrant) => (a.grantId < b.grantId ? -1 : 1);
const compareSizes = (a: LiveGrant, b: LiveGrant) =>
  a.remaining.minor === b.remaining.minor ? 0 : exceeds(a.remaining, b.remaining) ? 1 : -1;

export type GrantClose = Readonly<{
  grantId: GrantId;
  cardId: CardId;
  remaining: Money;
  reason: "expired" | "recalled" | "renewed";
}>;

export type GrantPlan = Readonly<{ accept: readonly GrantOffer[]; close: readonly GrantClose[] }>;

/** What a snapshot says of grants. `grants` and `recalls` are undefined where it does not speak of them. */
export type GrantNews = Readonly<{
  grants: readonly GrantOffer[] | undefined;
  recalls: readonly GrantId[] | undefined;
}>;

/**
 * What to write down for a snapshot: first the grants to accept, then those to close.
 * - A grant seen for the first time is accepted, also one that arrives recalled or past its expiry: it is then
 *   closed in the same breath, because only the arrival of its closing returns the money to the card.
 * - A new grant renews the older ones of its card. One that is recalled, or that the server's full list no longer
 *   holds, is closed as recalled. What was ever closed is never accepted again.
 */
export function planGrants(
  news: GrantNews,
  live: readonly LiveGrant[],
  wasSeen: (grantId: GrantId) => boolean,
  now: Instant,
): GrantPlan {
  const accept = uniqueById(news.grants ?? []).filter(
    ({ grantId, amount }) => !wasSeen(grantId) && isPositive(amount),
  );
  const renewedCards = new Set(accept.map(({ cardId }) => cardId));
  const recalled = new Set(news.recalls ?? []);
  const listed = news.grants && new Set(news.grants.map(({ grantId }) => grantId));

  const reasonOf = (grant: LiveGrant): GrantClose["reason"] | undefined => {
    if (recalled.has(grant.grantId) || (listed !== undefined && !listed.has(grant.grantId)))
      return "recalled";
    if (now >= grant.expiresAt) return "expired";
    return undefined;
  };
  const fresh = accept.map((offer): LiveGrant => ({ ...offer, remaining: offer.amount }));
  return {
    accept,
    close: [
      ...live.flatMap((grant) =>
        closing(grant, reasonOf(grant) ?? (renewedCards.has(grant.cardId) ? "renewed" : undefined)),
      ),
      ...fresh.flatMap((grant) => closing(grant, reasonOf(grant))),
    ],
  };
}

/** The live grants whose time is over. */
export function expiredGrants(live: readonly LiveGrant[], now: Instant): readonly GrantClose[] {
  return live.filter((grant) => now >= grant.expiresAt).flatMap((grant) => closing(grant, "expired"));
}

/** The closings of live grants that the back office asks for before it can pay from the card itself. */
export function recalledGrants(
  live: readonly LiveGrant[],
  grantIds: readonly GrantId[],
): readonly GrantClose[] {
  const recalled = new Set(grantIds);
  return live.filter(({ grantId }) => recalled.has(grantId)).flatMap((grant) => closing(grant, "recalled"));
}

function closing(grant: LiveGrant, reason: GrantClose["reason"] | undefined): readonly GrantClose[] {
  if (reason === undefined) return [];
  const { grantId, cardId, remaining } = grant;
  return [{ grantId, cardId, remaining, reason }];
}

const uniqueById = (offers: readonly GrantOffer[]): readonly GrantOffer[] => [
  ...new Map(offers.map((offer) => [offer.grantId, offer])).values(),
];

/** A live grant after a slice of it was spent. Spending more than is left is a defect, not a decision. */
export function spend(grant: LiveGrant, slice: Money): LiveGrant {
  assert(isPositive(slice) && !exceeds(slice, grant.remaining), "a slice fits in what is left of its grant");
  return { ...grant, remaining: subtract(grant.remaining, slice) };
}

/** A live grant after a slip that is not synced was voided: its slice is there again. */
export function giveBack(grant: LiveGrant, slice: Money): LiveGrant {
  const remaining = add(grant.remaining, slice);
  assert(!exceeds(zero(slice.currency), slice), "a slice is zero or more");
  assert(!exceeds(remaining, grant.amount), "no more is given back than was granted");
  return { ...grant, remaining };
}
