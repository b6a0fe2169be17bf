// One process of the real back office: its modules wired as backoffice/modules.ts wires them, with a clock, ids and
// chance of the seed, and a quick hash in the place of Argon2id and its threads.
import { pino } from "pino";
import { createCardKeys } from "#backoffice/cards/card-keys.ts";
import { createCards } from "#backoffice/cards/create-cards.ts";
import type { CardDeps } from "#backoffice/cards/deps.ts";
import { createLedger } from "#backoffice/ledger/ledger.ts";
import { insertAgreement, insertMerchant } from "#backoffice/merchants/store.ts";
import { createPayments } from "#backoffice/payments/create-payments.ts";
import { heldAgreements, heldTerms } from "#backoffice/payments/terms.ts";
import { createTerminals } from "#backoffice/terminals/create-terminals.ts";
import { createNonces } from "#backoffice/terminals/nonces.ts";
import { createNudges } from "#backoffice/terminals/nudges.ts";
import { openServerKeys } from "#backoffice/terminals/server-keys.ts";
import type { CardId, MerchantId } from "#core/ids.ts";
import { GATEWAY } from "#core/ledger/accounts.ts";
import { krw } from "#core/money.ts";
import { after, days, durationMs, hours, instant, minutes } from "#core/time.ts";
import type { Database } from "#database/database.ts";
import { inlineSignatures } from "./inline-signatures.ts";
import { quickPasswords } from "./quick-passwords.ts";
import { seededBytes } from "./seeded-keys.ts";
import { GRANT_MAX, POLICY, type SimWorld } from "./sim-server.ts";

export const MERCHANT = "station-7" as MerchantId;
const UTC_OFFSET_MINUTES = 540;
/** As modules.ts has them. */
const WRONG_TRIES_MAX = 5;
const BACKUPS_KEPT_MS = days(30);

/** `whileWaiting` is what happens elsewhere while a payment waits for money that tills give back. */
export type OfficeDeps = SimWorld & Readonly<{ keysDir: string; whileWaiting(): Promise<void> }>;
export type RealOffice = Awaited<ReturnType<typeof startOffice>>;

export async function startOffice(world: OfficeDeps, database: Database) {
  const { clock, random, nextId, keysDir } = world;
  const ids = { next: nextId };
  const ledger = createLedger({ database, clock, ids });
  // Told when the request that changed them is over, so that its own steps and these follow each other in one order.
  const changed = new Set<CardId>();
  const cardDeps: CardDeps = {
    database,
    ledger,
    keys: createCardKeys(keysDir),
    passwords: {
      hash: quickPasswords.hash,
      verify: (stored, secret) => quickPasswords.verify(stored, secret),
    },
    clock,
    ids,
    randomDigits: (count) => Array.from({ length: count }, () => String(Math.floor(random() * 10))).join(""),
    utcOffsetMinutes: UTC_OFFSET_MINUTES,
    wrongTriesMax: WRONG_TRIES_MAX,
    source: GATEWAY,
    changed: (cardIds) => {
      for (const cardId of cardIds) changed.add(cardId);
    },
  };
  const cards = createCards(cardDeps);
  const terminals = createTerminals({
    database,
    ledger,
    cards: cardDeps,
    keys: openServerKeys(keysDir),
    signatures: inlineSignatures,
    nonces: createNonces(),
    nudges: await createNudges({ clock }),
    clock,
    ids,
    log: pino({ level: "silent" }),
    station: {
      name: "Station 7",
      currency: "KRW",
      utcOffsetMinutes: UTC_OFFSET_MINUTES,
      receiptHead: { lines: [{ ko: "스테이션 7", en: "Station 7" }], businessNumber: "123-45-67890" },
    },
    // A card without a verifier is taken with its credentials sealed: the small model cannot judge those.
    offlinePolicy: { ...POLICY, unverified: "sealed" },
    grantPolicy: {
      sliceMax: krw(GRANT_MAX),
      balanceShare: { numerator: 1n, denominator: 2n },
      sliceMin: krw(1_000n),
      seenWithinMs: days(7),
      validMs: hours(24),
      renewBeforeMs: hours(4),
      restMs: minutes(15),
    },
    oldestBackupAt: async () => instant(clock.now() - BACKUPS_KEPT_MS),
    agreementsOf: heldAgreements(database.read, clock),
    // Verifiers of PINs are Argon2id too; nobody signs in here.
    staffVerifiers: async () => [],
    finishEnding: cards.finishEnding,
    randomBytes: (count) => seededBytes(random, count),
  });
  const payments = createPayments({
    database,
    ledger,
    cards: cardDeps,
    setAside: terminals.setAside,
    clock,
    ids,
    termsAt: heldTerms(database.read, clock),
    booksRestored: terminals.booksRestored,
    pause: async (ms) => {
      clock.at = after(clock.at, durationMs(ms));
      await world.whileWaiting();
    },
  });
  return {
    database,
    ledger,
    cards,
    terminals,
    payments,
    tellOfChanges: () => {
      const cardIds = [...changed];
      changed.clear();
      if (cardIds.length > 0) terminals.cardsChanged(cardIds);
    },
  };
}

/** The merchant that every till sells for, with 2.5 % of commission. */
export async function takeOnMerchant(database: Database, { clock }: SimWorld): Promise<void> {
  await database.transaction(async (tx) => {
    await insertMerchant(tx, {
      merchantId: MERCHANT,
      name: "Station 7",
      account: { scheme: "domestic", number: "110123456789", bic: null },
      createdAt: clock.now(),
    });
    await insertAgreement(tx, MERCHANT, {
      validFrom: instant(0),
      terms: { kind: "per-cent", basisPoints: 250 },
    });
  });
}
