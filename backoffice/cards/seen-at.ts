// That a card paid at a till: the till may then get a grant of it.
import type { CardId, TerminalId } from "#core/ids.ts";
import type { Instant } from "#core/time.ts";
import type { Bulk, Statement } from "#database/database.ts";

const INTO = "INSERT INTO card_at_terminal (terminal_id, card_id, last_seen_at)";
const LATEST = "ON CONFLICT (terminal_id, card_id) DO UPDATE SET last_seen_at = excluded.last_seen_at";

/** A card may pay several times in one batch; grouped, each row is written once. */
const SEEN: Bulk = {
  table: "card_at_terminal",
  columns: { terminal_id: "text", card_id: "text", last_seen_at: "integer" },
  sql: (rows) =>
    `${INTO} SELECT terminal_id, card_id, max(last_seen_at) FROM (${rows}) AS given
     GROUP BY terminal_id, card_id ${LATEST}`,
};

export const cardSeenAt = (terminalId: TerminalId, cardId: CardId, at: Instant): Statement => ({
  bulk: SEEN,
  sql: `${INTO} VALUES (?, ?, ?) ${LATEST}`,
  params: [terminalId, cardId, at],
});
