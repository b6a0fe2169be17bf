// The queries of terminals: who they are, how far their journals are stored, what they hold.
import { z } from "zod";
import { TERMINAL_STATES, type TerminalState } from "#core/contract/terminals.ts";
import { WireCardId, WireEpoch, WireGrantId, WireMerchantId, WireTerminalId } from "#core/contract/values.ts";
import type { CardId, GrantId, TerminalId } from "#core/ids.ts";
import { money } from "#core/money.ts";
import type { Instant } from "#core/time.ts";
import type { ReadDb } from "#database/database.ts";
import { textsIn, textsParam } from "#database/insert-rows.ts";
import { currencyColumn } from "../cards/store.ts";

const instantColumn = z.coerce.number().transform((at) => at as Instant);

const TerminalRecord = z
  .object({
    terminal_id: WireTerminalId,
    name: z.string(),
    merchant_id: WireMerchantId,
    state: z.enum(TERMINAL_STATES),
    public_key: z.string(),
    staff_key_sealed: z.string(),
    epoch: WireEpoch.nullable(),
    mark_seq: z.coerce.number(),
    mark_hash: z.string(),
    snapshot_version: z.coerce.number(),
    enrolled_at: instantColumn,
    last_sync_at: instantColumn.nullable(),
    left_at: instantColumn.nullable(),
    left_whole: z.coerce.number(),
  })
  .transform((row) => ({
    terminalId: row.terminal_id,
    name: row.name,
    merchantId: row.merchant_id,
    state: row.state,
    publicKey: row.public_key,
    staffKeySealed: row.staff_key_sealed,
    epoch: row.epoch,
    markSeq: row.mark_seq,
    markHash: row.mark_hash,
    snapshotVersion: row.snapshot_version,
    enrolledAt: row.enrolled_at,
    lastSyncAt: row.last_sync_at,
    leftAt: row.left_at,
    isLeftWhole: row.left_whole === 1,
  }));
export type TerminalRecord = Readonly<z.infer<typeof TerminalRecord>>;

/**
 * A terminal that says itself that it was left is believed as far as it gives up rights by that. That nothing of it is
 * missing, another terminal must say, with a key of its own: its first epoch follows the last entry that is stored.
 */
const LEFT_WHOLE = `CASE WHEN left_at IS NOT NULL AND EXISTS (
  SELECT 1 FROM terminal_epoch next WHERE next.follows_epoch = terminal.epoch AND next.follows_seq = terminal.mark_seq
  AND next.follows_hash = terminal.mark_hash AND next.terminal_id <> terminal.terminal_id) THEN 1 ELSE 0 END`;

const COLUMNS = `terminal_id, name, merchant_id, state, public_key, staff_key_sealed, epoch, mark_seq, mark_hash,
  snapshot_version, enrolled_at, last_sync_at, left_at, ${LEFT_WHOLE} AS left_whole`;

export type TerminalSearch = Readonly<{
  /** Part of a name or of a merchant's id, or a terminal's id. */
  query?: string | undefined;
  state?: TerminalState | undefined;
  page: number;
  pageSize: number;
}>;

export async function terminalById(db: ReadDb, terminalId: TerminalId): Promise<TerminalRecord | undefined> {
  const row = await db.get(`SELECT ${COLUMNS} FROM terminal WHERE terminal_id = ?`, [terminalId]);
  return row === undefined ? undefined : TerminalRecord.parse(row);
}

export async function allTerminals(db: ReadDb): Promise<readonly TerminalRecord[]> {
  const rows = await db.all(`SELECT ${COLUMNS} FROM terminal ORDER BY name, terminal_id`);
  return rows.map((row) => TerminalRecord.parse(row));
}

/** A page of terminals by name. */
export async function searchTerminals(
  db: ReadDb,
  { query = "", state, page, pageSize }: TerminalSearch,
): Promise<Readonly<{ total: number; rows: readonly TerminalRecord[] }>> {
  const like = `%${query.toLowerCase().replace(/[%_\\]/g, "")}%`;
  const where = `WHERE (lower(name) LIKE ? OR lower(merchant_id) LIKE ? OR terminal_id = ?)${
    state === undefined ? "" : " AND state = ?"
  }`;
  const params = [like, like, query, ...(state === undefined ? [] : [state])];
  const rows = await db.all(
    `SELECT ${COLUMNS} FROM terminal ${where} ORDER BY name, terminal_id LIMIT ? OFFSET ?`,
    [...params, pageSize, page * pageSize],
  );
  const total = await db.get(`SELECT COUNT(*) AS total FROM terminal ${where}`, params);
  return { total: Number(total?.total ?? 0), rows: rows.map((row) => TerminalRecord.parse(row)) };
}

const GrantRecord = z
  .object({
    grant_id: WireGrantId,
    terminal_id: WireTerminalId,
    epoch: z.string(),
    card_id: WireCardId,
    state: z.enum(["live", "recalled", "closed", "written-off"]),
    currency: currencyColumn,
    amount: z.string().transform(BigInt),
    spent: z.string().transform(BigInt),
    expires_at: instantColumn,
  })
  .transform((row) => ({
    grantId: row.grant_id,
    terminalId: row.terminal_id,
    epoch: row.epoch,
    cardId: row.card_id,
    state: row.state,
    amount: money(row.amount, row.currency),
    spent: money(row.spent, row.currency),
    expiresAt: row.expires_at,
  }));
export type GrantRecord = Readonly<z.infer<typeof GrantRecord>>;

const GRANTS = `SELECT grant_id, terminal_id, epoch, card_id, state, currency, CAST(amount AS TEXT) AS amount,
  CAST(spent AS TEXT) AS spent, expires_at FROM card_grant`;

export const isOpen = ({ state }: GrantRecord) => state === "live" || state === "recalled";

export async function grantsById(db: ReadDb, ids: readonly GrantId[]): Promise<readonly GrantRecord[]> {
  if (ids.length === 0) return [];
  return grants(await db.all(`${GRANTS} WHERE ${textsIn(db, "grant_id")}`, [textsParam(db, ids)]));
}

/** Grants that are not closed, of a terminal or of a card. */
export async function openGrantsOf(
  db: ReadDb,
  of: Readonly<{ terminalId: TerminalId }> | Readonly<{ cardId: CardId }>,
): Promise<readonly GrantRecord[]> {
  const [column, id] = "cardId" in of ? ["card_id", of.cardId] : ["terminal_id", of.terminalId];
  const where = `WHERE ${column} = ? AND state IN ('live', 'recalled') ORDER BY given_at, grant_id`;
  return grants(await db.all(`${GRANTS} ${where}`, [id]));
}

/** Open grants of a terminal that were there when it began an epoch: its till has lost those, and none of later epochs. */
export async function grantsLeftBehind(
  db: ReadDb,
  left: Readonly<{ terminalId: TerminalId; epoch: string; at: Instant }>,
): Promise<readonly GrantRecord[]> {
  const where = `WHERE terminal_id = ? AND epoch <> ? AND given_at <= ? AND state IN ('live', 'recalled')
    ORDER BY given_at, grant_id`;
  return grants(await db.all(`${GRANTS} ${where}`, [left.terminalId, left.epoch, left.at]));
}

export async function allOpenGrants(db: ReadDb): Promise<readonly GrantRecord[]> {
  return grants(await db.all(`${GRANTS} WHERE state IN ('live', 'recalled')`));
}

const grants = (rows: readonly unknown[]) => rows.map((row) => GrantRecord.parse(row));

export type BooksRestore = Readonly<{ restoredAt: Instant }>;

/** The restore that tills are still awaited for, or undefined. */
export async function openRestore(db: ReadDb): Promise<BooksRestore | undefined> {
  const row = await db.get(
    "SELECT max(restored_at) AS restored_at FROM books_restore WHERE settled_at IS NULL",
  );
  const at = row?.restored_at;
  return at === null || at === undefined ? undefined : { restoredAt: instantColumn.parse(at) };
}
