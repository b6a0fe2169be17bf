// What this till can check a password against without the line: made here at the moment of an online payment,
// sealed at rest, and gone when the password changes.
import type { CardId } from "#core/ids.ts";
import type { Entry, EntryDraft } from "#core/journal/entry.ts";
import type { Instant } from "#core/time.ts";
import type { Statement } from "#database/database.ts";
import type { PasswordHasher } from "../keys/password-hash.ts";
import type { TillKeys } from "../keys/till-keys.ts";
import type { OnlineApproval } from "../ports.ts";
import type { Journal } from "../store/journal.ts";
import type { ReadDb, TillDatabase } from "../store/tx.ts";
import { type LiveVersion, liveVerifier, liveVersions, verifiersBeyond } from "./books.ts";
import { learnNumber } from "./card-names.ts";

/** Cards that one till can check; the ones made first go. Each is some 200 bytes. */
const VERIFIERS_MAX = 20_000;

export type VerifierStore = Readonly<{
  /** Undefined where this till has nothing to compare with. Fails with BUSY. */
  check(cardId: CardId, password: string): Promise<{ isRight: boolean; passwordVersion: number } | undefined>;
  has(cardId: CardId): Promise<boolean>;
  /** Makes or renews the verifier of a card that was just paid with online, and learns the number it came by. */
  learn(approval: OnlineApproval): Promise<void>;
}>;

export type VerifierStoreOptions = Readonly<{
  database: TillDatabase;
  journal: Journal;
  keys: TillKeys;
  hasher: PasswordHasher;
}>;

/** Binds a sealed verifier to its card and version: one that was moved to another row does not open. */
const sealContext = ({ cardId, passwordVersion }: LiveVersion) => `verifier\n${cardId}\n${passwordVersion}`;

export function makeVerifierStore({ database, journal, keys, hasher }: VerifierStoreOptions): VerifierStore {
  /** One that this till's keys do not open (they were lost with a sealed key store) is as good as none. */
  const read = async (cardId: CardId) => {
    const stored = await liveVerifier(database.read, cardId);
    if (stored === undefined) return undefined;
    const { passwordVersion, sealed } = stored;
    const phc = openedOrUndefined(keys, sealed, { cardId, passwordVersion });
    return phc === undefined ? undefined : { phc, passwordVersion };
  };
  return {
    has: async (cardId) => (await read(cardId)) !== undefined,
    check: async (cardId, password) => {
      const stored = await read(cardId);
      if (stored === undefined) return undefined;
      const isRight = await hasher.verify(stored.phc, keys.pepper(password));
      return { isRight, passwordVersion: stored.passwordVersion };
    },
    learn: async ({ number, password, cardId, passwordVersion }) => {
      const stored = await read(cardId);
      if (stored?.passwordVersion === passwordVersion) {
        await database.commit([learnNumber(keys, number, cardId)]);
        return;
      }
      const phc = await hasher.hash(keys.pepper(password));
      const version = { cardId, passwordVersion };
      const sealed = keys.sealAtRest(phc, sealContext(version));
      await journal.append((db) => draftsOfNew(db, version), {
        staffId: null,
        effects: (entries) => [
          learnNumber(keys, number, cardId),
          ...dropRevoked(entries),
          storeSecret(version, sealed, journal.now()),
        ],
      });
    },
  };
}

function openedOrUndefined(keys: TillKeys, sealed: string, version: LiveVersion): string | undefined {
  try {
    return keys.openAtRest(sealed, sealContext(version));
  } catch {
    return undefined;
  }
}

async function draftsOfNew(db: ReadDb, made: LiveVersion): Promise<readonly EntryDraft[]> {
  const tooMany = await verifiersBeyond(db, VERIFIERS_MAX - 1);
  const gone = tooMany.filter(({ cardId }) => cardId !== made.cardId);
  return [...gone.map(revoked), { kind: "verifier-made", body: made }];
}

const revoked = (version: LiveVersion): EntryDraft => ({ kind: "verifier-revoked", body: version });

const storeSecret = (version: LiveVersion, sealed: string, madeAt: Instant): Statement => ({
  sql: `INSERT INTO verifier_secrets (card_id, password_version, sealed, made_at) VALUES (?, ?, ?, ?)
        ON CONFLICT (card_id) DO UPDATE SET password_version = excluded.password_version,
          sealed = excluded.sealed, made_at = excluded.made_at`,
  params: [version.cardId, version.passwordVersion, sealed, madeAt],
});

/** Erases the secrets of the verifiers that these entries revoke. */
export function dropRevoked(entries: readonly Entry[]): readonly Statement[] {
  const gone = entries.flatMap((entry) => (entry.kind === "verifier-revoked" ? [entry.body] : []));
  return gone.map(({ cardId, passwordVersion }) => ({
    sql: "DELETE FROM verifier_secrets WHERE card_id = ? AND password_version = ?",
    params: [cardId, passwordVersion],
  }));
}

/** The live verifiers whose password has changed since, by the versions that a snapshot names. */
export async function outdatedVersions(
  db: ReadDb,
  named: readonly Readonly<{ cardId: CardId; version: number }>[],
): Promise<readonly LiveVersion[]> {
  const current = new Map(named.map(({ cardId, version }) => [cardId, version]));
  return (await liveVersions(db)).filter(({ cardId, passwordVersion }) => {
    const version = current.get(cardId);
    // A verifier that is newer than the snapshot was made by a payment that the snapshot has not seen yet.
    return version !== undefined && version > passwordVersion;
  });
}

export const revocationDrafts = (versions: readonly LiveVersion[]): readonly EntryDraft[] =>
  versions.map(revoked);
