// What tills reported that needs a person, with the sale and the card that it is about.
import { z } from "zod";
import { SearchText } from "#core/contract/plain-text.ts";
import { WORK_ITEM_KINDS, type WorkItem } from "#core/contract/terminals.ts";
import { WireCardId, WireSaleId, WireTerminalId, wireInstant, wireMoney } from "#core/contract/values.ts";
import type { CardId, SaleId, TerminalId } from "#core/ids.ts";
import { money } from "#core/money.ts";
import { instant } from "#core/time.ts";
import type { ReadDb, Row } from "#database/database.ts";
import { jsonOf, textOf } from "#database/row.ts";
import { currencyColumn, marks } from "../cards/store.ts";
import { completedSales } from "../reports/completed-sales.ts";
import type { TerminalDeps } from "./deps.ts";

export type WorkItemSearch = Readonly<{
  state: "open" | "resolved";
  query?: string | undefined;
  page: number;
  pageSize: number;
}>;

/**
 * Open ones oldest first, so that nothing grows old unseen; of resolved ones the last that came first.
 * `query` is a kind, a code, a terminal's or an item's id, or part of a terminal's name.
 */
export async function searchWorkItems(
  { database }: Pick<TerminalDeps, "database">,
  { state, query = "", page, pageSize }: WorkItemSearch,
): Promise<Readonly<{ total: number; rows: readonly WorkItem[] }>> {
  const from = "FROM work_item w LEFT JOIN terminal t ON t.terminal_id = w.terminal_id";
  const where = `WHERE w.state = ? AND (? = '' OR w.kind = ? OR w.code = ? OR w.terminal_id = ? OR w.work_item_id = ?
    OR lower(t.name) LIKE ?)`;
  const name = `%${query.toLowerCase().replace(/[%_\\]/g, "")}%`;
  const params = [state, query, query, query, query, query, name];
  const count = await database.read.get(`SELECT COUNT(*) AS total ${from} ${where}`, params);
  const order = state === "open" ? "w.at, w.work_item_id" : "w.at DESC, w.work_item_id";
  const rows = await database.read.all(
    `SELECT w.work_item_id, w.kind, w.terminal_id, w.epoch, w.seq, CAST(w.amount AS TEXT) AS amount, w.currency,
       w.policy, w.bearer, w.code, w.detail, w.at, w.state, w.resolution,
       w.owner AS owner_id, COALESCE(o.name, w.owner) AS owner, COALESCE(p.name, w.resolved_by) AS resolved_by,
       COALESCE(w.content, e.content) AS entry
     ${from} LEFT JOIN staff p ON p.staff_id = w.resolved_by LEFT JOIN staff o ON o.staff_id = w.owner
     LEFT JOIN journal_entry e ON e.terminal_id = w.terminal_id AND e.epoch = w.epoch AND e.seq = w.seq
     ${where} ORDER BY ${order} LIMIT ? OFFSET ?`,
    [...params, pageSize, page * pageSize],
  );
  return { total: Number(count?.total ?? 0), rows: await withSubjects(database.read, rows) };
}

/** What an entry of a till names; whatever cannot be read in it is left out. */
const Entry = z.object({
  body: z.object({
    saleId: WireSaleId.optional().catch(undefined),
    cardId: WireCardId.optional().catch(undefined),
    tender: z.json().optional(),
    tenders: z.array(z.json()).optional().catch(undefined),
    to: z.json().optional(),
  }),
});

const PrepaidTender = z.object({
  tenderId: SearchText,
  card: z.object({ cardId: WireCardId.optional(), masked: z.string().max(40) }),
});
type PrepaidTender = z.infer<typeof PrepaidTender>;

type Mention = Readonly<{
  terminalId: TerminalId;
  saleId: SaleId | undefined;
  cardId: CardId | undefined;
  tender: PrepaidTender | undefined;
}>;

function mentionOf(row: Row): Mention {
  const entry = row.entry === null ? undefined : Entry.safeParse(jsonOf(row, "entry")).data?.body;
  const detail = textOf(row, "detail");
  const tenders = [entry?.tender, entry?.to, ...(entry?.tenders ?? [])].flatMap(
    (one) => PrepaidTender.safeParse(one).data ?? [],
  );
  return {
    terminalId: WireTerminalId.parse(row.terminal_id),
    saleId: entry?.saleId,
    cardId: entry?.cardId,
    // A completed sale may name several: the item's own words say which.
    tender: tenders.length > 1 ? tenders.find(({ tenderId }) => detail.includes(tenderId)) : tenders[0],
  };
}

const keyOf = (terminalId: string, id: string) => `${terminalId} ${id}`;

type Card = Readonly<{ cardId: CardId; masked: string }>;

/** The cards that the books charged for the tenders mentioned: a till does not always know whose number it read. */
async function chargedCards(db: ReadDb, mentions: readonly Mention[]): Promise<ReadonlyMap<string, Card>> {
  const tenderIds = mentions.flatMap(({ tender }) => tender?.tenderId ?? []);
  if (tenderIds.length === 0) return new Map();
  const terminalIds = [...new Set(mentions.map(({ terminalId }) => terminalId))];
  const rows = await db.all(
    `SELECT terminal_id, tender_id, card_id, card_masked FROM payment
     WHERE terminal_id IN (${marks(terminalIds)}) AND tender_id IN (${marks(tenderIds)}) AND card_id IS NOT NULL`,
    [...terminalIds, ...tenderIds],
  );
  return new Map(
    rows.map((row) => [
      keyOf(textOf(row, "terminal_id"), textOf(row, "tender_id")),
      { cardId: WireCardId.parse(row.card_id), masked: textOf(row, "card_masked") },
    ]),
  );
}

async function withSubjects(db: ReadDb, rows: readonly Row[]): Promise<WorkItem[]> {
  const mentions = rows.map(mentionOf);
  const [saleOf, cards] = await Promise.all([completedSales(db, mentions), chargedCards(db, mentions)]);
  return rows.map((row, at) => {
    const mention = mentions[at] ?? mentionOf(row);
    const { terminalId, cardId, tender } = mention;
    const charged = tender === undefined ? undefined : cards.get(keyOf(terminalId, tender.tenderId));
    return {
      ...WorkItemRecord.parse(row),
      saleId: saleOf(mention),
      cardId: charged?.cardId ?? cardId ?? tender?.card.cardId ?? null,
      cardMasked: charged?.masked ?? tender?.card.masked ?? null,
    };
  });
}

const WorkItemRecord = z
  .object({
    work_item_id: z.string(),
    kind: z.enum(WORK_ITEM_KINDS),
    terminal_id: WireTerminalId,
    epoch: z.string(),
    seq: z.coerce.number(),
    amount: z.string().transform(BigInt).nullable(),
    currency: currencyColumn.nullable(),
    policy: z.string().nullable(),
    bearer: z.enum(["operator", "merchant", "nobody"]).nullable(),
    code: z.string(),
    detail: z.string(),
    at: z.coerce.number(),
    owner: z.string().nullable(),
    owner_id: z.string().nullable(),
    state: z.enum(["open", "resolved"]),
    resolution: z.string().nullable(),
    resolved_by: z.string().nullable(),
  })
  .transform(
    ({
      work_item_id,
      terminal_id,
      amount,
      currency,
      at,
      owner_id,
      resolved_by,
      ...rest
    }): Omit<WorkItem, "saleId" | "cardId" | "cardMasked"> => ({
      ...rest,
      workItemId: work_item_id,
      terminalId: terminal_id,
      amount: amount === null || currency === null ? null : wireMoney(money(amount, currency)),
      at: wireInstant(instant(at)),
      ownerId: owner_id,
      resolvedBy: resolved_by,
    }),
  );
