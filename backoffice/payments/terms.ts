// The commission in force, held for a moment: a capture must not read what changes once a year.
import type { MerchantId } from "#core/ids.ts";
import { agreementAt, type CommissionAgreement, type CommissionTerms } from "#core/settlement/commission.ts";
import type { Clock, Instant } from "#core/time.ts";
import type { ReadDb } from "#database/database.ts";
import { agreementsOf } from "../merchants/store.ts";

/** A new agreement is known to every process within this time. */
const HELD_MS_MAX = 5_000;
const MERCHANTS_MAX = 10_000;

/** The agreements of a merchant, in memory for a few seconds. */
export function heldAgreements(db: ReadDb, clock: Clock) {
  type Agreements = Promise<readonly CommissionAgreement[]>;
  const held = new Map<MerchantId, Readonly<{ until: number; agreements: Agreements }>>();
  return (merchantId: MerchantId): Agreements => {
    const now = clock.now();
    const known = held.get(merchantId);
    if (known !== undefined && now < known.until) return known.agreements;
    // The reading itself is held, so that a hundred captures that ask at once read once.
    const agreements = agreementsOf(db, merchantId);
    if (held.size >= MERCHANTS_MAX) held.clear();
    held.set(merchantId, { until: now + HELD_MS_MAX, agreements });
    agreements.catch(() => held.delete(merchantId));
    return agreements;
  };
}

/** The terms in force at an instant; undefined where nothing was agreed. */
export function heldTerms(db: ReadDb, clock: Clock) {
  const agreements = heldAgreements(db, clock);
  return async (merchantId: MerchantId, at: Instant): Promise<CommissionTerms | undefined> =>
    agreementAt(await agreements(merchantId), at)?.terms;
}
