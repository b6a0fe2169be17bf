// Giving up a terminal that never comes back, and closing what a person has looked at.
import { z } from "zod";
import { contentHashOf } from "#backoffice/ledger/hash.ts";
import type { LedgerRequest } from "#backoffice/ledger/request.ts";
import { WireGrantId, WireTerminalId } from "#core/contract/values.ts";
import { FailureError, fail } from "#core/errors.ts";
import type { CardId, GrantId, StaffId, TerminalId } from "#core/ids.ts";
import { cardAccount, escrowAccount } from "#core/ledger/accounts.ts";
import { post } from "#core/ledger/postings.ts";
import { isPositive, type Money, money, sum } from "#core/money.ts";
import { instant } from "#core/time.ts";
import type { Row } from "#database/database.ts";
import { bigintOf, jsonOf, numberOf, textOf } from "#database/row.ts";
import { holdIdOf } from "../payments/posting.ts";
import { setEnded } from "../payments/store.ts";
import type { TerminalDeps } from "./deps.ts";
import { left } from "./facts.ts";
import { grantsKept } from "./left-terminals.ts";
import { settleRestore } from "./restored-books.ts";
import {
  type GrantRecord,
  grantsById,
  grantsLeftBehind,
  isOpen,
  openGrantsOf,
  type TerminalRecord,
  terminalById,
} from "./store.ts";
import { workItem } from "./work-item.ts";

export type WriteOff = Readonly<{ terminalId: TerminalId; by: StaffId; reason: string }>;

/** What is named as a loss that may still come, and how many grants this call gave back. */
export type WrittenOff = Readonly<{ exposure: Money; grants: number }>;

/**
 * Writes a terminal off. Holders get back what was set aside there; the sum is named and counted as exposure, for slips
 * that may still come are a loss from now on. One that stopped on its way is gone on with, here or by
 * `finishWriteOff`. Fails with TERMINAL_UNKNOWN, STATE_CONFLICT (written off before), or as the ledger does.
 */
export async function writeOffTerminal(
  deps: TerminalDeps,
  { terminalId, by, reason }: WriteOff,
): Promise<WrittenOff> {
  const terminal = (await terminalById(deps.database.read, terminalId)) ?? fail("TERMINAL_UNKNOWN");
  if (terminal.state === "written-off" && !(await unfinishedWriteOffs(deps)).includes(terminalId)) {
    return fail("STATE_CONFLICT", "written off before");
  }
  return carryThrough(deps, terminal, `${by}: ${reason}`);
}

/** Terminals that are written off and still have money set aside or held. */
export async function unfinishedWriteOffs({
  database,
}: Pick<TerminalDeps, "database">): Promise<readonly TerminalId[]> {
  const rows = await database.read.all(
    `SELECT terminal_id FROM terminal WHERE state = 'written-off' AND (
       terminal_id IN (SELECT terminal_id FROM card_grant WHERE state IN ('live', 'recalled'))
       OR terminal_id IN (SELECT terminal_id FROM payment WHERE state = 'held'))`,
  );
  return rows.map((row) => WireTerminalId.parse(row.terminal_id));
}

/** Goes on with a write-off that stopped on its way, as after a crash. Fails with TERMINAL_UNKNOWN or as the ledger does. */
export async function finishWriteOff(deps: TerminalDeps, terminalId: TerminalId): Promise<WrittenOff> {
  const terminal = (await terminalById(deps.database.read, terminalId)) ?? fail("TERMINAL_UNKNOWN");
  return carryThrough(deps, terminal, "system: begun before");
}

/** Each step does what is left of it, so the whole may stop anywhere and be called again. */
async function carryThrough(
  deps: TerminalDeps,
  terminal: TerminalRecord,
  decision: string,
): Promise<WrittenOff> {
  const { terminalId } = terminal;
  const exposure = await decide(deps, terminal, decision);
  deps.nudges.publish(terminalId, "snapshot");
  const grants = await openGrantsOf(deps.database.read, { terminalId });
  const cards = await release(deps, terminalId, grants);
  await settleRestore(deps);
  deps.log.warn({ terminalId, decision, grants: grants.length }, "terminal.written-off");
  for (const cardId of cards) await deps.finishEnding(cardId);
  return { exposure, grants: grants.length };
}

/** Gives back what a terminal holds of cards, and what these grants do; the cards, as one that is closing may end now. */
async function release(
  deps: TerminalDeps,
  terminalId: TerminalId,
  grants: readonly GrantRecord[],
): Promise<ReadonlySet<CardId>> {
  const held = await voidHolds(deps, terminalId);
  await releaseGrants(deps, grants);
  return new Set([...held, ...grants.map(({ cardId }) => cardId)]);
}

/**
 * The state, so that no grant is given and no slip posted from escrow while they are returned, and with it the exposure:
 * once, for the first call that comes through. Gives the exposure that is named.
 */
function decide(deps: TerminalDeps, terminal: TerminalRecord, decision: string): Promise<Money> {
  const { terminalId } = terminal;
  const { currency } = deps.station;
  return deps.database.transaction(async (tx) => {
    // A grant is given under the lock of this row: after the update none is on its way any more.
    await tx.run("UPDATE terminal SET state = 'written-off' WHERE terminal_id = ?", [terminalId]);
    const named = await tx.get(
      `SELECT CAST(amount AS TEXT) AS amount FROM work_item
       WHERE terminal_id = ? AND kind = 'grant-written-off' ORDER BY at LIMIT 1`,
      [terminalId],
    );
    if (named !== undefined) return money(bigintOf(named, "amount"), currency);
    const grants = await openGrantsOf(tx, { terminalId });
    const exposure = sum(grants.map(left), currency);
    const item = workItem(
      { terminalId, epoch: terminal.epoch ?? "none", seq: terminal.markSeq },
      { now: deps.clock.now() },
      {
        kind: "grant-written-off",
        amount: exposure,
        policy: "write-off",
        bearer: "operator",
        code: "TERMINAL_WRITTEN_OFF",
        detail: `${grants.length} grants written off by ${decision}`,
      },
    );
    await tx.run(item.sql, item.params);
    return exposure;
  }, "read-committed");
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
    const answer = await deps.ledger.submit({
      caller: "system",
      id: `write-off:${id}`,
      contentHash: contentHashOf({ void: id }),
      happenedAt,
      transfers: post("payment-voided", { id, hold: holdIdOf(id) }),
      changes: [setEnded(id, "voided")],
    });
    // Its till's journal has ended it meanwhile.
    if (answer.kind === "declined") deps.log.warn({ id, code: answer.code }, "hold.not-voided");
  }
  return rows.map((row) => textOf(row, "card_id") as CardId);
}

/** Gives holders back what their grants still hold. Each is given back once, however often this is called. */
async function releaseGrants(deps: TerminalDeps, grants: readonly GrantRecord[]): Promise<void> {
  for (const { grantId } of grants) await releaseGrant(deps, grantId);
}

/** A till spends from a grant or closes it at the same moment: rarely once, and never many times. */
const RELEASE_TRIES_MAX = 4;

async function releaseGrant(deps: TerminalDeps, grantId: GrantId): Promise<void> {
  for (let tries = 0; tries < RELEASE_TRIES_MAX; tries += 1) {
    const [grant] = await grantsById(deps.database.read, [grantId]);
    if (grant === undefined || !isOpen(grant)) return;
    if ((await tryRelease(deps, grant)) === "answered") return;
  }
  return fail("BUSY", "a grant changes faster than it can be given back");
}

/** The check stands outside the request: a grant that changed meanwhile is no decline, which would hold for ever. */
async function tryRelease(deps: TerminalDeps, grant: GrantRecord): Promise<"answered" | "changed"> {
  const { grantId, terminalId, cardId } = grant;
  const happenedAt = deps.clock.now();
  const amount = left(grant);
  const isUnchanged = {
    sql: `SELECT grant_id FROM card_grant WHERE grant_id = ? AND state IN ('live', 'recalled')
          AND spent = CAST(? AS BIGINT)`,
    params: [grantId, grant.spent.minor],
    code: "STATE_CONFLICT",
  } as const;
  const release: LedgerRequest = {
    caller: "system",
    id: `grant-written-off:${grantId}`,
    contentHash: contentHashOf({ release: grantId }),
    happenedAt,
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
  };
  try {
    const [answer] = await deps.ledger.submitTogether([release], undefined, [isUnchanged]);
    if (answer?.kind === "declined") deps.log.warn({ grantId, code: answer.code }, "grant.not-released");
    return "answered";
  } catch (error) {
    if (error instanceof FailureError && error.failure.code === "STATE_CONFLICT") return "changed";
    throw error;
  }
}

/**
 * Closes a work item with its resolution; one that nobody had is then the resolver's. Grants that a
 * restored till left behind are released by it, what a till that was enrolled again kept goes back, and so does what a
 * closed grant still holds because till and books differed: all of it first, so that an item whose money has not moved
 * stays open and can be resolved again.
 * Fails with NOT_FOUND, STATE_CONFLICT (resolved before), or as the ledger does.
 */
export async function resolveWorkItem(
  deps: TerminalDeps,
  asked: Readonly<{ workItemId: string; by: StaffId; resolution: string }>,
): Promise<void> {
  const { workItemId } = asked;
  const item = await deps.database.read.get(
    `SELECT kind, state, terminal_id, epoch, seq, at, currency, CAST(amount AS TEXT) AS amount FROM work_item
     WHERE work_item_id = ?`,
    [workItemId],
  );
  if (item === undefined) return fail("NOT_FOUND");
  if (textOf(item, "state") !== "open") return fail("STATE_CONFLICT", "resolved before");
  await moveMoneyOf(deps, workItemId, item);
  const resolved = await deps.database.transaction((tx) =>
    tx.run(
      `UPDATE work_item SET state = 'resolved', owner = COALESCE(owner, ?), resolution = ?, resolved_by = ?, resolved_at = ?
       WHERE work_item_id = ? AND state = 'open'`,
      [asked.by, asked.resolution, asked.by, deps.clock.now(), workItemId],
    ),
  );
  if (resolved !== 1) return fail("STATE_CONFLICT", "resolved before");
}

/** What a person's look at it sets free. Done twice it moves nothing more. */
async function moveMoneyOf(deps: TerminalDeps, workItemId: string, item: Row): Promise<void> {
  const kind = textOf(item, "kind");
  if (kind === "grant-inconsistent") return releaseDifference(deps, workItemId, item);
  const epoch = textOf(item, "epoch");
  const terminalId = textOf(item, "terminal_id") as TerminalId;
  if (kind === "kept-by-left-terminal") {
    const cards = await release(deps, terminalId, await grantsKept(deps, { terminalId, epoch }));
    for (const cardId of cards) await deps.finishEnding(cardId);
    return;
  }
  if (kind !== "grants-of-old-epoch") return;
  const at = instant(numberOf(item, "at"));
  await releaseGrants(deps, await grantsLeftBehind(deps.database.read, { terminalId, epoch, at }));
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
