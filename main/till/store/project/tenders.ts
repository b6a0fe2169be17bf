// Attempts and what became of them; tenders; what was taken without the line.
import { moneyOf } from "#core/contract/values.ts";
import type { Statement } from "#database/database.ts";
import type { EntryOf } from "./project.ts";

const OPEN = "state IN ('asked', 'unknown')";

/** The till itself answers an offline attempt, in the same transaction. */
const tenderAttempted = ({ body, epoch, seq }: EntryOf<"tender-attempted">): readonly Statement[] =>
  body.route === "offline"
    ? []
    : [
        {
          sql: `INSERT INTO attempts (attempt_id, purpose, sale_id, about_id, amount, state, code, epoch, seq)
                VALUES (?, 'payment', ?, ?, ?, 'asked', NULL, ?, ?)`,
          params: [body.attemptId, body.saleId, body.tenderId, moneyOf(body.amount).minor, epoch, seq],
        },
      ];

const refundAttempted = ({ body, epoch, seq }: EntryOf<"refund-attempted">): readonly Statement[] => [
  {
    sql: `INSERT INTO attempts (attempt_id, purpose, sale_id, about_id, amount, state, code, epoch, seq)
          VALUES (?, 'refund', ?, ?, ?, 'asked', NULL, ?, ?)`,
    params: [body.attemptId, body.saleId, body.refundId, moneyOf(body.amount).minor, epoch, seq],
  },
];

const endAttempt = (
  attemptId: string,
  state: "approved" | "declined" | "unknown" | "closed" | "superseded",
  code: string | null = null,
): Statement => ({
  sql: `UPDATE attempts SET state = ?, code = ? WHERE attempt_id = ? AND ${OPEN}`,
  params: [state, code, attemptId],
});

function tenderApproved(entry: EntryOf<"tender-approved">): readonly Statement[] {
  const { body, epoch, seq } = entry;
  const { tender, saleId } = body;
  const online = tender.method === "prepaid" && tender.approval.kind === "online";
  const route = tender.method === "cash" ? "counter" : online ? "online" : "offline";
  const minor = moneyOf(tender.amount).minor;
  return [
    {
      sql: `INSERT INTO tenders (tender_id, sale_id, shift_id, method, route, amount, state, epoch, seq)
            VALUES (?, ?, (SELECT shift_id FROM sales WHERE sale_id = ?), ?, ?, ?, 'approved', ?, ?)`,
      params: [tender.tenderId, saleId, saleId, tender.method, route, minor, epoch, seq],
    },
    ...body.supersedes.map((attemptId) => endAttempt(attemptId, "superseded")),
    ...takenFromCard(entry),
  ];
}

function takenFromCard(entry: EntryOf<"tender-approved">): readonly Statement[] {
  const { tender } = entry.body;
  if (tender.method === "cash") return [];
  return [
    { sql: "DELETE FROM password_tries WHERE card_ref = ?", params: [tender.card.cardRef] },
    ...(tender.approval.kind === "online"
      ? [endAttempt(tender.approval.attemptId, "approved")]
      : takenOffline(entry)),
  ];
}

function takenOffline({ body, at, epoch, seq }: EntryOf<"tender-approved">): readonly Statement[] {
  const { tender, saleId } = body;
  if (tender.method !== "prepaid" || tender.approval.kind === "online") return [];
  const { approval, card, tenderId } = tender;
  const slices = approval.kind === "escrow" ? approval.slices : [];
  return [
    {
      sql: `INSERT INTO offline_slips (slip_id, basis, sale_id, card_ref, card_id, amount, at, epoch, seq, state)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'standing')`,
      params: [
        tenderId,
        approval.kind,
        saleId,
        card.cardRef,
        card.cardId ?? null,
        moneyOf(tender.amount).minor,
        at,
        epoch,
        seq,
      ],
    },
    ...slices.map(({ grantId, amount }) => ({
      must: "a grant was closed or spent meanwhile",
      sql: `UPDATE grants SET remaining = remaining - CAST(? AS BIGINT)
            WHERE grant_id = ? AND state = 'open' AND remaining >= CAST(? AS BIGINT)`,
      params: [moneyOf(amount).minor, grantId, moneyOf(amount).minor],
    })),
  ];
}

/** A slice goes back to its grant while that is open; of a closed one the back office returns the money. */
function tenderVoided({ body }: EntryOf<"tender-voided">): readonly Statement[] {
  const { tender } = body;
  const voided: Statement = {
    must: "the tender does not stand",
    sql: "UPDATE tenders SET state = 'voided' WHERE tender_id = ? AND state = 'approved'",
    params: [tender.tenderId],
  };
  if (tender.method !== "prepaid" || tender.approval.kind === "online") return [voided];
  const slices = tender.approval.kind === "escrow" ? tender.approval.slices : [];
  return [
    voided,
    { sql: "UPDATE offline_slips SET state = 'voided' WHERE slip_id = ?", params: [tender.tenderId] },
    ...slices.map(({ grantId, amount }) => ({
      sql: `UPDATE grants SET remaining = remaining + CAST(? AS BIGINT) WHERE grant_id = ? AND state = 'open'`,
      params: [moneyOf(amount).minor, grantId],
    })),
  ];
}

export const tenderProjections = {
  "tender-attempted": tenderAttempted,
  "refund-attempted": refundAttempted,
  "tender-approved": tenderApproved,
  "tender-voided": tenderVoided,
  "tender-declined": ({ body }: EntryOf<"tender-declined">) => [
    endAttempt(body.attemptId, "declined", body.code),
  ],
  "tender-unknown": ({ body }: EntryOf<"tender-unknown">) => [
    endAttempt(body.attemptId, "unknown", body.code),
  ],
  "attempt-closed": ({ body }: EntryOf<"attempt-closed">) => [endAttempt(body.attemptId, "closed")],
  "refund-declined": ({ body }: EntryOf<"refund-declined">) => [
    endAttempt(body.attemptId, "declined", body.code),
  ],
};
