// Power cuts of a till: its real journal and tables on a real file, written as sales write them.
import { generateKeyPairSync, sign } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Ids, StaffId, TerminalId } from "#core/ids.ts";
import { instant } from "#core/time.ts";
import type { Statement } from "#database/database.ts";
import { numberOf, textOf } from "#database/row.ts";
import { createJournal, type Journal, type Signer } from "#main/till/store/journal.ts";
import { openTillDatabase } from "#main/till/store/open.ts";
import { compareWithRebuild } from "#main/till/store/rebuild.ts";
import type { TillDatabase } from "#main/till/store/tx.ts";
import { verifyJournal } from "#main/till/store/verify-journal.ts";
import {
  leaveBehind,
  looked,
  noCuts,
  type PowerCutOptions,
  type PowerCuts,
  type Snapshot,
  witnessed,
} from "./power-cut.ts";
import { someSales } from "./sales-of-a-till.ts";

const CUTS_PER_SNAPSHOT = 3;
/** Proving takes longer as a journal grows; another till is opened before it matters. */
const ENTRIES_PER_TILL = 150;
export const KIM = { staffId: "kim" as StaffId };

export type Told = Readonly<{ seq: number; hash: string }>;

/** Writes sales, cuts the power at their commits, and looks at what each cut left. */
export async function cutTheJournal({ dir, cuts, random }: PowerCutOptions): Promise<PowerCuts> {
  const into = noCuts();
  for (let till = 1; into.cuts < cuts; till += 1) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    await cutOneTill({ dir, cuts, random: random.fork(`till/${till}`) }, into);
    if (Object.values(into.broken).some((list) => list.length > 0)) return into;
    rmSync(dir, { recursive: true });
  }
  return into;
}

async function cutOneTill({ dir, cuts, random }: PowerCutOptions, into: PowerCuts): Promise<void> {
  const path = join(dir, "till.db");
  const copy = join(dir, "copy.db");
  const database = await openTillDatabase(path);
  try {
    const witness = await witnessed(database, path, random.fork("pages"));
    const open = opener();
    const journal = await open(witness.database);
    const told: Told[] = [headOf(journal)];
    witness.acknowledged();
    const sales = someSales(random.fork("sales"));
    while (into.cuts < cuts && told.length < ENTRIES_PER_TILL) {
      if (random.chance(0.6)) witness.arm();
      const entries = await journal.append(sales.next(), {
        ...KIM,
        effects: (written) => [lastNoted(written.at(-1)?.seq ?? 0)],
      });
      const during = witness.taken();
      const look = (snapshot: Snapshot, underWay: number) =>
        lookAtCopies({ snapshot, acknowledged: told, underWay, copy, open, into, random, cuts });
      for (const snapshot of during) await look(snapshot, entries.length);
      told.push(...entries.map(({ seq, hash }) => ({ seq, hash })));
      witness.acknowledged();
      if (during.length > 0) await look(witness.take("afterAcknowledgement"), 0);
    }
  } finally {
    await database.close();
  }
}

type Looking = Readonly<{
  snapshot: Snapshot;
  acknowledged: readonly Told[];
  /** Entries of the commit that was under way: they are all there, or none is. */
  underWay: number;
  copy: string;
  open(database: TillDatabase): Promise<Journal>;
  into: PowerCuts;
  random: PowerCutOptions["random"];
  cuts: number;
}>;

/** Damages the copy in some ways, and opens what each of them leaves. */
export async function lookAtCopies(looking: Looking): Promise<void> {
  const { snapshot, copy, into, random, cuts } = looking;
  for (let count = 0; count < CUTS_PER_SNAPSHOT && into.cuts < cuts; count += 1) {
    const what = `journal, ${leaveBehind(snapshot, copy, random, into)}`;
    await looked(into, what, "I4", async () => {
      const database = await openTillDatabase(copy);
      try {
        await lookAt(database, looking, what);
      } finally {
        await database.close();
      }
    });
  }
}

async function lookAt(database: TillDatabase, looking: Looking, what: string): Promise<void> {
  const { acknowledged, underWay, open, into } = looking;
  const [integrity] = await database.read.all("PRAGMA integrity_check(1)");
  if (integrity?.integrity_check !== "ok")
    throw new Error(`the file is damaged: ${JSON.stringify(integrity)}`);
  const rows = await database.read.all("SELECT seq, hash FROM entries ORDER BY position");
  const there = rows.map((row) => ({ seq: numberOf(row, "seq"), hash: textOf(row, "hash") }));
  into.acknowledged += acknowledged.length;
  const lost = acknowledged.filter(({ seq, hash }, at) => there[at]?.seq !== seq || there[at].hash !== hash);
  into.lost += lost.length;
  if (lost.length > 0)
    into.broken.I2.push(`${what}: entry ${lost[0]?.seq} and ${lost.length - 1} more are gone`);
  into.duplicated += there.length - new Set(there.map(({ hash }) => hash)).size;
  const more = there.length - acknowledged.length;
  if (more !== 0 && more !== underWay)
    into.broken.I3.push(`${what}: ${more} of ${underWay} entries of one commit are there`);
  const last = await database.read.get("SELECT value FROM settings WHERE name = 'crash-last'");
  if (last !== undefined && textOf(last, "value") !== String(there.at(-1)?.seq))
    into.broken.I3.push(
      `${what}: a working table is at ${textOf(last, "value")}, the journal at ${there.length}`,
    );
  const { broken } = await verifyJournal(database.read);
  if (broken !== null) throw new Error(`the chain breaks at entry ${broken.seq}: ${broken.why}`);
  const different = await compareWithRebuild(database);
  if (different !== null)
    throw new Error(
      `the table ${different.table} holds ${different.stored ?? "nothing"}, the journal says ${different.rebuilt ?? "nothing"}`,
    );
  await goesOn(database, open);
}

/** The till that starts after the power cut sells again, in the same chain. */
async function goesOn(database: TillDatabase, open: Looking["open"]): Promise<void> {
  const journal = await open(database);
  if (journal.alarm() !== null) throw new Error(`the till starts with the alarm ${journal.alarm()}`);
  await journal.append([{ kind: "drawer-opened", body: { reason: "the light is back" } }], KIM);
  const { broken } = await journal.verify();
  if (broken !== null) throw new Error(`after going on, the chain breaks at entry ${broken.seq}`);
}

/** A working table that must move with the journal, or not at all. */
export const lastNoted = (seq: number): Statement => ({
  sql: "INSERT INTO settings (name, value) VALUES ('crash-last', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
  params: [String(seq)],
});

export const headOf = (journal: Journal): Told => {
  const { seq, hash } = journal.head();
  return { seq, hash };
};

/** Opens the journal of a file with the key, the clock and the ids of one till. */
export function opener(): (database: TillDatabase) => Promise<Journal> {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const signer: Signer = {
    publicKey: publicKey.export({ type: "spki", format: "der" }).toString("base64"),
    sign: (hash) => sign(null, hash, privateKey).toString("base64"),
  };
  let count = 0;
  const ids: Ids = {
    next: () => {
      count += 1;
      return `id-${String(count).padStart(8, "0")}`;
    },
  };
  const clock = { now: () => instant(Date.now()) };
  return (database) =>
    createJournal({
      database,
      clock,
      ids,
      signer,
      terminalId: "term-1" as TerminalId,
      softwareVersion: "0.1.0",
    });
}
