// The server's side of the HTTP figure, in a process of its own: the real back office with holds that wait to be
// captured, and beside it a bare Fastify route that takes the same body and says the same answer.
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Fastify from "fastify";
import { pino } from "pino";
import { v7 } from "uuid";
import { createLedger } from "#backoffice/ledger/ledger.ts";
import { insertAgreement, insertMerchant } from "#backoffice/merchants/store.ts";
import { MIGRATIONS } from "#backoffice/migrations/list.ts";
import { insertPayment } from "#backoffice/payments/store.ts";
import { DEMO_SETTINGS } from "#backoffice/settings.ts";
import { startBackoffice } from "#backoffice/start.ts";
import type { CardId, MerchantId } from "#core/ids.ts";
import { bankAccount, cardAccount, merchantAccount } from "#core/ledger/accounts.ts";
import { post } from "#core/ledger/postings.ts";
import { krw } from "#core/money.ts";
import { after, days, instant } from "#core/time.ts";
import type { Database } from "#database/database.ts";
import { migrate } from "#database/migrate.ts";
import { openDatabase } from "#database/open.ts";

const MERCHANT = "bench-merchant" as MerchantId;
/** Made up, of the form of a real one. */
export const API_KEY = "csk_bench-key-of-nobody-0000000000";
export const CAPTURE_ROUTE = "/v1/payments/:id/capture";
export const paymentIdAt = (index: number) => `bench-payment-${String(index).padStart(8, "0")}`;

const CARDS = 1_000;
const AT_ONCE = 2_000;
const HOLD_WON = 1_000;

export type CaptureServerOptions = Readonly<{
  dataDir: string;
  schemasDir: string;
  databaseUrl?: string;
  holds: number;
}>;

export type CaptureServer = Readonly<{ url: string; bareUrl: string; stop(): Promise<void> }>;

const clock = { now: () => instant(Date.now()) };
const ids = { next: v7 };

/** Places the holds, then serves them. The bare route answers what a capture does. */
export async function startCaptureServer(options: CaptureServerOptions): Promise<CaptureServer> {
  const { dataDir, schemasDir, databaseUrl, holds } = options;
  mkdirSync(dataDir, { recursive: true });
  const database = await openDatabase(databaseUrl ?? join(dataDir, "backoffice.db"));
  await migrate(database, MIGRATIONS);
  await addMerchant(database);
  await placeHolds(database, holds);
  await database.close();
  // Production has no settings of its own, and the demo would seed what is not measured.
  writeFileSync(join(dataDir, "settings.json"), JSON.stringify(DEMO_SETTINGS));
  const backoffice = await startBackoffice({
    mode: "production",
    dataDir,
    pagesDir: join(dataDir, "no-pages"),
    schemasDir,
    port: 0,
    host: "127.0.0.1",
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    version: "bench",
    clock,
    ids,
    log: pino({ level: "warn" }, process.stderr),
  });
  const bare = await startBare();
  return {
    url: backoffice.url,
    bareUrl: bare.url,
    stop: async () => {
      await bare.stop();
      await backoffice.stop();
    },
  };
}

async function startBare() {
  const app = Fastify();
  app.post<{ Params: { id: string } }>(CAPTURE_ROUTE, async ({ params }) => ({
    id: params.id,
    state: "captured",
    code: null,
    amount: { minor: "1000", currency: "KRW" },
    captured: { minor: "1000", currency: "KRW" },
    refunded: { minor: "0", currency: "KRW" },
    commission: { minor: "25", currency: "KRW" },
    card: "941000 ****** 1234",
    triesLeft: null,
    createdAt: "2026-03-01T03:00:00.000Z",
    expiresAt: "2026-03-08T03:00:00.000Z",
  }));
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  return { url, stop: () => app.close() };
}

async function addMerchant(database: Database): Promise<void> {
  await database.transaction(async (tx) => {
    const createdAt = instant(Date.now() - days(1));
    await insertMerchant(tx, {
      merchantId: MERCHANT,
      name: "Bench",
      account: { scheme: "domestic", number: "110123456789", bic: null },
      createdAt,
    });
    await insertAgreement(tx, MERCHANT, {
      validFrom: instant(0),
      terms: { kind: "per-cent", basisPoints: 250 },
    });
    await tx.run("INSERT INTO merchant_api_key (key_hash, merchant_id, made_at) VALUES (?, ?, ?)", [
      createHash("sha256").update(API_KEY).digest("hex"),
      MERCHANT,
      createdAt,
    ]);
  });
}

/** Holds as the API places them, but for the password: that check is what this figure leaves out. */
async function placeHolds(database: Database, holds: number): Promise<void> {
  const ledger = createLedger({ database, clock, ids });
  const cardAt = (index: number) => `bench-card-${index % CARDS}` as CardId;
  await Promise.all(
    Array.from({ length: CARDS }, (_, index) =>
      ledger.submit({
        caller: "bench",
        id: `fund-${index}`,
        contentHash: "fund",
        happenedAt: clock.now(),
        transfers: post("card-sold", {
          id: `fund-${index}`,
          source: bankAccount("main"),
          card: cardAccount(cardAt(index)),
          amount: krw(1_000_000_000),
        }),
      }),
    ),
  );
  for (let from = 0; from < holds; from += AT_ONCE) {
    const part = Array.from({ length: Math.min(AT_ONCE, holds - from) }, (_, index) => from + index);
    await Promise.all(part.map((index) => placeHold(ledger, index, cardAt(index))));
  }
  await ledger.close();
}

async function placeHold(
  ledger: ReturnType<typeof createLedger>,
  index: number,
  cardId: CardId,
): Promise<void> {
  const requestId = paymentIdAt(index);
  const paymentId = v7();
  const caller = `merchant:${MERCHANT}`;
  const at = clock.now();
  const amount = krw(HOLD_WON);
  const expiresAt = after(at, days(7));
  const answer = await ledger.submit({
    caller,
    id: requestId,
    contentHash: "hold",
    happenedAt: at,
    transfers: post("payment-held", {
      id: paymentId,
      card: cardAccount(cardId),
      merchant: merchantAccount(MERCHANT),
      amount,
      expiresAt,
    }),
    changes: [
      insertPayment({
        paymentId,
        caller,
        requestId,
        merchantId: MERCHANT,
        terminalId: null,
        saleId: null,
        tenderId: null,
        cardId,
        cardMasked: "941000 ****** 1234",
        route: "api",
        state: "held",
        code: null,
        triesLeft: null,
        amount,
        happenedAt: at,
        recordedAt: at,
        expiresAt,
      }),
    ],
  });
  if (answer.kind !== "accepted") throw new Error(`a hold was declined: ${answer.code}`);
}
