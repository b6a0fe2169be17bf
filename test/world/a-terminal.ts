// A till as the back office meets it: its key, its chained and signed journal, and what it sends.
import { createHash, generateKeyPairSync, randomBytes, randomUUID, sign } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPayments } from "#backoffice/payments/create-payments.ts";
import { heldAgreements } from "#backoffice/payments/terms.ts";
import { createTerminals, type Terminals } from "#backoffice/terminals/create-terminals.ts";
import type { TerminalDeps } from "#backoffice/terminals/deps.ts";
import { createNonces } from "#backoffice/terminals/nonces.ts";
import { createNudges } from "#backoffice/terminals/nudges.ts";
import { openServerKeys } from "#backoffice/terminals/server-keys.ts";
import { createSignaturePool } from "#backoffice/terminals/signature-pool.ts";
import type { SyncRequest } from "#core/contract/terminal.ts";
import type { AttemptId, CardId, EntryId, Epoch, SaleId, StaffId } from "#core/ids.ts";
import type { PrepaidApproval, Tender } from "#core/journal/bodies.ts";
import { type ChainPlace, chainStart, hashedText, placeOf } from "#core/journal/chain.ts";
import type { EntryDraft, SignedEntry } from "#core/journal/entry.ts";
import { krw } from "#core/money.ts";
import { days, hours, isoOf, minutes } from "#core/time.ts";
import { aBackOffice, MERCHANT } from "./back-office.ts";
import type { TestDatabases } from "./database.ts";

const won = (minor: number) => ({ minor: String(minor), currency: "KRW" as const });

/** Of all worlds of a file: a thread of its own for each would cost more than what most of them check. */
const signatures = createSignaturePool();

/** The back office of back-office.ts with its terminals; grants are half the balance, at most 30,000 won. */
export async function aStation(databases: TestDatabases) {
  const office = await aBackOffice(databases);
  const { database, clock } = office;
  const nudges = await createNudges({ clock });
  const keys = openServerKeys(mkdtempSync(join(tmpdir(), "countersign-server-keys-")));
  const deps: TerminalDeps = {
    database,
    ledger: office.ledger,
    cards: office.cardDeps,
    keys,
    signatures,
    nonces: createNonces(),
    nudges,
    clock,
    ids: { next: randomUUID },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    station: {
      name: "Station 7",
      currency: "KRW",
      utcOffsetMinutes: 540,
      receiptHead: { lines: [{ ko: "스테이션 7", en: "Station 7" }], businessNumber: "123-45-67890" },
    },
    offlinePolicy: {
      paymentMax: won(30_000),
      cardDayMax: won(50_000),
      terminalMax: won(500_000),
      countMax: 100,
      ageMaxMs: hours(72),
      aboveCap: "refuse",
      unverified: "sealed",
      wrongTriesMax: 3,
    },
    grantPolicy: {
      sliceMax: krw(30_000),
      balanceShare: { numerator: 1n, denominator: 2n },
      sliceMin: krw(1_000),
      seenWithinMs: days(7),
      validMs: hours(72),
      renewBeforeMs: hours(12),
      restMs: minutes(15),
    },
    oldestBackupAt: async () => clock.now(),
    agreementsOf: heldAgreements(database.read, clock),
    staffVerifiers: async () => [],
    finishEnding: (cardId) => office.cards.finishEnding(cardId),
    randomBytes: (count) => randomBytes(count),
  };
  const terminals = createTerminals(deps);
  const payments = createPayments({
    ...office.paymentDeps,
    setAside: terminals.setAside,
    booksRestored: terminals.booksRestored,
    // A loaded machine gets more time for a till's answer than a customer would give.
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms * 8)),
  });
  const balance = async (cardId: CardId) => Number((await office.cards.detail(cardId)).available.minor);
  const setAside = async (cardId: CardId) => Number((await office.cards.detail(cardId)).setAside.minor);
  const workItems = async () =>
    (await terminals.workItems({ state: "open", page: 0, pageSize: 100 })).rows
      // Made at the same instant of a clock that stands, they have no other order.
      .toSorted((a, b) => a.kind.localeCompare(b.kind))
      .map(({ kind, amount, bearer, code }) => ({
        kind,
        minor: amount === null ? null : Number(amount.minor),
        bearer,
        code,
      }));
  return {
    ...office,
    deps,
    terminalDeps: deps,
    keys,
    nudges,
    terminals,
    payments,
    balance,
    setAside,
    workItems,
  };
}

export type StationWorld = Awaited<ReturnType<typeof aStation>>;
export type TestTerminal = Awaited<ReturnType<typeof aTerminal>>;

/** An enrolled till with an empty journal. */
export async function aTerminal(
  world: Readonly<{ terminals: Terminals; clock: { now(): number } }>,
  name = "Till 1",
) {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const { code } = await world.terminals.createCode({
    terminalName: name,
    merchantId: MERCHANT,
    madeBy: "mina",
  });
  const enrolment = await world.terminals.enrol({
    code,
    publicKey: publicKey.export({ format: "der", type: "spki" }).toString("base64"),
    keyStore: "file",
    softwareVersion: "test",
  });
  const { terminalId } = enrolment;
  let place: ChainPlace = chainStart(terminalId, randomUUID() as Epoch);
  const unsent: SignedEntry[] = [];
  const till = {
    terminalId,
    enrolment,
    place: () => place,
    unsent,
    write: (draft: EntryDraft, staffId: StaffId | null = null): SignedEntry => {
      const content = {
        terminalId,
        epoch: place.epoch,
        seq: place.seq + 1,
        id: randomUUID() as EntryId,
        kind: draft.kind,
        at: isoOf(world.clock.now() as never),
        staffId,
        body: JSON.parse(JSON.stringify(draft.body)),
        prevHash: place.hash,
      };
      const hash = createHash("sha256").update(hashedText(content)).digest("hex");
      const entry = {
        ...content,
        hash,
        sig: sign(null, Buffer.from(hash, "hex"), privateKey).toString("base64"),
      };
      place = placeOf(entry);
      unsent.push(entry);
      return entry;
    },
    /** Sends what was not sent; what fails stays to be sent again. */
    sync: async (sealed: SyncRequest["sealed"] = []) => {
      const entries = [...unsent];
      const answer = await world.terminals.sync(terminalId, {
        epoch: entries[0]?.epoch ?? place.epoch,
        entries,
        sealed,
      });
      unsent.splice(0, entries.length);
      return answer;
    },
    /** The till goes on from an older place of its journal, as a copied disk would. */
    goBackTo: (older: ChainPlace) => {
      place = older;
    },
    startEpoch: (previous: ChainPlace | null) => {
      place = chainStart(terminalId, randomUUID() as Epoch);
      return till.write({
        kind: "epoch-started",
        body: {
          reason: previous === null ? "enrolled" : "restored",
          previous:
            previous === null ? null : { epoch: previous.epoch, seq: previous.seq, hash: previous.hash },
          softwareVersion: "test",
        },
      });
    },
  };
  till.startEpoch(null);
  return till;
}

export const anAttempt = () => randomUUID() as AttemptId;

/** A prepaid tender as it is in the journal. */
export function aTender(
  cardId: CardId | undefined,
  minor: number,
  approval: PrepaidApproval,
  tenderId: string = randomUUID(),
): Extract<Tender, { method: "prepaid" }> {
  return {
    method: "prepaid",
    tenderId,
    amount: won(minor),
    card: {
      ...(cardId === undefined ? {} : { cardId }),
      cardRef: "0".repeat(64),
      masked: "941000 ****** 1234",
    },
    approval,
  };
}

export const approved = (
  tender: Tender,
  supersedes: readonly AttemptId[] = [],
  saleId = randomUUID(),
): EntryDraft => ({
  kind: "tender-approved",
  body: { saleId: saleId as SaleId, tender, supersedes: [...supersedes] },
});

/** A completed sale of one line, paid by these tenders. */
export function completed(tenders: readonly Tender[], saleId = randomUUID()): EntryDraft {
  const total = tenders.reduce((sum, tender) => sum + Number(tender.amount.minor), 0);
  const vat = { rateBasisPoints: 0, priceIncludesVat: true };
  return {
    kind: "sale-completed",
    body: {
      saleId: saleId as SaleId,
      shiftId: "shift-1",
      receiptNumber: 1,
      lines: [
        {
          lineId: "l1",
          itemId: "kimbap" as never,
          name: { ko: "김밥", en: "Kimbap" },
          category: "food",
          quantity: 1,
          unitPrice: won(total),
          discountBasisPoints: 0,
          vat,
          amount: won(total),
        },
      ],
      totals: { net: won(total), vat: won(0), gross: won(total), discount: won(0), vatByRate: [] },
      tenders: [...tenders],
      change: won(0),
    },
  };
}

export const verifierMade = (cardId: CardId): EntryDraft => ({
  kind: "verifier-made",
  body: { cardId, passwordVersion: 1 },
});

export const risk = (): PrepaidApproval => ({
  kind: "risk",
  password: { kind: "verified", passwordVersion: 1 },
  approvedBy: null,
});

export { won };
