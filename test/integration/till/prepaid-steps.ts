// The steps of a prepaid payment that several tests go through first.
import type { CardId, GrantId } from "#core/ids.ts";
import { CARD, type RunningTill, withBasket, won } from "./a-till.ts";

export const PASSWORD = "blue-door-77";
export const coded = (code: string) => ({ failure: { code } });
export const never = () => new Promise<never>(() => undefined);
export const escrow = (grantId: string, minor = 10_000) => ({
  kind: "escrow" as const,
  slices: [{ grantId: grantId as GrantId, amount: won(minor) }],
});

export async function untilPassword(till: RunningTill, number = CARD): Promise<void> {
  await withBasket(till);
  await till.act("startPaying");
  await till.act("startPrepaid", { amount: won(10_000) });
  await till.act("typeCard", { number });
}

export async function untilUnknown(till: RunningTill): Promise<void> {
  await untilPassword(till);
  await till.act("typePassword", { password: PASSWORD });
  await till.until((view) => view.sale?.prepaid?.step === "unknown");
}

export const completed = (till: RunningTill) => till.until((view) => view.sale?.stage === "completed");

/** A slice of the card that this till may spend without the line. */
export async function acceptGrant({ journal }: RunningTill, minor: number): Promise<void> {
  await journal.append(
    [
      {
        kind: "grant-accepted",
        body: {
          grantId: "grant-1" as GrantId,
          cardId: "card-1" as CardId,
          amount: won(minor),
          expiresAt: "2026-04-01T00:00:00.000Z",
        },
      },
    ],
    { staffId: null },
  );
}
