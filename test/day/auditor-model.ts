// The auditor's own small model of the day: what every account must hold, reckoned from what was sold, what the tills
// wrote down and what the bank paid. It knows no ledger; it adds and subtracts.
import { join } from "node:path";
import type { Bank } from "./auditor-bank.ts";
import { type Row, rowsOf, text, whole } from "./auditor-files.ts";
import type { Journals, Slip } from "./auditor-journals.ts";
import type { DayRecord } from "./record.ts";

/** What the back office says of a slip: the auditor checks it, and takes from it only what no till can know. */
export type Payment = Readonly<{
  terminalId: string;
  tenderId: string;
  route: string;
  cardId: string | undefined;
  captured: bigint;
  refunded: bigint;
  lost: bigint;
  commission: bigint;
}>;

export type Model = Readonly<{
  /** Won by account, without its currency. Accounts that are not here hold nothing. */
  accounts: ReadonlyMap<string, bigint>;
  /** What each holder can spend: the card and its slices at tills. */
  holders: ReadonlyMap<string, bigint>;
  payments: ReadonlyMap<string, Payment>;
  riskLoss: bigint;
  escrowLoss: bigint;
  findings: readonly string[];
}>;

/** What stands of a slip at the end of the day: nothing unless its sale was completed or it was taken without a line. */
export function netOf(slip: Slip): bigint {
  const isTaken = slip.route === "online" ? slip.completed : !slip.voided;
  return isTaken ? slip.amount - slip.refunded : 0n;
}

const BASIS_POINTS = 10_000n;

/** A part of an amount, rounded half to even. */
export function share(amount: bigint, basisPoints: bigint): bigint {
  const scaled = amount * basisPoints;
  const floor = scaled / BASIS_POINTS;
  const twice = (scaled - floor * BASIS_POINTS) * 2n;
  const isUp = twice > BASIS_POINTS || (twice === BASIS_POINTS && floor % 2n === 1n);
  return isUp ? floor + 1n : floor;
}

export async function modelOf(
  dir: string,
  record: DayRecord,
  journals: Journals,
  bank: Bank,
): Promise<Model> {
  const path = join(dir, "backoffice", "backoffice.db");
  const findings: string[] = [];
  const accounts = new Map<string, bigint>();
  const holders = new Map<string, bigint>();
  const move = (from: string, to: string, amount: bigint) => {
    accounts.set(from, (accounts.get(from) ?? 0n) - amount);
    accounts.set(to, (accounts.get(to) ?? 0n) + amount);
    for (const [account, sign] of [[from, -1n] as const, [to, 1n] as const])
      if (account.startsWith("card:"))
        holders.set(account.slice(5), (holders.get(account.slice(5)) ?? 0n) + sign * amount);
  };
  await sellCards(path, record, move, findings);
  const payments = await readPayments(path);
  const losses = { risk: 0n, escrow: 0n };
  for (const slip of journals.slips.values()) {
    if (slip.method === "prepaid") settleSlip(slip, payments, record, move, losses, findings);
  }
  setAside(accounts, journals, await grantRows(path));
  await payMerchants(path, bank, move);
  return { accounts, holders, payments, riskLoss: losses.risk, escrowLoss: losses.escrow, findings };
}

type Move = (from: string, to: string, amount: bigint) => void;

/** Every card that was ever issued, the demo's own among them. An expired one has left its rest behind. */
async function sellCards(path: string, record: DayRecord, move: Move, findings: string[]): Promise<void> {
  const rows = await rowsOf(
    path,
    `SELECT c.card_id, c.state, CAST(b.amount AS TEXT) AS amount FROM card c JOIN card_batch b ON b.batch_id = c.batch_id`,
  );
  const issued = new Map(rows.map((row) => [text(row, "card_id"), row]));
  for (const { cardId, amountWon } of record.cards) {
    const row = issued.get(cardId);
    if (row === undefined || whole(row, "amount") !== BigInt(amountWon))
      findings.push(`card ${cardId} was sold for ${amountWon} won and is not in the books as such`);
  }
  for (const row of rows) {
    const card = `card:${text(row, "card_id")}`;
    move("gateway", card, whole(row, "amount"));
    if (text(row, "state") === "expired") move(card, "breakage", whole(row, "amount"));
  }
}

async function readPayments(path: string): Promise<ReadonlyMap<string, Payment>> {
  const rows = await rowsOf(
    path,
    `SELECT terminal_id, tender_id, route, card_id, CAST(captured AS TEXT) AS captured, CAST(refunded AS TEXT) AS refunded,
       CAST(lost AS TEXT) AS lost, CAST(commission AS TEXT) AS commission
     FROM payment WHERE state = 'captured' ORDER BY recorded_at`,
  );
  return new Map(
    rows.map((row) => [
      text(row, "tender_id"),
      {
        terminalId: text(row, "terminal_id"),
        tenderId: text(row, "tender_id"),
        route: text(row, "route"),
        cardId: row.card_id === null ? undefined : text(row, "card_id"),
        captured: whole(row, "captured"),
        refunded: whole(row, "refunded"),
        lost: whole(row, "lost"),
        commission: whole(row, "commission"),
      },
    ]),
  );
}

/** The card pays what stands of the slip, less what nobody could charge it for; the merchant gets it less commission. */
function settleSlip(
  slip: Slip,
  payments: ReadonlyMap<string, Payment>,
  record: DayRecord,
  move: Move,
  losses: { risk: bigint; escrow: bigint },
  findings: string[],
): void {
  const net = netOf(slip);
  const payment = payments.get(slip.tenderId);
  const isTaken = slip.route !== "online" || slip.completed;
  if (payment === undefined) {
    if (isTaken) findings.push(`slip ${slip.tenderId} was taken at a till and is no payment`);
    return;
  }
  if (payment.captured - payment.refunded !== net)
    findings.push(
      `slip ${slip.tenderId} stands at ${net}, the payment at ${payment.captured - payment.refunded}`,
    );
  const lost = payment.lost > slip.amount - net ? payment.lost - (slip.amount - net) : 0n;
  if (payment.lost > 0n && slip.route === "online")
    findings.push(`an online payment was lost: ${slip.tenderId}`);
  if (slip.route === "escrow") losses.escrow += lost;
  if (slip.route === "risk") losses.risk += lost;
  const merchant = `merchant:${slip.entry.till.merchantId}`;
  const card = cardOf(slip, payment, record);
  if (card === undefined) {
    if (net > lost) findings.push(`slip ${slip.tenderId} was charged to no card`);
  } else move(`card:${card}`, merchant, net - lost);
  move("offline-loss", merchant, lost);
  const commission = share(net, BigInt(record.policy.commissionBasisPoints));
  if (commission !== payment.commission)
    findings.push(`commission of ${slip.tenderId} is ${payment.commission}, not ${commission}`);
  move(merchant, "commission", commission);
}

/** The till's own word for the card, else the driver's, who showed it; the back office must not say another. */
function cardOf(slip: Slip, payment: Payment, record: DayRecord): string | undefined {
  const shown = record.presented.filter(
    ({ saleId, amountWon }) => saleId === slip.saleId && BigInt(amountWon) === slip.amount,
  );
  const known = slip.cardId ?? shown.find(({ cardId }) => cardId === payment.cardId)?.cardId;
  return known ?? shown.at(-1)?.cardId;
}

const grantRows = (path: string) =>
  rowsOf(
    path,
    "SELECT grant_id, terminal_id, card_id, state, CAST(amount AS TEXT) AS amount FROM card_grant WHERE state IN ('live', 'recalled')",
  );

/** Slices at tills: what a till accepted and has not closed, less what it spent of them; and those still on their way. */
function setAside(accounts: Map<string, bigint>, journals: Journals, underWay: readonly Row[]): void {
  const aside = (terminalId: string, cardId: string, amount: bigint) => {
    const [escrow, card] = [`escrow:${terminalId}:${cardId}`, `card:${cardId}`];
    accounts.set(escrow, (accounts.get(escrow) ?? 0n) + amount);
    accounts.set(card, (accounts.get(card) ?? 0n) - amount);
  };
  const spent = new Map<string, bigint>();
  for (const slip of journals.slips.values()) {
    if (slip.voided) continue;
    for (const { grantId, amount } of slip.slices) spent.set(grantId, (spent.get(grantId) ?? 0n) + amount);
  }
  for (const grant of journals.grants.values()) {
    if (grant.isOpen) aside(grant.terminalId, grant.cardId, grant.amount - (spent.get(grant.grantId) ?? 0n));
  }
  for (const row of underWay) {
    if (!journals.grants.has(text(row, "grant_id")))
      aside(text(row, "terminal_id"), text(row, "card_id"), whole(row, "amount"));
  }
}

/** The bank's statement says what left our account; the payment's id says whose it was. */
async function payMerchants(path: string, bank: Bank, move: Move): Promise<void> {
  const rows = await rowsOf(path, "SELECT id, merchant_id FROM settlement_payout");
  const merchantOf = new Map(rows.map((row) => [text(row, "id"), text(row, "merchant_id")]));
  for (const [id, amount] of bank.paid)
    move(`merchant:${merchantOf.get(id) ?? "nobody"}`, "bank:main", amount);
}

/** Items of settlement: each capture in exactly one batch, and each payment to the bank the sum of its items. */
export async function settlementFindings(
  dir: string,
  record: DayRecord,
  journals: Journals,
  bank: Bank,
): Promise<readonly string[]> {
  const path = join(dir, "backoffice", "backoffice.db");
  const findings: string[] = [];
  const items = await rowsOf(
    path,
    `SELECT i.id, i.kind, i.merchant_id, i.batch_id, CAST(i.gross AS TEXT) AS gross, CAST(i.commission AS TEXT) AS commission,
       p.tender_id FROM settlement_item i LEFT JOIN payment p ON p.payment_id = i.payment_id`,
  );
  const capturesOf = new Map<string, number>();
  const due = new Map<string, bigint>();
  for (const row of items) {
    if (row.batch_id === null) findings.push(`item ${text(row, "id")} is in no batch`);
    if (text(row, "kind") === "capture") {
      const tender = text(row, "tender_id");
      capturesOf.set(tender, (capturesOf.get(tender) ?? 0) + 1);
    }
    const net = whole(row, "gross") - whole(row, "commission");
    const key = `${text(row, "batch_id")} ${text(row, "merchant_id")}`;
    due.set(key, (due.get(key) ?? 0n) + (text(row, "kind") === "refund" ? -net : net));
  }
  for (const slip of journals.slips.values()) {
    const isTaken = slip.route === "online" ? slip.completed : slip.method === "prepaid";
    const captures = capturesOf.get(slip.tenderId) ?? 0;
    if (captures !== (isTaken ? 1 : 0)) findings.push(`slip ${slip.tenderId} is captured ${captures} times`);
    capturesOf.delete(slip.tenderId);
  }
  for (const tender of capturesOf.keys()) findings.push(`tender ${tender} is captured and no till has it`);
  const refused = new Set(record.refusedBatches.map(({ batchId }) => batchId));
  const all = await rowsOf(path, "SELECT id, batch_id, merchant_id, state FROM settlement_payout");
  const payouts = all.filter((row) => !refused.has(text(row, "batch_id")));
  for (const row of payouts) {
    const id = text(row, "id");
    const sum = due.get(`${text(row, "batch_id")} ${text(row, "merchant_id")}`) ?? 0n;
    if (bank.asked.get(id) !== sum)
      findings.push(`payment ${id} is ${bank.asked.get(id)}, its items add up to ${sum}`);
    const isRefused = bank.refused.has(id);
    if (isRefused ? bank.paid.has(id) : bank.paid.get(id) !== sum)
      findings.push(`payment ${id} of ${sum} won: refused ${isRefused}, paid ${bank.paid.get(id)}`);
    const returned = items.filter((item) => text(item, "id") === `returned:${id}`);
    if (returned.length !== (isRefused ? 1 : 0))
      findings.push(`payment ${id} is owed again ${returned.length} times`);
  }
  if (payouts.length !== bank.asked.size)
    findings.push("the bank was asked for other payments than the batches have");
  const batches = await rowsOf(path, "SELECT id, state, made_by, approved_by, sent_by FROM settlement_batch");
  return [...findings, ...batchStates(batches, refused), ...refusedFindings(record, items, bank)];
}

/** Every batch has ended, as people were told, and those that the bank got had two people behind them. */
function batchStates(batches: readonly Row[], refused: ReadonlySet<string>): readonly string[] {
  return batches.flatMap((row) => {
    const [id, state] = [text(row, "id"), text(row, "state")];
    if (refused.has(id)) return state === "refused" ? [] : [`batch ${id} was refused and is ${state}`];
    const people = new Set([row.made_by, row.approved_by, row.sent_by]);
    people.delete("system");
    return [
      ...(["settled", "rejected"].includes(state) ? [] : [`batch ${id} has not ended: ${state}`]),
      ...(people.size > 1 ? [] : [`batch ${id} went to the bank by one person`]),
    ];
  });
}

/** What was refused is nowhere: not at the bank, and its items are in a batch that was sent. */
function refusedFindings(record: DayRecord, items: readonly Row[], { asked }: Bank): readonly string[] {
  return record.refusedBatches.flatMap(({ batchId, paymentIds }) => [
    ...paymentIds
      .filter((id) => asked.has(id))
      .map((id) => `the bank was asked for ${id}, which was refused`),
    ...items
      .filter((row) => row.batch_id === batchId)
      .map((row) => `item ${text(row, "id")} is still in batch ${batchId}, which was refused`),
  ]);
}
