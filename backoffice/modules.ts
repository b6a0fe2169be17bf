// Wires the modules of the back office together: every dependency as an argument, once.
import { randomBytes, randomInt } from "node:crypto";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "pino";
import type { Ids } from "#core/ids.ts";
import { GATEWAY } from "#core/ledger/accounts.ts";
import { type Clock, days, instant } from "#core/time.ts";
import type { Database } from "#database/database.ts";
import { openFolderChannel } from "./bank/channel-folder.ts";
import { createSchemaValidator } from "./bank/validate.ts";
import { createCardKeys } from "./cards/card-keys.ts";
import { createCards } from "./cards/create-cards.ts";
import type { CardDeps } from "./cards/deps.ts";
import { createPasswordPool } from "./cards/password-pool.ts";
import { createLedger } from "./ledger/ledger.ts";
import { createPayments } from "./payments/create-payments.ts";
import { heldAgreements, heldTerms } from "./payments/terms.ts";
import { grantPolicyOf, type Settings } from "./settings.ts";
import type { SettlementDeps } from "./settlement/deps.ts";
import { staffSealer } from "./staff/secrets.ts";
import { staffVerifiers } from "./staff/terminal-verifiers.ts";
import { createTerminals } from "./terminals/create-terminals.ts";
import { createNonces } from "./terminals/nonces.ts";
import { createNudges, postgresBus } from "./terminals/nudges.ts";
import { openServerKeys } from "./terminals/server-keys.ts";
import { createSignaturePool } from "./terminals/signature-pool.ts";

/** Wrong passwords after which a card is blocked (C26). */
const WRONG_TRIES_MAX = 5;
/** Tills keep what is younger than the oldest back-up: a month of them is kept. */
const BACKUPS_KEPT_MS = days(30);

export type ModuleOptions = Readonly<{
  database: Database;
  dataDir: string;
  schemasDir: string;
  /** `postgres://…`: then other processes may serve the same books, and hear of what changes here. */
  databaseUrl?: string | undefined;
  settings: Settings;
  clock: Clock;
  ids: Ids;
  log: Logger;
}>;

export type Modules = Awaited<ReturnType<typeof wireModules>>;

export async function wireModules(options: ModuleOptions) {
  const { database, dataDir, settings, clock, ids, log } = options;
  const keysDir = join(dataDir, "keys");
  const ledger = createLedger({ database, clock, ids });
  const passwords = createPasswordPool();
  const signatures = createSignaturePool();
  const validator = createSchemaValidator(options.schemasDir);
  const keys = createCardKeys(keysDir);
  const serverKeys = openServerKeys(keysDir);
  const sealer = staffSealer(keys);
  const channel = await openFolderChannel({ dir: join(dataDir, "bank") });
  // Last of what can fail: only this holds something open from here on.
  const nudges = await createNudges({
    clock,
    ...(database.dialect === "postgres" && options.databaseUrl !== undefined
      ? { openBus: postgresBus(options.databaseUrl) }
      : {}),
    failed: (error) => log.warn({ err: error }, "nudges.not-carried"),
  });
  const cardDeps: CardDeps = {
    database,
    ledger,
    keys,
    passwords,
    clock,
    ids,
    randomDigits: (count) => Array.from({ length: count }, () => String(randomInt(10))).join(""),
    utcOffsetMinutes: settings.utcOffsetMinutes,
    wrongTriesMax: WRONG_TRIES_MAX,
    source: GATEWAY,
    changed: (cardIds) => terminals.cardsChanged(cardIds),
  };
  const cards = createCards(cardDeps);
  const terminals = createTerminals({
    database,
    ledger,
    cards: cardDeps,
    keys: serverKeys,
    signatures,
    nonces: createNonces(),
    nudges,
    clock,
    ids,
    log,
    station: {
      name: settings.stationName,
      currency: settings.currency,
      utcOffsetMinutes: settings.utcOffsetMinutes,
      receiptHead: settings.receiptHead,
    },
    offlinePolicy: settings.offline,
    grantPolicy: grantPolicyOf(settings),
    oldestBackupAt: async () => instant(clock.now() - BACKUPS_KEPT_MS),
    agreementsOf: heldAgreements(database.read, clock),
    staffVerifiers: (terminal) => staffVerifiers({ database, passwords, sealer }, terminal),
    finishEnding: cards.finishEnding,
    randomBytes,
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
    pause: (ms) => pause(ms),
  });
  return {
    ledger,
    passwords,
    sealer,
    cards,
    terminals,
    payments,
    catalogueChanged: () => nudges.publish("all", "snapshot"),
    staffChanged: () => nudges.publish("all", "snapshot"),
    settlement: settlementOf(options, { ledger, validator, channel }, terminals.booksRestored),
    close: async () => {
      await nudges.close();
      await ledger.close();
      await signatures.close();
      await passwords.close();
      await validator.close();
    },
  };
}

function settlementOf(
  { database, settings, clock, ids }: ModuleOptions,
  parts: Pick<SettlementDeps, "ledger" | "validator" | "channel">,
  booksRestored: () => Promise<boolean>,
): SettlementDeps {
  const { bank } = settings;
  return {
    ...parts,
    database,
    tillsAreIn: async () => !(await booksRestored()),
    clock,
    ids,
    calendar: {
      timeZone: settings.timeZone,
      cutOffMinute: settings.cutOffMinute,
      holidays: settings.holidays,
    },
    bank: {
      party: {
        name: bank.name,
        account: { scheme: bank.scheme, number: bank.account },
        ...(bank.bic === undefined ? {} : { bic: bank.bic }),
      },
      ledgerName: bank.ledgerName,
      characterSet: bank.characterSet,
    },
  };
}
