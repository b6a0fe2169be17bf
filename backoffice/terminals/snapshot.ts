// What a till needs to sell without the line: made for it alone, versioned by its content, signed.
import { createHash } from "node:crypto";
import type { z } from "zod";
import { canonicalJson, type JsonValue } from "#core/canonical-json.ts";
import { hotCodeOf } from "#core/card/state.ts";
import {
  HOT_CARDS_MAX,
  PASSWORD_VERSIONS_MAX,
  type SignedSnapshot,
  type SnapshotParts,
} from "#core/contract/terminal.ts";
import { WireCardId, wireInstant, wireMoney } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import type { TerminalId } from "#core/ids.ts";
import type { ReadDb } from "#database/database.ts";
import { numberOf, textOf } from "#database/row.ts";
import { cardOf } from "../cards/store.ts";
import type { CatalogueCache } from "../catalogue/cache.ts";
import type { TerminalDeps } from "./deps.ts";
import { staffKeyOf, tradingTerminal } from "./enrol.ts";
import { isRestoring } from "./restored-books.ts";
import { openGrantsOf, type TerminalRecord, terminalById } from "./store.ts";

const PARTS = [
  "catalogue",
  "staff",
  "policy",
  "hotList",
  "grants",
  "recalls",
  "passwordVersions",
  "receiptHead",
] as const satisfies readonly (keyof SnapshotParts)[];
type PartName = (typeof PARTS)[number];

/** Far above any count of changes: what claims to hold more is not of this server. */
const VERSION_MAX = 2 ** 48;

/**
 * The whole snapshot, or the parts that changed after version `since`. A till that holds a version which this server has
 * not reached (it was restored) gets the whole under a higher one. Fails with TERMINAL_UNKNOWN, TERMINAL_QUARANTINED,
 * TERMINAL_WRITTEN_OFF or REQUEST_INVALID.
 */
export async function pullSnapshot(
  deps: TerminalDeps,
  catalogue: CatalogueCache,
  terminalId: TerminalId,
  since: number | undefined,
): Promise<z.infer<typeof SignedSnapshot>> {
  const terminal = await tradingTerminal(deps, terminalId);
  if (since !== undefined && since > VERSION_MAX) return fail("REQUEST_INVALID", "no version of this server");
  const { items, hash } = await catalogue(deps.database.read);
  const parts = { catalogue: [...items], ...(await partsFor(deps, terminal)) };
  const { version: numbered, changedAt } = await numberParts(deps, terminal, parts, hash);
  const delta = since !== undefined && since > 0 && since <= numbered;
  const version = since === undefined || since <= numbered ? numbered : await raise(deps, terminalId, since);
  const sent = Object.fromEntries(
    PARTS.filter((name) => !delta || (changedAt.get(name) ?? 0) > since).map((name) => [name, parts[name]]),
  ) as SnapshotParts;
  const snapshot = {
    terminalId,
    version,
    since: delta ? since : null,
    issuedAt: wireInstant(deps.clock.now()),
    parts: sent,
  };
  return { snapshot, signature: deps.keys.sign(snapshot as JsonValue) };
}

/** Tills refuse a version below the one they hold; from here on the numbers go on above it. */
async function raise({ database }: TerminalDeps, terminalId: TerminalId, since: number): Promise<number> {
  await database.transaction((tx) =>
    tx.run("UPDATE terminal SET snapshot_version = ? WHERE terminal_id = ? AND snapshot_version <= ?", [
      since + 1,
      terminalId,
      since,
    ]),
  );
  return versionOf({ database }, terminalId);
}

/**
 * The version after a sync: raised where the sync changed this terminal's grants or the passwords it knows.
 * What changes for all tills is reckoned when they pull; a nudge has told them to.
 */
export async function versionAfterSync(deps: TerminalDeps, terminalId: TerminalId): Promise<number> {
  const terminal = (await terminalById(deps.database.read, terminalId)) ?? fail("TERMINAL_UNKNOWN");
  return (await numberParts(deps, terminal, await ownParts(deps, terminal))).version;
}

async function versionOf(
  { database }: Pick<TerminalDeps, "database">,
  terminalId: TerminalId,
): Promise<number> {
  return (await terminalById(database.read, terminalId))?.snapshotVersion ?? 0;
}

async function partsFor(
  deps: TerminalDeps,
  terminal: TerminalRecord,
): Promise<Omit<Pick<SnapshotParts, PartName>, "catalogue">> {
  const { terminalId } = terminal;
  const staff = await deps.staffVerifiers({ terminalId, staffKey: staffKeyOf(deps, terminal) });
  return {
    staff: [...staff],
    policy: deps.offlinePolicy,
    hotList: await hotList(deps),
    ...(await ownParts(deps, terminal)),
    receiptHead: deps.station.receiptHead,
  };
}

/** The parts that a terminal's own syncs change. */
async function ownParts(
  { database: { read } }: TerminalDeps,
  terminal: TerminalRecord,
): Promise<Pick<SnapshotParts, "grants" | "recalls" | "passwordVersions">> {
  const { terminalId } = terminal;
  const versions = await read.all(
    `SELECT a.card_id, c.password_version FROM card_at_terminal a JOIN card c ON c.card_id = a.card_id
     WHERE a.terminal_id = ? ORDER BY a.card_id LIMIT ${PASSWORD_VERSIONS_MAX}`,
    [terminalId],
  );
  return {
    // A server that was restored does not know yet which grants live: a list of its own would close the others.
    ...((await isRestoring(read, terminal)) ? {} : await grantParts(read, terminal)),
    passwordVersions: versions.map((row) => ({
      cardId: WireCardId.parse(row.card_id),
      version: numberOf(row, "password_version"),
    })),
  };
}

async function grantParts(
  read: ReadDb,
  { terminalId, epoch }: TerminalRecord,
): Promise<Required<Pick<SnapshotParts, "grants" | "recalls">>> {
  const open = await openGrantsOf(read, { terminalId });
  // Grants of an epoch that was left are nobody's to spend; the till of today never had them.
  const own = open.filter((grant) => grant.epoch === (epoch ?? "none"));
  return {
    grants: own.map((grant) => ({
      grantId: grant.grantId,
      cardId: grant.cardId,
      amount: wireMoney(grant.amount),
      expiresAt: wireInstant(grant.expiresAt),
    })),
    recalls: own.filter(({ state }) => state === "recalled").map(({ grantId }) => grantId),
  };
}

/**
 * Cards not to take. One that no till has ever seen is on it too: it may be swiped anywhere. Blocked cards come first, for
 * they have money on them; what has ended has none, and is left out first where there are too many.
 */
export async function hotList(
  { database, clock, log }: Pick<TerminalDeps, "database" | "clock" | "log">,
  cardsMax = HOT_CARDS_MAX,
): Promise<NonNullable<SnapshotParts["hotList"]>> {
  const now = clock.now();
  const rows = await database.read.all(
    `SELECT * FROM card WHERE state IN ('blocked', 'closing', 'expired', 'refunded', 'closed')
       OR (state = 'active' AND expires_at <= ?)
     ORDER BY CASE state WHEN 'blocked' THEN 0 WHEN 'closing' THEN 1 WHEN 'active' THEN 1 ELSE 2 END,
       changed_at DESC, card_id LIMIT ${cardsMax + 1}`,
    [now],
  );
  if (rows.length > cardsMax) log.warn({ cardsMax }, "snapshot.hot-list-full");
  return rows
    .slice(0, cardsMax)
    .map(cardOf)
    .flatMap((card) => {
      const code = hotCodeOf(card, now);
      return code === undefined ? [] : [{ cardId: card.cardId, code }];
    });
}

/** Gives every part that is given the version at which its content last changed; the snapshot's is the highest. */
async function numberParts(
  deps: TerminalDeps,
  { terminalId }: TerminalRecord,
  parts: SnapshotParts,
  catalogueHash?: string,
): Promise<Readonly<{ version: number; changedAt: ReadonlyMap<string, number> }>> {
  const names = PARTS.filter((name) => parts[name] !== undefined);
  const hashes = new Map(
    names.map((name) => [name, name === "catalogue" && catalogueHash ? catalogueHash : hashOf(parts[name])]),
  );
  const known = await storedParts(deps, terminalId);
  const isSame = names.every((name) => known.get(name)?.hash === hashes.get(name));
  const highest = await versionOf(deps, terminalId);
  if (isSame) return { version: highest, changedAt: mapVersions(known) };
  await deps.database.transaction(async (tx) => {
    const row = await tx.get("SELECT snapshot_version FROM terminal WHERE terminal_id = ?", [terminalId]);
    const next = (row === undefined ? fail("TERMINAL_UNKNOWN") : numberOf(row, "snapshot_version")) + 1;
    await tx.run("UPDATE terminal SET snapshot_version = ? WHERE terminal_id = ?", [next, terminalId]);
    for (const [name, hash] of hashes) {
      if (known.get(name)?.hash === hash) continue;
      await tx.run(
        `INSERT INTO snapshot_part (terminal_id, part, hash, version) VALUES (?, ?, ?, ?)
         ON CONFLICT (terminal_id, part) DO UPDATE SET hash = excluded.hash, version = excluded.version`,
        [terminalId, name, hash, next],
      );
    }
  });
  return {
    version: await versionOf(deps, terminalId),
    changedAt: mapVersions(await storedParts(deps, terminalId)),
  };
}

async function storedParts({ database }: TerminalDeps, terminalId: TerminalId) {
  const rows = await database.read.all(
    "SELECT part, hash, version FROM snapshot_part WHERE terminal_id = ?",
    [terminalId],
  );
  return new Map(
    rows.map((row) => [
      textOf(row, "part"),
      { hash: textOf(row, "hash"), version: numberOf(row, "version") },
    ]),
  );
}

const mapVersions = (known: Awaited<ReturnType<typeof storedParts>>) =>
  new Map([...known].map(([part, { version }]) => [part, version]));

const hashOf = (part: unknown) =>
  createHash("sha256")
    .update(canonicalJson((part ?? null) as JsonValue))
    .digest("hex");
