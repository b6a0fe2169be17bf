// After a restore tills sync in another order than things happened, so a card may be short only because the till that
// gives money back to it has not synced yet. Until all of them have, such a shortage is advanced and waits here.
import { z } from "zod";
import { contentHashOf } from "#backoffice/ledger/hash.ts";
import type { LedgerRequest } from "#backoffice/ledger/request.ts";
import { WireCardId } from "#core/contract/values.ts";
import type { CardId, TerminalId } from "#core/ids.ts";
import type { Entry } from "#core/journal/entry.ts";
import { accountIdOf, cardAccount, merchantAccount } from "#core/ledger/accounts.ts";
import { post, transferIdOf } from "#core/ledger/postings.ts";
import type { TransferDraft } from "#core/ledger/transfer.ts";
import { type Currency, isPositive, type Money, money, smaller, subtract, zero } from "#core/money.ts";
import type { ReadDb, Statement } from "#database/database.ts";
import { textsIn, textsParam } from "#database/insert-rows.ts";
import { bigintOf, textOf } from "#database/row.ts";
import { availableIn, currencyColumn } from "../cards/store.ts";
import { type PaymentRecord, paymentById } from "../payments/store.ts";
import type { TerminalDeps } from "./deps.ts";
import { workItem } from "./work-item.ts";

const ShortageRecord = z
  .object({
    shortage_id: z.string(),
    card_id: WireCardId,
    payment_id: z.string().nullable(),
    terminal_id: z.string(),
    epoch: z.string(),
    seq: z.coerce.number(),
    policy: z.string(),
    currency: currencyColumn,
    amount: z.string().transform(BigInt),
    repaid: z.string().transform(BigInt),
  })
  .transform((row) => ({
    shortageId: row.shortage_id,
    cardId: row.card_id,
    paymentId: row.payment_id,
    place: { terminalId: row.terminal_id, epoch: row.epoch, seq: row.seq },
    policy: row.policy,
    repaid: money(row.repaid, row.currency),
    rest: money(row.amount - row.repaid, row.currency),
  }));
type Shortage = Readonly<z.infer<typeof ShortageRecord>>;

/** The policy of slips that a till took at its own risk; every other slip and grant was agreed to by these books. */
export const RISK_POLICY = "risk caps";

/** Minor units by card. */
type ByCard = ReadonlyMap<CardId, bigint>;

/**
 * How much more of what was agreed each card may lack at a terminal: what it was sold for, less what it lacks of that
 * there now. More was never on it, so a till that claims more was not promised that. What the terminal took at its own
 * risk has the terminal's cap for a bound, and takes no room from what was agreed.
 */
export async function lackingRoom(
  db: ReadDb,
  terminalId: TerminalId,
  cardIds: readonly CardId[],
): Promise<ByCard> {
  if (cardIds.length === 0) return new Map();
  const sold = await db.all(
    `SELECT id, CAST(amount AS TEXT) AS amount FROM ledger_transfer WHERE ${textsIn(db, "id")}`,
    [
      textsParam(
        db,
        cardIds.map((cardId) => transferIdOf("card-sold", cardId)),
      ),
    ],
  );
  const soldFor = new Map(sold.map((row) => [textOf(row, "id"), bigintOf(row, "amount")]));
  const lacking = await lackingAt(db, terminalId);
  return new Map(
    cardIds.map((cardId) => [
      cardId,
      (soldFor.get(transferIdOf("card-sold", cardId)) ?? 0n) - (lacking.get(cardId) ?? 0n),
    ]),
  );
}

async function lackingAt(db: ReadDb, terminalId: TerminalId): Promise<ByCard> {
  const rows = await db.all(
    `SELECT card_id, CAST(SUM(amount - repaid) AS TEXT) AS lacking FROM restored_shortage
     WHERE terminal_id = ? AND state = 'open' AND policy <> ? GROUP BY card_id`,
    [terminalId, RISK_POLICY],
  );
  return new Map(rows.map((row) => [WireCardId.parse(row.card_id), bigintOf(row, "lacking")]));
}

/** What waits of a terminal's own risk, in minor units: it counts against its cap as a loss would. */
export async function waitingAtRisk(db: ReadDb, terminalId: TerminalId, currency: Currency): Promise<bigint> {
  const row = await db.get(
    `SELECT CAST(COALESCE(SUM(amount - repaid), 0) AS TEXT) AS waiting FROM restored_shortage
     WHERE terminal_id = ? AND state = 'open' AND policy = ? AND currency = ?`,
    [terminalId, RISK_POLICY, currency],
  );
  return row === undefined ? 0n : bigintOf(row, "waiting");
}

/** One round looks at so many; the next sync looks at more. */
const SHORTAGES_MAX = 10_000;

/** Puts what a card lacks on it, to be repaid by it; goes before the transfer that takes the whole from the card. */
export function advance(
  entry: Entry,
  of: Readonly<{ id: string; cardId: CardId; paymentId: string | null; policy: string; short: Money }>,
  now: number,
): Readonly<{ transfers: readonly TransferDraft[]; changes: readonly Statement[] }> {
  const { id, cardId, paymentId, policy, short } = of;
  if (!isPositive(short)) return { transfers: [], changes: [] };
  return {
    transfers: post("shortage-advanced", { id, card: cardAccount(cardId), amount: short }),
    changes: [
      {
        sql: `INSERT INTO restored_shortage (shortage_id, card_id, payment_id, terminal_id, epoch, seq, policy, currency,
                amount, repaid, state, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 'open', ?)`,
        params: [
          id,
          cardId,
          paymentId,
          entry.terminalId,
          entry.epoch,
          entry.seq,
          policy,
          short.currency,
          short.minor,
          now,
        ],
      },
    ],
  };
}

/** Takes back what was advanced from the cards that have money now. */
export async function repayShortages(deps: TerminalDeps): Promise<void> {
  const shortages = await openShortages(deps.database.read);
  const accounts = [...new Set(shortages.map(accountOf))];
  const available = new Map(await availableIn(deps.database.read, accounts));
  for (const shortage of shortages) {
    const account = accountOf(shortage);
    const has = available.get(account) ?? 0n;
    const amount = smaller(shortage.rest, { ...shortage.rest, minor: has > 0n ? has : 0n });
    if (!isPositive(amount)) continue;
    // One that is declined was spent meanwhile; the next sync tries again.
    const answer = await deps.ledger.submit(repayment(deps, shortage, amount));
    if (answer.kind === "accepted") available.set(account, has - amount.minor);
  }
}

const accountOf = ({ cardId, rest }: Shortage) => accountIdOf(cardAccount(cardId), rest.currency);

function repayment({ clock, ids }: TerminalDeps, shortage: Shortage, amount: Money): LedgerRequest {
  const { shortageId, cardId } = shortage;
  const id = `shortage-repaid:${ids.next()}`;
  return {
    caller: "system",
    id,
    contentHash: contentHashOf({ repaid: shortageId, minor: String(amount.minor) }),
    happenedAt: clock.now(),
    checks: [isUnchanged(shortage)],
    transfers: post("shortage-repaid", { id, card: cardAccount(cardId), amount }),
    changes: [
      {
        sql: `UPDATE restored_shortage SET repaid = repaid + CAST(? AS BIGINT),
                state = CASE WHEN repaid + CAST(? AS BIGINT) = amount THEN 'judged' ELSE 'open' END
              WHERE shortage_id = ?`,
        params: [amount.minor, amount.minor, shortageId],
      },
    ],
  };
}

const isUnchanged = ({ shortageId, repaid }: Shortage) => ({
  sql: `SELECT shortage_id FROM restored_shortage
        WHERE shortage_id = ? AND state = 'open' AND repaid = CAST(? AS BIGINT)`,
  params: [shortageId, repaid.minor],
  code: "STATE_CONFLICT" as const,
});

/** Every till has synced: what a card is still short of is a loss, named and counted. False where some are left. */
export async function judgeShortages(deps: TerminalDeps): Promise<boolean> {
  for (const shortage of await openShortages(deps.database.read)) {
    const { paymentId } = shortage;
    const payment = paymentId === null ? undefined : await paymentById(deps.database.read, paymentId);
    const id = `shortage-judged:${deps.ids.next()}`;
    const booking = payment === undefined ? lossOfGrant(shortage, id) : lossOfSlip(shortage, payment, id);
    const answer = await deps.ledger.submit({
      caller: "system",
      id,
      contentHash: contentHashOf({ judged: shortage.shortageId }),
      happenedAt: deps.clock.now(),
      checks: [isUnchanged(shortage), ...booking.checks],
      transfers: booking.transfers,
      changes: [
        {
          sql: "UPDATE restored_shortage SET state = 'judged' WHERE shortage_id = ?",
          params: [shortage.shortageId],
        },
        ...booking.changes,
        itemOf(shortage, deps.clock.now()),
      ],
    });
    if (answer.kind === "declined")
      deps.log.warn({ shortageId: shortage.shortageId, code: answer.code }, "books.shortage-waits");
  }
  return (await openShortages(deps.database.read)).length === 0;
}

const lossOfGrant = ({ rest }: Shortage, id: string) => ({
  checks: [],
  transfers: post("shortage-lost", { id, amount: rest }),
  changes: [],
});

/**
 * From here on the slip is as one that was short when it came: what it lacks is the operator's, and so is its refund.
 * A refund before today gave the card what nobody had paid yet: where the card has spent that since, it is lost beside
 * the slip, of which no more can be taken back than the merchant still has.
 */
function lossOfSlip({ rest, cardId }: Shortage, payment: PaymentRecord, id: string) {
  const { paymentId, refunded, captured } = payment;
  const merchant = merchantAccount(payment.merchantId);
  // A refund counts against the loss first, so what went back to the card before today is counted with it.
  const lost = smaller({ ...rest, minor: rest.minor + refunded.minor }, captured);
  const commission = lost.minor === captured.minor ? payment.commission : zero(rest.currency);
  const ofSlip = smaller(rest, subtract(captured, refunded));
  const beside = subtract(rest, ofSlip);
  return {
    checks: [
      {
        sql: "SELECT payment_id FROM payment WHERE payment_id = ? AND refunded = CAST(? AS BIGINT)",
        params: [paymentId, refunded.minor],
        code: "STATE_CONFLICT" as const,
      },
    ],
    transfers: [
      ...(isPositive(ofSlip)
        ? [
            ...post("payment-refunded", {
              id,
              merchant,
              card: cardAccount(cardId),
              amount: ofSlip,
              commission,
              payment: transferIdOf("risk-spent", paymentId),
              commissionTaken: transferIdOf("risk-spent", paymentId, 1),
            }),
            ...post("shortage-repaid", { id, card: cardAccount(cardId), amount: ofSlip }),
            ...post("risk-lost", { id: paymentId, merchant, amount: ofSlip, commission }),
          ]
        : []),
      ...(isPositive(beside) ? post("shortage-lost", { id, amount: beside }) : []),
    ],
    changes: [
      {
        sql: "UPDATE payment SET lost = CAST(? AS BIGINT) WHERE payment_id = ?",
        params: [lost.minor, paymentId],
      },
    ],
  };
}

const itemOf = ({ shortageId, place, rest, policy, paymentId }: Shortage, now: number): Statement =>
  workItem(
    place,
    { now },
    {
      kind: paymentId === null ? "grant-inconsistent" : "slip-short",
      amount: rest,
      policy,
      bearer: "operator",
      code: "FUNDS_INSUFFICIENT",
      detail: `${shortageId}: the card lacks ${rest.minor} ${rest.currency} after every till has synced`,
    },
  );

async function openShortages(db: ReadDb): Promise<readonly Shortage[]> {
  const rows = await db.all(
    `SELECT shortage_id, card_id, payment_id, terminal_id, epoch, seq, policy, currency,
       CAST(amount AS TEXT) AS amount, CAST(repaid AS TEXT) AS repaid
     FROM restored_shortage WHERE state = 'open' ORDER BY at, shortage_id LIMIT ${SHORTAGES_MAX}`,
  );
  return rows.map((row) => ShortageRecord.parse(row));
}
