// A real journal on a real file, with a key and a clock of its own.
import { generateKeyPairSync, sign } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Ids, TerminalId } from "#core/ids.ts";
import { type Clock, type Instant, instant } from "#core/time.ts";
import { createJournal, type Journal, type Signer } from "#main/till/store/journal.ts";
import { openTillDatabase } from "#main/till/store/open.ts";
import type { TillDatabase } from "#main/till/store/tx.ts";

export const NOON = instant(Date.parse("2026-03-01T12:00:00.000Z"));
export const TERMINAL = "term-1" as TerminalId;

export function aSigner(): Signer {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return {
    publicKey: publicKey.export({ type: "spki", format: "der" }).toString("base64"),
    sign: (hash) => sign(null, hash, privateKey).toString("base64"),
  };
}

export function aClock(start: Instant = NOON): Clock & { set(at: Instant): void; pass(ms: number): void } {
  let at = start;
  return {
    now: () => at,
    set: (next) => {
      at = next;
    },
    pass: (ms) => {
      at = instant(at + ms);
    },
  };
}

export function someIds(prefix = "id"): Ids {
  let count = 0;
  return {
    next: () => {
      count += 1;
      return `${prefix}-${String(count).padStart(6, "0")}`;
    },
  };
}

export async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "countersign-till-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export type OpenJournal = Readonly<{ journal: Journal; database: TillDatabase; close(): Promise<void> }>;

/** Opens the journal of a file; `signer` and `ids` stay with the test, so that it may open the file again. */
export async function openJournal(
  path: string,
  { signer, ids, clock }: { signer: Signer; ids: Ids; clock: Clock },
): Promise<OpenJournal> {
  const database = await openTillDatabase(path);
  try {
    const journal = await createJournal({
      database,
      clock,
      ids,
      signer,
      terminalId: TERMINAL,
      softwareVersion: "0.1.0",
    });
    return { journal, database, close: () => database.close() };
  } catch (error) {
    await database.close();
    throw error;
  }
}
