// All that an enrolled till is made of, wired once: database, journal, line, offline desk and services.
import { join } from "node:path";
import { pino } from "pino";
import type { TillConfig } from "#core/contract/process.ts";
import { makePasswordHasher } from "../till/keys/password-hash.ts";
import { makePinCheck } from "../till/keys/pin-check.ts";
import { tillKeysOf } from "../till/keys/till-keys.ts";
import type { DeviceHost } from "../till/ports.ts";
import { createJournal } from "../till/store/journal.ts";
import { openTillDatabase } from "../till/store/open.ts";
import { connect } from "../till/sync/connect.ts";
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
  devices: DeviceHost,
): Promise<EnrolledTill> {
  const log = pino({ name: "till" });
  const database = await openTillDatabase(join(dataDir, "till.db"));
  const journal = await createJournal({
    database,
    clock: systemClock,
    ids: systemIds,
    signer: tillKeysOf(ring.secrets).signer,
    terminalId: ring.enrolment.terminalId,
    softwareVersion: SOFTWARE_VERSION,
  });
  const hasher = makePasswordHasher();
  const connection = await connect({ backofficeUrl, ring, database, journal, hasher, log });
  const { backOffice, line, snapshots, desk } = connection;
  if (snapshots.version() === 0) {
    await connection.push().catch((error: unknown) => log.warn({ err: error }, "till.first-sync-failed"));
  }
  const till = createTill({
    identity: ring.enrolment,
    demo: mode === "demo",
    database,
    journal,
    backOffice,
    devices,
    desk,
    line,
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
