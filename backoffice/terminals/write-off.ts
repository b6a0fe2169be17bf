// Giving up a terminal that never comes back, and closing what a person has looked at.
import { z } from "zod";
import { contentHashOf } from "#backoffice/ledger/hash.ts";
import { WireGrantId } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import type { CardId, StaffId, TerminalId } from "#core/ids.ts";
import { cardAccount, escrowAccount } from "#core/ledger/accounts.ts";
import { post } from "#core/ledger/postings.ts";
import { isPositive, type Money, money, sum } from "#core/money.ts";
import type { Row } from "#database/database.ts";
import { bigintOf, jsonOf, numberOf, textOf } from "#database/row.ts";
import { holdIdOf } from "../payments/posting.ts";
import { setEnded } from "../payments/store.ts";
import type { TerminalDeps } from "./deps.ts";
import { left } from "./facts.ts";
import { settleRestore } from "./restored-books.ts";
import { type GrantRecord, grantsById, openGrantsOf, terminalById } from "./store.ts";
import { workItem } from "./work-item.ts";

export type WriteOff = Readonly<{ terminalId: TerminalId; by: StaffId; reason: string }>;

/**
 * Writes a terminal off. Holders get back what was set aside there; the sum is named and counted as exposure, for slips
 * that may still come are a loss from now on. Fails with TERMINAL_UNKNOWN or STATE_CONFLICT (written off before).
 */
export async function writeOffTerminal(
  deps: TerminalDeps,
  { terminalId, by, reason }: WriteOff,
): Promise<Readonly<{ exposure: Money; grants: number }>> {
  const { read } = deps.database;
  const terminal = (await terminalById(read, terminalId)) ?? fail("TERMINAL_UNKNOWN");
  if (terminal.state === "written-off") return fail("STATE_CONFLICT", "written off before");
  // First the state, so that no grant is given and no slip posted from escrow while they are returned.
  await deps.database.transaction((tx) =>
    tx.run("UPDATE terminal SET state = 'written-off' WHERE terminal_id = ?", [terminalId]),
  );
  const grants = await openGrantsOf(read, { terminalId });
  const exposure = sum(grants.map(left), deps.station.currency);
  await releaseGrants(deps, grants);
  const cards = [...(await voidHolds(deps, terminalId)), ...grants.map((grant) => grant.cardId)];
  await deps.database.transaction(async (tx) => {
    const item = workItem(
      { terminalId, epoch: terminal.epoch ?? "none", seq: terminal.markSeq },
      { now: deps.clock.now() },
      {
        kind: "grant-written-off",
        amount: exposure,
        policy: "write-off",
        bearer: "operator",
        code: "TERMINAL_WRITTEN_OFF",
        detail: `${grants.length} grants written off by ${by}: ${reason}`,
      },
    );
    await tx.run(item.sql, item.params);
  });
  await settleRestore(deps);
  deps.log.warn({ terminalId, by, grants: grants.length }, "terminal.written-off");
  deps.nudges.publish(terminalId, "snapshot");
  for (const cardId of new Set(cards)) await deps.finishEnding(cardId);
  return { exposure, grants: grants.length };
}

/** A hold of a terminal ends by its journal or by this; the cards that were held. */
async function voidHolds(deps: TerminalDeps, terminalId: TerminalId): Promise<readonly CardId[]> {
  const rows = await deps.database.read.all(
    "SELECT payment_id, card_id FROM payment WHERE terminal_id = ? AND state = 'held'",
    [terminalId],
  );
  const happenedAt = deps.clock.now();
  for (const row of rows) {
    const id = textOf(row, "payment_id");
    await deps.ledger.submit({
      caller: "system",
      id: `write-off:${id}`,
      contentHash: contentHashOf({ void: id }),
      happenedAt,
      transfers: post("payment-voided", { id, hold: holdIdOf(id) }),
      changes: [setEnded(id, "voided")],
    });
  }
  return rows.map((row) => textOf(row, "card_id") as CardId);
}

/** Gives holders back what their grants still held. One that its till closes at the same moment is passed over. */
async function releaseGrants(deps: TerminalDeps, grants: readonly GrantRecord[]): Promise<void> {
  const happenedAt = deps.clock.now();
  for (const grant of grants) {
    const { grantId, terminalId, cardId } = grant;
    const amount = left(grant);
    await deps.ledger.submit({
      caller: "system",
      id: `grant-written-off:${deps.ids.next()}`,
      contentHash: contentHashOf({ release: grantId }),
      happenedAt,
      checks: [
        {
          sql: `SELECT grant_id FROM card_grant WHERE grant_id = ? AND state IN ('live', 'recalled')
                AND spent = CAST(? AS BIGINT)`,
          params: [grantId, grant.spent.minor],
          code: "STATE_CONFLICT",
        },
      ],
      transfers: isPositive(amount)
        ? post("escrow-written-off", {
            id: grantId,
            escrow: escrowAccount(terminalId, cardId),
            card: cardAccount(cardId),
            amount,
          })
        : [],
      changes: [
        {
          sql: "UPDATE card_grant SET state = 'written-off', closed_at = ? WHERE grant_id = ?",
          params: [happenedAt, grantId],
        },
      ],
    });
  }
}

/**
 * Closes a work item with its resolution. Grants that a restored till left behind are released by it, and what a closed
 * grant still holds because till and books differed goes back to its card.
 * Fails with NOT_FOUND or STATE_CONFLICT (resolved before).
 */
export async function resolveWorkItem(
  deps: TerminalDeps,
  asked: Readonly<{ workItemId: string; by: StaffId; resolution: string }>,
): Promise<void> {
  const { read } = deps.database;
  const row = await read.get(
    `SELECT kind, terminal_id, epoch, seq, currency, CAST(amount AS TEXT) AS amount FROM work_item
     WHERE work_item_id = ?`,
    [asked.workItemId],
  );
  if (row === undefined) return fail("NOT_FOUND");
  const resolved = await deps.database.transaction((tx) =>
    tx.run(
      `UPDATE work_item SET state = 'resolved', resolution = ?, resolved_by = ?, resolved_at = ?
       WHERE work_item_id = ? AND state = 'open'`,
      [asked.resolution, asked.by, deps.clock.now(), asked.workItemId],
    ),
  );
  if (resolved !== 1) return fail("STATE_CONFLICT", "resolved before");
  if (textOf(row, "kind") === "grant-inconsistent") return releaseDifference(deps, asked.workItemId, row);
  if (textOf(row, "kind") !== "grants-of-old-epoch") return;
  const epoch = textOf(row, "epoch");
  const open = await openGrantsOf(read, { terminalId: textOf(row, "terminal_id") as TerminalId });
  await releaseGrants(
    deps,
    open.filter((grant) => grant.epoch !== epoch),
  );
}

/**
 * The difference of a grant that was closed with less than the books say was left. Of other inconsistencies nothing is in
 * escrow: a grant that was never given holds nothing, and one that did not cover its slip still returns by its closing.
 */
async function releaseDifference(deps: TerminalDeps, workItemId: string, item: Row): Promise<void> {
  const terminalId = textOf(item, "terminal_id") as TerminalId;
  const [stored] = await deps.database.read.all(
    "SELECT content FROM journal_entry WHERE terminal_id = ? AND epoch = ? AND seq = ? AND kind = 'grant-closed'",
    [terminalId, textOf(item, "epoch"), numberOf(item, "seq")],
  );
  const closed = stored && ClosedGrant.safeParse(jsonOf(stored, "content")).data;
  const [grant] = closed === undefined ? [] : await grantsById(deps.database.read, [closed.body.grantId]);
  if (grant === undefined || item.amount === null || grant.terminalId !== terminalId) return;
  const amount = money(bigintOf(item, "amount"), grant.amount.currency);
  if (grant.state !== "closed" || !isPositive(amount)) return;
  const { grantId, cardId } = grant;
  const answer = await deps.ledger.submit({
    caller: "system",
    id: `grant-difference:${grantId}`,
    contentHash: contentHashOf({ difference: grantId, item: workItemId }),
    happenedAt: deps.clock.now(),
    transfers: post("escrow-returned", {
      id: `${grantId}/difference`,
      escrow: escrowAccount(terminalId, cardId),
      card: cardAccount(cardId),
      amount,
    }),
  });
  if (answer.kind === "declined") deps.log.warn({ grantId, code: answer.code }, "grant.difference-kept");
  await deps.finishEnding(cardId);
}

const ClosedGrant = z.object({ body: z.object({ grantId: WireGrantId }) });
