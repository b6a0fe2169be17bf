// Who may have how much of the queue for passwords: nobody alone fills it, and tills and staff find a place of their own in
// it whatever merchants' systems and strangers ask.
import { fail } from "#core/errors.ts";
import type { StaffId, TerminalId } from "#core/ids.ts";

const SHARES = ["tills", "staff", "others"] as const;
type Share = (typeof SHARES)[number];

/** Who waits for a password; `who` is the same for all that one caller asks. */
export type Asker = Readonly<{ share: Share; who: string }>;

export const tillAsks = (terminalId: TerminalId): Asker => ({
  share: "tills",
  who: `terminal:${terminalId}`,
});
export const staffAsks = (staffId: StaffId): Asker => ({ share: "staff", who: `staff:${staffId}` });

export type ShareLimits = Readonly<{
  /** Of all together. */
  placesMax: number;
  /** Of one caller. */
  eachMax: number;
  /** What nobody else may take. */
  kept: Readonly<{ tills: number; staff: number }>;
}>;

/** Runs `work` while its asker has a place. Fails with BUSY where there is none, and with what `work` fails with. */
export function createPasswordShares({ placesMax, eachMax, kept }: ShareLimits) {
  const keptOf: Readonly<Record<Share, number>> = { ...kept, others: 0 };
  const commonMax = placesMax - kept.tills - kept.staff;
  const ofShare: Record<Share, number> = { tills: 0, staff: 0, others: 0 };
  const ofCaller = new Map<string, number>();
  const common = () => SHARES.reduce((sum, share) => sum + Math.max(0, ofShare[share] - keptOf[share]), 0);

  return async <T>({ share, who }: Asker, work: () => Promise<T>): Promise<T> => {
    const own = ofCaller.get(who) ?? 0;
    if (own >= eachMax) return fail("BUSY", "too many passwords of the same caller wait");
    if (ofShare[share] >= keptOf[share] && common() >= commonMax)
      return fail("BUSY", "too many passwords wait");
    ofShare[share] += 1;
    ofCaller.set(who, own + 1);
    try {
      return await work();
    } finally {
      ofShare[share] -= 1;
      const left = (ofCaller.get(who) ?? 1) - 1;
      if (left === 0) ofCaller.delete(who);
      else ofCaller.set(who, left);
    }
  };
}
