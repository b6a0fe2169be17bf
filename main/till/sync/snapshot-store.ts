// What the back office sent down: applied in one transaction with its journal entries, then held in memory.
import { z } from "zod";
import { type Snapshot, SnapshotParts } from "#core/contract/terminal.ts";
import { instantOf, moneyOf } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import type { CardId } from "#core/ids.ts";
import type { EntryDraft } from "#core/journal/entry.ts";
import type { HotCode } from "#core/offline/decide.ts";
import type { GrantNews } from "#core/offline/grants.ts";
import { limitsOf, type OfflineLimits } from "#core/offline/limits.ts";
import { type Instant, instant } from "#core/time.ts";
import type { Statement } from "#database/database.ts";
import { jsonOf, numberOf, textOf } from "#database/row.ts";
import type { OfflineRules } from "../offline/desk.ts";
import { grantDrafts } from "../offline/grant-book.ts";
import { dropRevoked, outdatedVersions, revocationDrafts } from "../offline/verifiers.ts";
import type { Snapshots } from "../ports.ts";
import type { Journal } from "../store/journal.ts";
import type { ReadDb, TillDatabase } from "../store/tx.ts";

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
  limits: OfflineLimits | null;
  hot: ReadonlyMap<CardId, HotCode>;
}>;

/** Parts that are kept. Grants and recalls live on in the journal's own tables, password versions in verifiers. */
const KEPT_PARTS = ["catalogue", "staff", "policy", "hotList", "receiptHead"] as const;

export async function openSnapshotStore(database: TillDatabase, journal: Journal): Promise<SnapshotStore> {
  let state = await load(database.read);
  const listeners = new Set<() => void>();

  return {
    version: () => state.version,
    issuedAt: () => state.issuedAt,
    catalogue: () => ({ version: state.catalogueVersion, items: state.parts.catalogue ?? [] }),
    staff: () => state.parts.staff ?? [],
    receiptHead: () => state.parts.receiptHead ?? null,
    policy: () => state.limits,
    hotCode: (cardId) => state.hot.get(cardId),
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    apply: async (snapshot) => {
      const { parts, version, issuedAt } = snapshot;
      const next = stateOf({
        version,
        issuedAt: instantOf(issuedAt),
        catalogueVersion: parts.catalogue === undefined ? state.catalogueVersion : version,
        parts: { ...state.parts, ...keptOf(parts) },
      });
      await journal.append((db) => draftsOf(db, snapshot, journal.now()), {
        staffId: null,
        effects: (entries) => [...dropRevoked(entries), ...stored(keptOf(parts), next)],
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

const stored = (parts: SnapshotParts, next: State): readonly Statement[] => [
  ...Object.entries(parts).map(([part, value]) => ({
    sql: `INSERT INTO snapshot_parts (part, json) VALUES (?, ?)
          ON CONFLICT (part) DO UPDATE SET json = excluded.json`,
    params: [part, JSON.stringify(value)],
  })),
  {
    sql: `INSERT INTO snapshot_state (id, version, issued_at, catalogue_version) VALUES (1, ?, ?, ?)
          ON CONFLICT (id) DO UPDATE SET version = excluded.version, issued_at = excluded.issued_at,
            catalogue_version = excluded.catalogue_version`,
    params: [next.version, next.issuedAt ?? 0, next.catalogueVersion],
  },
];

const PartName = z.enum(KEPT_PARTS);

async function load(db: ReadDb): Promise<State> {
  const row = await db.get("SELECT version, issued_at, catalogue_version FROM snapshot_state WHERE id = 1");
  if (row === undefined) return stateOf({ version: 0, issuedAt: null, catalogueVersion: 0, parts: {} });
  const rows = await db.all("SELECT part, json FROM snapshot_parts");
  const raw = Object.fromEntries(rows.map((part) => [textOf(part, "part"), jsonOf(part, "json")]));
  const parsed = z.partialRecord(PartName, z.unknown()).pipe(SnapshotParts).safeParse(raw);
  return stateOf({
    version: numberOf(row, "version"),
    issuedAt: instant(numberOf(row, "issued_at")),
    catalogueVersion: numberOf(row, "catalogue_version"),
    parts: parsed.success ? parsed.data : fail("DATABASE_CORRUPT", "the stored snapshot"),
  });
}
