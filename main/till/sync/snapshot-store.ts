// What the back office sent down: applied in one transaction with its journal entries, then held in memory.
import { z } from "zod";
import { type Snapshot, SnapshotParts } from "#core/contract/terminal.ts";
import { instantOf, moneyOf } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import type { CardId, TerminalId } from "#core/ids.ts";
import type { EntryDraft } from "#core/journal/entry.ts";
import type { HotCode } from "#core/offline/decide.ts";
import type { GrantNews } from "#core/offline/grants.ts";
import { limitsOf, type OfflineLimits } from "#core/offline/limits.ts";
import { type Instant, instant } from "#core/time.ts";
import type { Statement } from "#database/database.ts";
import type { TillKeys } from "../keys/till-keys.ts";
import type { OfflineRules } from "../offline/desk.ts";
import { grantDrafts } from "../offline/grant-book.ts";
import { dropRevoked, outdatedVersions, revocationDrafts } from "../offline/verifiers.ts";
import type { Snapshots } from "../ports.ts";
import type { Journal } from "../store/journal.ts";
import type { ReadDb, TillDatabase } from "../store/tx.ts";
import { epochsOf } from "../store/verify-journal.ts";
import {
  hashesOf,
  isSealedByAny,
  isSealRight,
  type KeptSnapshot,
  readKept,
  type StoredSnapshot,
  sealedText,
} from "./kept-snapshot.ts";

export type SnapshotStore = Snapshots &
  OfflineRules &
  Readonly<{
    /** When the snapshot at hand was made; null before the first. */
    issuedAt(): Instant | null;
    /** Writes a checked snapshot: journal entries, grants, revocations and parts in one transaction, or none of it. */
    apply(snapshot: Snapshot): Promise<void>;
  }>;

type State = Readonly<{
  version: number;
  issuedAt: Instant | null;
  catalogueVersion: number;
  parts: SnapshotParts;
  hashes: KeptSnapshot["hashes"];
  /** What was kept had been changed by somebody else, so it was forgotten. */
  wasChanged: boolean;
  limits: OfflineLimits | null;
  hot: ReadonlyMap<CardId, HotCode>;
}>;

/** Parts that are kept. Grants and recalls live on in the journal's own tables, password versions in verifiers. */
const KEPT_PARTS = ["catalogue", "staff", "policy", "hotList", "receiptHead"] as const;

/** Whose snapshots are kept, and the keys that prove that nobody else wrote them. */
export type Keeper = Readonly<{ terminalId: TerminalId; keys: Pick<TillKeys, "signer" | "signText"> }>;

/**
 * Opens what was kept. Where the till's own signature does not hold over all of it, it is forgotten: without staff,
 * prices and limits nothing is sold or taken until the back office has sent a snapshot anew.
 */
export async function openSnapshotStore(
  database: TillDatabase,
  journal: Journal,
  keeper: Keeper,
): Promise<SnapshotStore> {
  let state = await load(database.read, keeper);
  const listeners = new Set<() => void>();

  return {
    version: () => state.version,
    issuedAt: () => state.issuedAt,
    catalogue: () => ({ version: state.catalogueVersion, items: state.parts.catalogue ?? [] }),
    staff: () => state.parts.staff ?? [],
    receiptHead: () => state.parts.receiptHead ?? null,
    policy: () => state.limits,
    alarm: () => (state.wasChanged ? "SNAPSHOT_CHANGED" : null),
    hotCode: (cardId) => state.hot.get(cardId),
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    apply: async (snapshot) => {
      const { parts, version, issuedAt } = snapshot;
      const texts = textsOf(keptOf(parts));
      const next = stateOf({
        version,
        issuedAt: instantOf(issuedAt),
        catalogueVersion: parts.catalogue === undefined ? state.catalogueVersion : version,
        parts: { ...state.parts, ...keptOf(parts) },
        hashes: { ...state.hashes, ...hashesOf(texts) },
        wasChanged: false,
      });
      await journal.append((db) => draftsOf(db, snapshot, journal.now()), {
        staffId: null,
        effects: (entries) => [...dropRevoked(entries), ...stored(texts, next, keeper)],
      });
      state = next;
      for (const listener of listeners) listener();
    },
  };
}

async function draftsOf(db: ReadDb, snapshot: Snapshot, now: Instant): Promise<readonly EntryDraft[]> {
  const { version, issuedAt, parts } = snapshot;
  return [
    { kind: "snapshot-applied", body: { version, issuedAt } },
    ...revocationDrafts(await outdatedVersions(db, parts.passwordVersions ?? [])),
    ...(await grantDrafts(db, newsOf(parts), now)),
  ];
}

const newsOf = ({ grants, recalls }: SnapshotParts): GrantNews => ({
  grants: grants?.map((grant) => ({
    grantId: grant.grantId,
    cardId: grant.cardId,
    amount: moneyOf(grant.amount),
    expiresAt: instantOf(grant.expiresAt),
  })),
  recalls,
});

function keptOf(parts: SnapshotParts): SnapshotParts {
  const kept = KEPT_PARTS.flatMap((part) => (parts[part] === undefined ? [] : [[part, parts[part]]]));
  return Object.fromEntries(kept) as SnapshotParts;
}

const stateOf = (loaded: Omit<State, "limits" | "hot">): State => ({
  ...loaded,
  limits: loaded.parts.policy === undefined ? null : limitsOf(loaded.parts.policy),
  hot: new Map((loaded.parts.hotList ?? []).map(({ cardId, code }) => [cardId, code])),
});

const textsOf = (parts: SnapshotParts): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(parts).map(([part, value]) => [part, JSON.stringify(value)]));

const stored = (
  texts: Readonly<Record<string, string>>,
  next: State,
  { terminalId, keys }: Keeper,
): readonly Statement[] => [
  // Parts that the seal does not name are of a snapshot that was forgotten.
  ...KEPT_PARTS.filter((part) => next.hashes[part] === undefined).map((part) => ({
    sql: "DELETE FROM snapshot_parts WHERE part = ?",
    params: [part],
  })),
  ...Object.entries(texts).map(([part, json]) => ({
    sql: `INSERT INTO snapshot_parts (part, json) VALUES (?, ?)
          ON CONFLICT (part) DO UPDATE SET json = excluded.json`,
    params: [part, json],
  })),
  {
    sql: `INSERT INTO snapshot_state (id, version, issued_at, catalogue_version, seal) VALUES (1, ?, ?, ?, ?)
          ON CONFLICT (id) DO UPDATE SET version = excluded.version, issued_at = excluded.issued_at,
            catalogue_version = excluded.catalogue_version, seal = excluded.seal`,
    params: [
      next.version,
      next.issuedAt ?? 0,
      next.catalogueVersion,
      keys.signText(sealedText(terminalId, { ...next, issuedAt: next.issuedAt ?? 0 })),
    ],
  },
];

const PartName = z.enum(KEPT_PARTS);

const nothing = (wasChanged: boolean): State =>
  stateOf({ version: 0, issuedAt: null, catalogueVersion: 0, parts: {}, hashes: {}, wasChanged });

async function load(db: ReadDb, { terminalId, keys }: Keeper): Promise<State> {
  const kept = await readKept(db);
  if (kept === undefined) return nothing(false);
  if (!isSealRight(keys.signer.publicKey, terminalId, kept)) return nothing(await wasChanged(db, kept));
  const { version, catalogueVersion, hashes } = kept;
  const parsed = z.partialRecord(PartName, z.unknown()).pipe(SnapshotParts).safeParse(valuesOf(kept.parts));
  return stateOf({
    version,
    issuedAt: instant(kept.issuedAt),
    catalogueVersion,
    parts: parsed.success ? parsed.data : fail("DATABASE_CORRUPT", "the stored snapshot"),
    hashes,
    wasChanged: false,
  });
}

/** Without a seal it is of an older version, and under an older key of another enrolment: both are asked for anew. */
async function wasChanged(db: ReadDb, kept: StoredSnapshot): Promise<boolean> {
  return kept.seal !== null && !isSealedByAny(await epochsOf(db), kept);
}

/** What is sealed was written here as JSON. */
const valuesOf = (texts: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(texts).map(([part, json]) => [part, JSON.parse(json)]));
