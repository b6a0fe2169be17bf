// What each entry of a till's journal means in the books. The table of this file is the answer to "what does the back
// office do with …?"; the leaves beside it say how.

import { instantOf } from "#core/contract/values.ts";
import type { AttemptId } from "#core/ids.ts";
import type { Entry } from "#core/journal/entry.ts";
import { wrongTryStatements } from "../cards/store.ts";
import type { Facts } from "./facts.ts";
import { closeAttempt } from "./plan-attempts.ts";
import { planGrantAccepted, planGrantClosed } from "./plan-grants.ts";
import { planCapture, planRefund, planSlip, planVoid } from "./plan-slips.ts";

/** Adds what an entry posts and changes to `facts.plan`. What cannot be posted becomes a work item, never a refusal. */
export function postingsOf(entry: Entry, facts: Facts): void {
  const { rows } = facts.plan;
  const { terminalId } = facts.terminal;
  switch (entry.kind) {
    case "tender-approved": {
      const { tender, supersedes } = entry.body;
      for (const attemptId of supersedes) closeAttempt(entry, facts, attemptId);
      if (tender.method === "prepaid") planSlip(entry, tender, facts);
      return;
    }
    case "sale-completed":
      for (const tender of entry.body.tenders) {
        if (tender.method === "prepaid") planCapture(entry, tender, facts);
      }
      return;
    case "tender-voided":
      if (entry.body.tender.method === "prepaid") planVoid(entry, entry.body.tender, facts);
      return;
    case "attempt-closed":
      closeAttempt(entry, facts, entry.body.attemptId satisfies AttemptId);
      return;
    case "refund-approved":
      if (entry.body.to.method === "prepaid") planRefund(entry, entry.body, entry.body.to, facts);
      return;
    case "grant-accepted":
      planGrantAccepted(entry, facts);
      return;
    case "grant-closed":
      planGrantClosed(entry, facts);
      return;
    case "verifier-made":
      rows.push({
        sql: `INSERT INTO card_at_terminal (terminal_id, card_id, password_version, last_seen_at) VALUES (?, ?, ?, ?)
              ON CONFLICT (terminal_id, card_id) DO UPDATE SET password_version = excluded.password_version,
              last_seen_at = excluded.last_seen_at`,
        params: [terminalId, entry.body.cardId, entry.body.passwordVersion, instantOf(entry.at)],
      });
      return;
    case "verifier-revoked":
      rows.push({
        sql: `UPDATE card_at_terminal SET password_version = NULL
              WHERE terminal_id = ? AND card_id = ? AND password_version = ?`,
        params: [terminalId, entry.body.cardId, entry.body.passwordVersion],
      });
      return;
    case "password-wrong": {
      const { cardId } = entry.body.card;
      if (cardId === undefined) return;
      rows.push(
        ...wrongTryStatements({
          cardId,
          eventId: `tries:${terminalId}:${entry.id}`,
          at: facts.now,
          triesMax: facts.triesMax,
          by: `terminal:${terminalId}`,
        }),
      );
      return;
    }
    default:
      // Everything else is told by the projections of project.ts, and moves no money of ours.
      return;
  }
}
