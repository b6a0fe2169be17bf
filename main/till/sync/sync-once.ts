// One round of keeping in step: the journal up, the snapshot down, and what the snapshot made the journal say up again.
import type { KeyObject } from "node:crypto";
import type { Logger } from "pino";
import { FailureError } from "#core/errors.ts";
import type { TerminalId } from "#core/ids.ts";
import { closeExpired } from "../offline/grant-book.ts";
import type { Journal } from "../store/journal.ts";
import type { ServerLink } from "./server-link.ts";
import type { SnapshotStore } from "./snapshot-store.ts";
import type { Uploader } from "./uploader.ts";
import { checkSnapshot } from "./verify-answers.ts";

/** A snapshot closes grants, their closing makes a new snapshot: it settles in two or three turns. */
const TURNS_MAX = 5;

export type SyncOptions = Readonly<{
  terminalId: TerminalId;
  serverKey: KeyObject;
  server: ServerLink;
  journal: Journal;
  snapshots: SnapshotStore;
  uploader: Pick<Uploader, "upload">;
  log: Logger;
}>;

/**
 * Resolves once the back office has every entry and this till its newest snapshot. Fails with what the upload fails
 * with. A snapshot that is refused is logged and left: the till goes on with the one it has.
 * @param mustPull asks for the snapshot even where the answer names the version at hand: the back office reckons a new
 *   version only when it is asked for one
 */
export async function syncOnce(options: SyncOptions, mustPull: boolean): Promise<void> {
  const { journal, snapshots, uploader } = options;
  await closeExpired(journal);
  for (let turn = 0; turn < TURNS_MAX; turn += 1) {
    const answer = await uploader.upload();
    const isNew = answer.snapshotVersion !== snapshots.version();
    if (!isNew && !(mustPull && turn === 0)) return;
    if (!(await pull(options))) return;
  }
}

/** True where a snapshot was applied. */
async function pull({
  terminalId,
  serverKey,
  server,
  journal,
  snapshots,
  log,
}: SyncOptions): Promise<boolean> {
  const version = snapshots.version();
  const received = await server.snapshot(version === 0 ? null : version);
  try {
    const snapshot = checkSnapshot(received, {
      key: serverKey,
      terminalId,
      version,
      issuedAt: snapshots.issuedAt(),
      now: journal.now(),
    });
    if (snapshot.version === version) return false;
    await snapshots.apply(snapshot);
    log.info({ version: snapshot.version, since: snapshot.since }, "snapshot.applied");
    return true;
  } catch (error) {
    if (!(error instanceof FailureError) || error.failure.code !== "SNAPSHOT_REFUSED") throw error;
    log.error({ failure: error.failure, version }, "snapshot.refused");
    return false;
  }
}
