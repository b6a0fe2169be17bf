// All that an enrolled till is made of, wired once: database, journal, line, offline desk and services.
import { join } from "node:path";
import { type Logger, pino } from "pino";
import type { TillConfig } from "#core/contract/process.ts";
import { forgetEarlier } from "../till/keys/earlier-keys.ts";
import type { KeyStore } from "../till/keys/key-store.ts";
import { makePasswordHasher } from "../till/keys/password-hash.ts";
import { makePinCheck } from "../till/keys/pin-check.ts";
import { tillKeysOf } from "../till/keys/till-keys.ts";
import { leaveTerminal } from "../till/leave-terminal.ts";
import type { DeviceHost } from "../till/ports.ts";
import { createJournal } from "../till/store/journal.ts";
import { openTillDatabase } from "../till/store/open.ts";
import type { TillDatabase } from "../till/store/tx.ts";
import { connect } from "../till/sync/connect.ts";
import { enrolmentsOver } from "../till/sync/earlier-ends.ts";
import type { EnrolledRing } from "../till/sync/enrol.ts";
import { createTill, type Till } from "../till/till.ts";
import { SOFTWARE_VERSION, systemClock, systemIds } from "./surroundings.ts";

export type EnrolledTill = Readonly<{
  router: Till["router"];
  /** Whether only a new enrolment lets it take stored value again. */
  isCashOnly(): boolean;
  stop(): Promise<void>;
}>;

/**
 * Opens the till. It sells from then on, whether its back office answers or not; on the very first start it waits for
 * the catalogue and the staff, without which nobody can sign in.
 */
export async function openEnrolledTill(
  { mode, dataDir, backofficeUrl }: TillConfig,
  ring: EnrolledRing,
  store: KeyStore,
  devices: DeviceHost,
): Promise<EnrolledTill> {
  const log = pino({ name: "till" });
  const database = await openTillDatabase(join(dataDir, "till.db"));
  const { terminalId } = ring.enrolment;
  const surroundings = { database, clock: systemClock, ids: systemIds, softwareVersion: SOFTWARE_VERSION };
  await leaveTerminal(ring, { ...surroundings, log });
  const { signer } = tillKeysOf(ring.secrets);
  const journal = await createJournal({ ...surroundings, signer, terminalId });
  await forgetWhatIsOver(store, ring, { database, log });
  const hasher = makePasswordHasher();
  const connection = await connect({ backofficeUrl, ring, database, journal, hasher, log });
  const { backOffice, line, earlier, snapshots, desk } = connection;
  await connection
    .firstSnapshot()
    .catch((error: unknown) => log.warn({ err: error }, "till.first-sync-failed"));
  const till = createTill({
    identity: ring.enrolment,
    demo: mode === "demo",
    database,
    journal,
    backOffice,
    devices,
    desk,
    line,
    earlier,
    snapshots,
    checkPin: makePinCheck(ring.enrolment.staffKey, hasher),
    clock: systemClock,
    ids: systemIds,
    log,
  });
  await till.start();
  return {
    router: till.router,
    isCashOnly: () => line.state().kind === "cash-only",
    stop: async () => {
      await till.stop();
      await connection.stop();
      await database.close();
    },
  };
}

/** A key that nobody can need any more is better nowhere. The till opens all the same where it cannot be erased now. */
async function forgetWhatIsOver(
  store: KeyStore,
  { enrolment }: EnrolledRing,
  { database, log }: Readonly<{ database: TillDatabase; log: Logger }>,
): Promise<void> {
  try {
    await forgetEarlier(store, await enrolmentsOver(database.read, enrolment.terminalId));
  } catch (error) {
    log.warn({ err: error }, "earlier.keys-not-forgotten");
  }
}
