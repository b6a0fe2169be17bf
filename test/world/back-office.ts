// A back office without its server: the modules of cards and payments on a real database.

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCardKeys } from "#backoffice/cards/card-keys.ts";
import { type Cards, createCards } from "#backoffice/cards/create-cards.ts";
import type { CardDeps } from "#backoffice/cards/deps.ts";
import { createPasswordPool } from "#backoffice/cards/password-pool.ts";
import { createLedger } from "#backoffice/ledger/ledger.ts";
import { insertAgreement, insertMerchant } from "#backoffice/merchants/store.ts";
import { MIGRATIONS } from "#backoffice/migrations/list.ts";
import { createPayments } from "#backoffice/payments/create-payments.ts";
import type { PaymentDeps, SetAside } from "#backoffice/payments/deps.ts";
import { heldTerms } from "#backoffice/payments/terms.ts";
import type { CardId, MerchantId, StaffId, TerminalId } from "#core/ids.ts";
import { bankAccount } from "#core/ledger/accounts.ts";
import { krw } from "#core/money.ts";
import { type Instant, instant } from "#core/time.ts";
import type { Database } from "#database/database.ts";
import type { TestDatabases } from "./database.ts";

export const MERCHANT = "station-7" as MerchantId;
/** A till of the merchant, as its signature would prove it. */
export const TILL = { terminalId: "t-1" as TerminalId, merchantId: MERCHANT };
export const MANAGER = "mina" as StaffId;
export const PASSWORD = "sesame-9";

/** A clock that tests move. */
export function aClock(start = "2026-03-01T03:00:00.000Z") {
  let at = Date.parse(start);
  return {
    now: (): Instant => instant(at),
    advance: (ms: number) => {
      at += ms;
    },
  };
}

/** One for all: its threads take longer to start than most tests to run. */
const passwords = createPasswordPool();

const NOTHING_SET_ASIDE: SetAside = {
  openGrants: async () => [],
  recall: async () => undefined,
  isLive: () => false,
};

export type BackOfficeWorld = Awaited<ReturnType<typeof aBackOffice>>;

/** Commission of the merchant is 2.5 % from the beginning. */
export async function aBackOffice(
  databases: TestDatabases,
  over: Readonly<{ setAside?: (database: Database) => SetAside }> = {},
) {
  const database = await databases.open(MIGRATIONS);
  const clock = aClock();
  // Ids of one millisecond would collide under a clock that stands, so they count.
  let count = 0;
  const run = Math.random().toString(36).slice(2, 8);
  const ids = {
    next: () => {
      count += 1;
      return `${run}-${String(count).padStart(6, "0")}`;
    },
  };
  const ledger = createLedger({ database, clock, ids });
  const changed: CardId[] = [];
  const cardDeps: CardDeps = {
    database,
    ledger,
    keys: createCardKeys(mkdtempSync(join(tmpdir(), "countersign-keys-"))),
    passwords: { ...passwords }, // Some tests put their own check in its place.
    clock,
    ids,
    randomDigits: (digits) =>
      Array.from({ length: digits }, () => String(Math.floor(Math.random() * 10))).join(""),
    utcOffsetMinutes: 540,
    wrongTriesMax: 5,
    source: bankAccount("main"),
    changed: (cardIds) => void changed.push(...cardIds),
  };
  const cards = createCards(cardDeps);
  const paymentDeps: PaymentDeps = {
    database,
    ledger,
    cards: cardDeps,
    setAside: over.setAside?.(database) ?? NOTHING_SET_ASIDE,
    clock,
    ids,
    termsAt: heldTerms(database.read, clock),
    booksRestored: async () => false,
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
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
  return {
    database,
    clock,
    ids,
    ledger,
    cards,
    cardDeps,
    payments: createPayments(paymentDeps),
    paymentDeps,
    changed,
  };
}

/** A registered card worth this much. */
export async function anActiveCard(cards: Cards, won: number, id = `order-${Math.random()}`) {
  const batch = await cards.issue({ id, makerId: MANAGER, quantity: 1, amount: krw(won), validDays: 365 });
  const [card] = batch.cards;
  if (card === undefined) throw new Error("a batch has a card");
  await cards.register({
    number: card.number,
    initialPassword: card.initialPassword,
    password: PASSWORD,
  });
  return card;
}
