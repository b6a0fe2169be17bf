// Orders to the books and what they add up to, by adding and subtracting alone: payments in two legs, holds, and what
// ends a hold.
import type { LedgerRequest } from "#backoffice/ledger/request.ts";
import type { AccountName } from "#core/ledger/accounts.ts";
import type { TransferDraft } from "#core/ledger/transfer.ts";
import { krw } from "#core/money.ts";
import type { Random } from "#test/day/random.ts";
import { aCard, aMerchant, aRequest, aTransfer, BANK, transferId } from "#test/world/ledger.ts";

export type Order = Readonly<{
  request: LedgerRequest;
  wish:
    | Readonly<{ kind: "pay"; card: AccountName; amount: bigint }>
    | Readonly<{ kind: "hold"; card: AccountName; amount: bigint; hold: string; ended: { by?: string } }>
    | Readonly<{ kind: "capture"; card: AccountName; amount: bigint; held: bigint }>
    | Readonly<{ kind: "release"; card: AccountName; held: bigint }>;
}>;

const CARDS = 5;
const FUNDS = 100_000_000n;
const SHOP = aMerchant("shop");
const TAX = aMerchant("tax");
const cardOf = (number: number) => aCard(String(number));

/** Every card begins with more than all orders together take. */
export const fund = (): readonly LedgerRequest[] =>
  Array.from({ length: CARDS }, (_, card) =>
    aRequest(`fund-${card}`, [aTransfer(`fund-${card}`, BANK, cardOf(card), FUNDS)], { caller: "bank" }),
  );

/** One order; a hold of an earlier round may be ended, once. */
export function anOrder(number: number, random: Random, earlier: readonly Order[]): Order {
  const id = `order-${number}`;
  const card = cardOf(random.below(CARDS));
  const amount = BigInt(random.between(1, 9_999));
  const chosen = random.below(4);
  const open = chosen < 2 ? undefined : earlier.map(({ wish }) => wish).find(isOpenHold);
  if (open !== undefined) {
    open.ended.by = id;
    const pending = transferId(open.hold);
    if (chosen === 2) {
      const ending: TransferDraft = { kind: "void", id: transferId(`${id}.0`), event: "test", pending };
      return orderOf(id, [ending], { kind: "release", card: open.card, held: open.amount });
    }
    const captured = open.amount - BigInt(random.below(2));
    const taken = captured > 0n ? captured : open.amount;
    const ending: TransferDraft = {
      kind: "post",
      id: transferId(`${id}.0`),
      event: "test",
      pending,
      amount: krw(taken),
    };
    return orderOf(id, [ending], { kind: "capture", card: open.card, amount: taken, held: open.amount });
  }
  if (chosen === 0) {
    const hold = `${id}.0`;
    const pending: TransferDraft = {
      kind: "pending",
      id: transferId(hold),
      event: "test",
      debit: card,
      credit: SHOP,
      amount: krw(amount),
    };
    return orderOf(id, [pending], { kind: "hold", card, amount, hold, ended: {} });
  }
  const legs = [aTransfer(`${id}.0`, card, SHOP, amount), aTransfer(`${id}.1`, SHOP, TAX, 1)];
  return orderOf(id, legs, { kind: "pay", card, amount });
}

const isOpenHold = (wish: Order["wish"]): wish is Extract<Order["wish"], { kind: "hold" }> =>
  wish.kind === "hold" && wish.ended.by === undefined;

const orderOf = (id: string, transfers: readonly TransferDraft[], wish: Order["wish"]): Order => ({
  request: aRequest(id, transfers, {
    caller: "shop",
    // A row of another table that must be there with the transfers, or not at all.
    changes: [{ sql: "INSERT INTO purchase (id) VALUES (?)", params: [id] }],
  }),
  wish,
});

type Sum = { posted: bigint; held: bigint };

/** What the books must hold when exactly these orders, and the funding, took effect. */
export function reckon(orders: readonly Order[]) {
  const accounts = new Map<string, Sum>();
  const at = (account: AccountName): Sum => {
    const id = `${account}/KRW`;
    const sum = accounts.get(id) ?? { posted: 0n, held: 0n };
    accounts.set(id, sum);
    return sum;
  };
  const move = (from: AccountName, to: AccountName, amount: bigint) => {
    at(from).posted -= amount;
    at(to).posted += amount;
  };
  for (let card = 0; card < CARDS; card += 1) move(BANK, cardOf(card), FUNDS);
  let transfers = CARDS;
  for (const { wish, request } of orders) {
    transfers += request.transfers.length;
    switch (wish.kind) {
      case "pay":
        move(wish.card, SHOP, wish.amount);
        move(SHOP, TAX, 1n);
        break;
      case "hold":
        at(wish.card).held += wish.amount;
        break;
      case "capture":
        at(wish.card).held -= wish.held;
        move(wish.card, SHOP, wish.amount);
        break;
      case "release":
        at(wish.card).held -= wish.held;
        break;
    }
  }
  return { transfers, purchases: orders.length, accounts };
}
