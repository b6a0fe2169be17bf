// The back office's books, added up again transfer by transfer, with the chain that is to prove them.
import { join } from "node:path";
import { count, type Row, rowsOf, sha256, text, whole } from "./auditor-files.ts";

export type Balance = { posted: bigint; pendingOut: bigint; pendingIn: bigint };

export type Books = Readonly<{
  /** As the account rows say. */
  stated: ReadonlyMap<string, Balance>;
  /** As the transfers add up. */
  added: ReadonlyMap<string, Balance>;
  trialBalance: bigint;
  findings: readonly string[];
}>;

const GENESIS = "0".repeat(64);
const CURRENCY = "/KRW";

/** An account without its currency: the day knows only one. */
const nameOf = (id: string) => (id.endsWith(CURRENCY) ? id.slice(0, -CURRENCY.length) : id);

export async function readBooks(dir: string): Promise<Books> {
  const path = join(dir, "backoffice", "backoffice.db");
  const findings: string[] = [];
  const accounts = await rowsOf(
    path,
    `SELECT id, CAST(debits_posted AS TEXT) AS dp, CAST(credits_posted AS TEXT) AS cp,
       CAST(debits_pending AS TEXT) AS dq, CAST(credits_pending AS TEXT) AS cq FROM ledger_account`,
  );
  const stated = new Map<string, Balance>();
  let trialBalance = 0n;
  for (const row of accounts) {
    const posted = whole(row, "cp") - whole(row, "dp");
    trialBalance += posted;
    stated.set(nameOf(text(row, "id")), {
      posted,
      pendingOut: whole(row, "dq"),
      pendingIn: whole(row, "cq"),
    });
  }
  const transfers = await rowsOf(
    path,
    `SELECT id, kind, event, debit, credit, currency, CAST(amount AS TEXT) AS amount, pending, corrects, expires_at,
       happened_at, position, request, debit_prev, credit_prev, lane, batch
     FROM ledger_transfer ORDER BY lane, batch, position`,
  );
  const added = addUp(transfers, await shortSlips(path), findings);
  findings.push(...(await brokenChains(path, transfers)));
  return { stated, added, trialBalance, findings };
}

/** Payments whose card could not pay all: by the id under which the books lost the rest. */
async function shortSlips(path: string): Promise<ReadonlyMap<string, string>> {
  const rows = await rowsOf(
    path,
    `SELECT p.payment_id, p.card_id FROM payment p JOIN work_item w
       ON w.terminal_id = p.terminal_id AND w.detail LIKE 'tender ' || p.tender_id || ':%'
     WHERE p.lost > 0 AND p.card_id IS NOT NULL AND w.code = 'FUNDS_INSUFFICIENT'`,
  );
  return new Map(rows.map((row) => [`${text(row, "payment_id")}/risk-lost/0`, text(row, "card_id")]));
}

function addUp(
  transfers: readonly Row[],
  short: ReadonlyMap<string, string>,
  findings: string[],
): ReadonlyMap<string, Balance> {
  const added = new Map<string, Balance>();
  const at = (id: string): Balance => {
    const name = nameOf(id);
    const known = added.get(name);
    if (known !== undefined) return known;
    const fresh = { posted: 0n, pendingOut: 0n, pendingIn: 0n };
    added.set(name, fresh);
    return fresh;
  };
  const held = new Map<string, bigint>();
  for (const row of transfers) {
    const [debit, credit] = [at(text(row, "debit")), at(text(row, "credit"))];
    const amount = whole(row, "amount");
    const kind = text(row, "kind");
    if (kind === "pending") {
      held.set(text(row, "id"), amount);
      debit.pendingOut += amount;
      credit.pendingIn += amount;
      continue;
    }
    if (kind !== "single") {
      const hold = held.get(text(row, "pending"));
      held.delete(text(row, "pending"));
      if (hold === undefined || amount > hold)
        findings.push(`transfer ${text(row, "id")} ends no hold of its size`);
      debit.pendingOut -= hold ?? 0n;
      credit.pendingIn -= hold ?? 0n;
      if (kind !== "post") continue;
    }
    debit.posted -= amount;
    credit.posted += amount;
    const card = short.get(text(row, "id"));
    // The card pays all it can before anybody else bears the rest.
    const left = card === undefined ? 0n : at(`card:${card}`).posted - at(`card:${card}`).pendingOut;
    if (left > 0n)
      findings.push(`slip ${text(row, "id")} was called short while card ${card} had ${left} won`);
  }
  for (const id of held.keys()) findings.push(`hold ${id} has not ended`);
  return added;
}

/** Each batch of each writer names the one before it and is what was hashed. */
async function brokenChains(path: string, transfers: readonly Row[]): Promise<readonly string[]> {
  const batches = await rowsOf(path, "SELECT * FROM ledger_batch ORDER BY lane, number");
  const requests = await rowsOf(
    path,
    `SELECT r.caller, r.id, r.content_hash, r.happened_at, r.answer, r.position, r.lane, r.batch, d.code, d.detail
     FROM ledger_request r LEFT JOIN ledger_decline d ON d.caller = r.caller AND d.id = r.id
     ORDER BY r.lane, r.batch, r.position`,
  );
  const findings: string[] = [];
  const [requestsOf, transfersOf] = [byBatch(requests), byBatch(transfers)];
  const heads = new Map<number, { number: number; hash: string }>();
  for (const row of batches) {
    const [lane, number] = [count(row, "lane"), count(row, "number")];
    const before = heads.get(lane) ?? { number: 0, hash: GENESIS };
    const content = [
      "batch",
      lane,
      number,
      count(row, "recorded_at"),
      text(row, "prev_hash"),
      cells(requestsOf.get(`${lane}.${number}`), REQUEST_CELLS),
      cells(transfersOf.get(`${lane}.${number}`), TRANSFER_CELLS),
    ];
    const isNext = number === before.number + 1 && text(row, "prev_hash") === before.hash;
    if (!isNext) findings.push(`batch ${number} of lane ${lane} does not follow ${before.number}`);
    else if (sha256(JSON.stringify(content)) !== text(row, "hash"))
      findings.push(`batch ${number} of lane ${lane} is not what was hashed`);
    heads.set(lane, { number, hash: text(row, "hash") });
  }
  return findings;
}

const REQUEST_CELLS = ["caller", "id", "content_hash", "happened_at", "answer", "position", "code", "detail"];
const TRANSFER_CELLS = [
  "id",
  "kind",
  "event",
  "debit",
  "credit",
  "currency",
  "amount",
  "pending",
  "corrects",
  "expires_at",
  "happened_at",
  "position",
  "request",
  "debit_prev",
  "credit_prev",
];

const cells = (rows: readonly Row[] = [], columns: readonly string[]) =>
  rows.map((row) => columns.map((column) => row[column] ?? null));

function byBatch(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = `${count(row, "lane")}.${count(row, "batch")}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}
