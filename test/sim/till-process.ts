// The process of a simulated till: journal, snapshots, sync and desk as the real one wires them, over one database.
import { pino } from "pino";
import { type ErrorCode, FailureError } from "#core/errors.ts";
import { decodeEntry } from "#core/journal/entry.ts";
import { tillKeysOf } from "#main/till/keys/till-keys.ts";
import { makeOfflineDesk } from "#main/till/offline/desk.ts";
import type { OfflineDesk } from "#main/till/ports.ts";
import type { Journal } from "#main/till/store/journal.ts";
import type { TillDatabase } from "#main/till/store/tx.ts";
import { openCashOnly } from "#main/till/sync/cash-only.ts";
import type { EnrolledRing } from "#main/till/sync/enrol.ts";
import { openSnapshotStore } from "#main/till/sync/snapshot-store.ts";
import { syncOnce } from "#main/till/sync/sync-once.ts";
import { makeUploader } from "#main/till/sync/uploader.ts";
import { serverKeyOf } from "#main/till/sync/verify-answers.ts";
import { openJournal } from "#test/world/small-till.ts";
import { quickPasswords } from "./quick-passwords.ts";
import type { SimLine } from "./sim-line.ts";
import type { SimWorld } from "./sim-server.ts";

export type TillProcess = Readonly<{
  journal: Journal;
  desk: OfflineDesk;
  sync(mustPull: boolean): Promise<void>;
  stop(): void;
}>;

export async function startTill(
  world: SimWorld,
  ring: EnrolledRing,
  database: TillDatabase,
  line: SimLine,
): Promise<TillProcess> {
  const { enrolment } = ring;
  const { terminalId } = enrolment;
  const log = pino({ level: "silent" });
  const journal = await openJournal(ring, database, world);
  const keys = tillKeysOf(ring.secrets);
  const snapshots = await openSnapshotStore(database, journal, { terminalId, keys });
  const serverKey = serverKeyOf(enrolment.serverKey);
  const cashOnly = await openCashOnly(database, terminalId);
  const uploader = makeUploader({ terminalId, serverKey, server: line.server, database, journal });
  const sync = (mustPull: boolean) =>
    syncOnce({ terminalId, serverKey, server: line.server, journal, snapshots, uploader, log }, mustPull);
  const desk = makeOfflineDesk({
    identity: enrolment,
    sealKey: enrolment.sealKey,
    database,
    journal,
    keys,
    hasher: quickPasswords,
    rules: snapshots,
    isCashOnly: cashOnly.isSet,
    push: () => sync(false),
    log,
  });
  return { journal, desk, sync, stop: desk.stop };
}

/** Far more than a simulated till writes between two syncs. */
const UNSYNCED_MAX = 10_000;

/** What is at risk by the journal alone: risk slips and refunds not countersigned, less those that were voided. */
export async function unsyncedRisk(journal: Journal): Promise<Readonly<{ atRisk: bigint; slips: number }>> {
  const { epoch } = journal.head();
  const seq = journal.lastCountersigned()?.mark.seq ?? 0;
  const slips = new Map<string, bigint>();
  for (const signed of await journal.entriesAfter({ epoch, seq }, UNSYNCED_MAX)) {
    const entry = decodeEntry(signed);
    if (entry?.kind === "tender-voided") slips.delete(entry.body.tender.tenderId);
    if (entry?.kind === "refund-approved" && entry.body.to.method === "prepaid") {
      if (entry.body.to.route === "offline") slips.set(entry.body.refundId, BigInt(entry.body.amount.minor));
    }
    if (entry?.kind !== "tender-approved" || entry.body.tender.method !== "prepaid") continue;
    const { tenderId, amount, approval } = entry.body.tender;
    if (approval.kind === "risk") slips.set(tenderId, BigInt(amount.minor));
  }
  const atRisk = [...slips.values()].reduce((sum, amount) => sum + amount, 0n);
  return { atRisk, slips: slips.size };
}

/** The code of a failure, or undefined. */
export async function codeOf(work: Promise<unknown>): Promise<ErrorCode | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof FailureError) return error.failure.code;
    throw error;
  }
}
