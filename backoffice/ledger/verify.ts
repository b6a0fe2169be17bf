// Proves the books: everything that can be derived is derived again and compared, and the first difference is named.

import type { AccountId } from "#core/ids.ts";
import { accountOf, isFloored } from "#core/ledger/accounts.ts";
import { availableOf, type Balance, EMPTY_BALANCE, postedOf } from "#core/ledger/transfer.ts";
import type { Database, ReadDb } from "#database/database.ts";
import { booleanOf, nullable, numberOf, textOf } from "#database/row.ts";
import type { Anchor } from "./checkpoint.ts";
import { type Derived, deriveBooks } from "./derive-books.ts";
import { BALANCE_COLUMNS, balanceOfRow } from "./store.ts";
import { verifyCheckpoints } from "./verify-checkpoints.ts";
import { verifyLanes } from "./verify-lanes.ts";

export type VerifyOptions = Readonly<{
  /** Checkpoints that others hold: tills, Z reports. */
  anchors?: readonly Anchor[];
  /** Settlement batches that are still on their way: only their clearing accounts may hold money. */
  openBatches?: readonly string[];
}>;

export type Verified =
  | Readonly<{
      ok: true;
      lanes: number;
      batches: number;
      requests: number;
      transfers: number;
      accounts: number;
      /** Sum of all balances per currency, debits negative: "0" each, or it would not be ok. */
      trialBalanceMinor: Readonly<Record<string, string>>;
    }>
  | Readonly<{ ok: false; wrong: string }>;

/** Reads all of the books as they are at one moment, in pages; writers go on. What it returns as wrong is a sentence that names the row. */
export function verifyLedger(database: Database, options: VerifyOptions = {}): Promise<Verified> {
  return database.snapshot((db) => verifyBooks(db, options));
}

async function verifyBooks(db: ReadDb, options: VerifyOptions): Promise<Verified> {
  const derived = deriveBooks();
  const lanes = await verifyLanes(db, derived);
  if ("wrong" in lanes) return { ok: false, wrong: lanes.wrong };
  const wrong =
    (await uncountedRows(db, lanes)) ??
    (await verifyCheckpoints(db, lanes.hashes, options.anchors ?? [])) ??
    (await wrongBalance(db, derived)) ??
    wrongTrialBalance(derived) ??
    wrongClearing(derived, options.openBatches ?? []);
  if (wrong !== undefined) return { ok: false, wrong };
  const { batches, requests, transfers } = lanes;
  return {
    ok: true,
    lanes: lanes.hashes.size,
    batches,
    requests,
    transfers,
    accounts: derived.balances().size,
    trialBalanceMinor: Object.fromEntries(
      [...trialBalance(derived)].map(([of, minor]) => [of, String(minor)]),
    ),
  };
}

/** Rows that belong to no batch were not seen on the way along the lanes. */
async function uncountedRows(
  db: ReadDb,
  seen: Readonly<{ batches: number; requests: number; declines: number; transfers: number }>,
): Promise<string | undefined> {
  const counts = {
    ledger_batch: seen.batches,
    ledger_request: seen.requests,
    ledger_decline: seen.declines,
    ledger_transfer: seen.transfers,
  };
  for (const [table, count] of Object.entries(counts)) {
    const found = numberOf((await db.get(`SELECT COUNT(*) AS count FROM ${table}`)) ?? {}, "count");
    if (found !== count) return `${table} has ${found} rows, of which ${count} belong to a batch`;
  }
  return undefined;
}

async function wrongBalance(db: ReadDb, derived: Derived): Promise<string | undefined> {
  const expected = new Map(derived.balances());
  const rows = await db.all(`SELECT ${BALANCE_COLUMNS}, floored, last_entry FROM ledger_account ORDER BY id`);
  for (const row of rows) {
    const id = textOf(row, "id") as AccountId;
    const stored = balanceOfRow(row);
    const entries = expected.get(id) ?? EMPTY_BALANCE;
    if (!sameBalance(stored, entries)) {
      return `account ${id} says ${describe(stored)}, its entries say ${describe(entries)}`;
    }
    const lastEntry = nullable(row, "last_entry", textOf);
    if (lastEntry !== derived.lastEntryOf(id)) return `account ${id} does not name its last entry`;
    if (booleanOf(row, "floored") !== isFloored(id)) return `account ${id} has lost its floor`;
    if (isFloored(id) && availableOf(stored) < 0n) return `account ${id} is below its floor`;
    expected.delete(id);
  }
  const [missing] = expected.keys();
  return missing === undefined ? undefined : `account ${missing} has entries and no balance`;
}

function wrongTrialBalance(derived: Derived): string | undefined {
  for (const [currency, minor] of trialBalance(derived)) {
    if (minor !== 0n) return `debits and credits in ${currency} differ by ${minor}`;
  }
  return undefined;
}

function trialBalance(derived: Derived): Map<string, bigint> {
  const totals = new Map<string, bigint>();
  for (const [id, balance] of derived.balances()) {
    const { currency } = accountOf(id);
    totals.set(currency, (totals.get(currency) ?? 0n) + postedOf(balance));
  }
  return totals;
}

function wrongClearing(derived: Derived, openBatches: readonly string[]): string | undefined {
  for (const [id, balance] of derived.balances()) {
    const { kind, name } = accountOf(id);
    const batch = name.slice("clearing:".length);
    if (kind === "clearing" && postedOf(balance) !== 0n && !openBatches.includes(batch)) {
      return `clearing account ${id} holds ${postedOf(balance)} after its batch`;
    }
  }
  return undefined;
}

const sameBalance = (a: Balance, b: Balance) => describe(a) === describe(b);

const describe = (balance: Balance) =>
  `debits ${balance.debitsPosted}+${balance.debitsPending} held, credits ${balance.creditsPosted}+${balance.creditsPending} held`;
