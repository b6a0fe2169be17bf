// A till that holds a slice of a card, and how it gives the slice back.
import type { CardId, GrantId } from "#core/ids.ts";
import {
  aStation,
  aTerminal,
  type StationWorld,
  type TestTerminal,
  verifierMade,
  won,
} from "#test/world/a-terminal.ts";
import { anActiveCard } from "#test/world/back-office.ts";
import type { TestDatabases } from "#test/world/database.ts";

/** A station with one till, which has half of the card's balance as a grant. */
export async function aTillWithGrant(databases: TestDatabases, balance: number) {
  const world = await aStation(databases);
  const card = await anActiveCard(world.cards, balance);
  const till = await aTerminal(world);
  await till.sync();
  const grant = await aGrant(world, till, card.cardId);
  return { ...world, card, till, grant };
}

/** What the station sets aside of a card here, taken on by the till. */
export async function aGrant(world: StationWorld, till: TestTerminal, cardId: CardId) {
  till.write(verifierMade(cardId));
  await till.sync();
  const { snapshot } = await world.terminals.snapshot(till.terminalId, undefined);
  const grant = snapshot.parts.grants?.find((given) => given.cardId === cardId);
  if (grant === undefined) throw new Error("no grant was given");
  till.write({ kind: "grant-accepted", body: grant });
  await till.sync();
  return grant;
}

/** Into the till's journal; its next sync brings the money back. */
export const closeGrant = (
  till: TestTerminal,
  { grantId, cardId }: { grantId: GrantId; cardId: CardId },
  remaining: number,
) =>
  till.write({
    kind: "grant-closed",
    body: { grantId, cardId, remaining: won(remaining), reason: "recalled" },
  });
