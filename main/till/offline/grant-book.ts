// Grants as they are written down: accepted before they are used, closed before they are forgotten.
import { wireInstant, wireMoney } from "#core/contract/values.ts";
import type { GrantId } from "#core/ids.ts";
import type { EntryDraft } from "#core/journal/entry.ts";
import {
  expiredGrants,
  type GrantClose,
  type GrantNews,
  type GrantOffer,
  planGrants,
  recalledGrants,
} from "#core/offline/grants.ts";
import type { Instant } from "#core/time.ts";
import type { Journal } from "../store/journal.ts";
import type { ReadDb } from "../store/tx.ts";
import { openGrants, seenGrants } from "./books.ts";

const accepted = (offer: GrantOffer): EntryDraft => ({
  kind: "grant-accepted",
  body: {
    grantId: offer.grantId,
    cardId: offer.cardId,
    amount: wireMoney(offer.amount),
    expiresAt: wireInstant(offer.expiresAt),
  },
});

const closed = ({ remaining, ...close }: GrantClose): EntryDraft => ({
  kind: "grant-closed",
  body: { ...close, remaining: wireMoney(remaining) },
});

/** What a snapshot makes the journal say of grants. Read in the turn of the append that writes it. */
export async function grantDrafts(db: ReadDb, news: GrantNews, now: Instant): Promise<readonly EntryDraft[]> {
  if (news.grants === undefined && news.recalls === undefined) return [];
  const live = await openGrants(db);
  const seen = await seenGrants(db, news.grants?.map(({ grantId }) => grantId) ?? []);
  const plan = planGrants(news, live, (grantId) => seen.has(grantId), now);
  return [...plan.accept.map(accepted), ...plan.close.map(closed)];
}

/** Closes the grants whose time is over; how many they were. */
export async function closeExpired(journal: Journal): Promise<number> {
  const entries = await journal.append(
    async (db) => expiredGrants(await openGrants(db), journal.now()).map(closed),
    { staffId: null },
  );
  return entries.length;
}

/** Closes own grants that the back office wants back. Those that are closed already are left alone. */
export async function closeRecalled(journal: Journal, grantIds: readonly GrantId[]): Promise<void> {
  await journal.append(async (db) => recalledGrants(await openGrants(db), grantIds).map(closed), {
    staffId: null,
  });
}

/** Closes all of them: this till is about to be another terminal, which may spend nothing of theirs. */
export async function closeAll(journal: Journal): Promise<void> {
  const drafts = async (db: ReadDb) => {
    const grants = await openGrants(db);
    return recalledGrants(
      grants,
      grants.map(({ grantId }) => grantId),
    ).map(closed);
  };
  await journal.append(drafts, { staffId: null });
}
