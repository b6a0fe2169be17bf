// Grants as a till reports them. Only the arrival of its closing returns what is left of one.
import { contentHashOf } from "#backoffice/ledger/hash.ts";
import { instantOf, moneyOf } from "#core/contract/values.ts";
import type { Entry } from "#core/journal/entry.ts";
import { cardAccount, escrowAccount } from "#core/ledger/accounts.ts";
import { post } from "#core/ledger/postings.ts";
import { isPositive, type Money, smaller, subtract } from "#core/money.ts";
import type { Facts } from "./facts.ts";
import { left } from "./facts.ts";
import { chargeable } from "./plan-offline-slips.ts";
import { advance } from "./shortages.ts";
import { isOpen } from "./store.ts";
import { workItem } from "./work-item.ts";

type Accepted = Extract<Entry, { kind: "grant-accepted" }>;
type Closed = Extract<Entry, { kind: "grant-closed" }>;

/** A grant that a restored back office has forgotten is set aside once more; otherwise the acceptance is only noted. */
export function planGrantAccepted(entry: Accepted, facts: Facts): void {
  const { grantId, cardId } = entry.body;
  const { terminalId } = facts.terminal;
  const at = instantOf(entry.at);
  if (facts.grant(grantId) !== undefined) {
    facts.plan.rows.push({
      sql: "UPDATE card_grant SET accepted_at = ? WHERE grant_id = ? AND accepted_at IS NULL",
      params: [at, grantId],
    });
    return;
  }
  const amount = moneyOf(entry.body.amount);
  const id = `grant:${grantId}`;
  const isOurs = facts.card(cardId)?.currency === amount.currency;
  // The slice was the card's own when it was given: what it lacks now comes back with another till's sync.
  const short = subtract(amount, chargeable(facts, cardId, amount, id));
  const isRefused = (facts.refused.get(id)?.length ?? 0) > 2;
  if (
    !facts.restoring ||
    !isOurs ||
    isRefused ||
    !isPositive(amount) ||
    !facts.mayLack(cardId, short, false)
  ) {
    facts.plan.rows.push(inconsistent(entry, facts, amount, "a grant that this back office never gave"));
    return;
  }
  const advanced = advance(entry, { id, cardId, paymentId: null, policy: "escrow", short }, facts.now);
  const expiresAt = instantOf(entry.body.expiresAt);
  facts.plan.requests.push({
    caller: `terminal:${terminalId}`,
    id,
    contentHash: contentHashOf({ entry: entry.hash }),
    happenedAt: at,
    transfers: [
      ...advanced.transfers,
      ...post("escrow-granted", {
        id: grantId,
        card: cardAccount(cardId),
        escrow: escrowAccount(terminalId, cardId),
        amount,
      }),
    ],
    changes: [
      ...advanced.changes,
      {
        sql: `INSERT INTO card_grant (grant_id, terminal_id, epoch, card_id, state, currency, amount, spent, given_at,
                expires_at, accepted_at) VALUES (?, ?, ?, ?, 'live', ?, ?, 0, ?, ?, ?)`,
        params: [
          grantId,
          terminalId,
          entry.epoch,
          cardId,
          amount.currency,
          amount.minor,
          facts.now,
          expiresAt,
          at,
        ],
      },
    ],
  });
  facts.charge(cardId, subtract(amount, short));
  facts.setGrant({
    grantId,
    terminalId,
    epoch: entry.epoch,
    cardId,
    state: "live",
    amount,
    spent: { ...amount, minor: 0n },
    expiresAt,
  });
}

/** Returns what is left. Where till and books differ, the smaller goes back at once and a person sees to the rest. */
export function planGrantClosed(entry: Closed, facts: Facts): void {
  const { grantId } = entry.body;
  const said = moneyOf(entry.body.remaining);
  const grant = facts.grant(grantId);
  if (grant === undefined || grant.terminalId !== facts.terminal.terminalId) {
    if (isPositive(said)) facts.plan.rows.push(inconsistent(entry, facts, said, "a grant that is not known"));
    return;
  }
  if (!isOpen(grant)) return;
  const expected = left(grant);
  const id = `grant-closed:${grantId}`;
  const refused = facts.refused.has(id);
  const back = refused ? { ...said, minor: 0n } : smaller(said, expected);
  if (said.minor !== expected.minor || refused) {
    const difference = subtract(expected, back);
    facts.plan.rows.push(
      inconsistent(
        entry,
        facts,
        difference,
        `the till says ${said.minor} is left, the books ${expected.minor}`,
      ),
    );
  }
  const { cardId, terminalId } = grant;
  facts.plan.requests.push({
    caller: `terminal:${terminalId}`,
    id,
    contentHash: contentHashOf({ entry: entry.hash }),
    happenedAt: instantOf(entry.at),
    transfers: isPositive(back)
      ? post("escrow-returned", {
          id: grantId,
          escrow: escrowAccount(terminalId, cardId),
          card: cardAccount(cardId),
          amount: back,
        })
      : [],
    changes: [
      {
        sql: "UPDATE card_grant SET state = 'closed', closed_at = ? WHERE grant_id = ?",
        params: [facts.now, grantId],
      },
    ],
  });
  facts.release(cardId, back);
  facts.setGrant({ ...grant, state: "closed" });
  facts.plan.cards.add(cardId);
}

const inconsistent = (entry: Entry, facts: Facts, amount: Money, detail: string) =>
  workItem(entry, facts, {
    kind: "grant-inconsistent",
    amount,
    policy: "escrow",
    bearer: "nobody",
    code: "STATE_CONFLICT",
    detail,
  });
