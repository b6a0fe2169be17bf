// The simulation itself: the same seed is the same run, and what is wrong in the books is seen.
import { expect, test } from "vitest";
import { createLedger } from "#backoffice/ledger/ledger.ts";
import type { CardId } from "#core/ids.ts";
import { cardAccount, GATEWAY, merchantAccount } from "#core/ledger/accounts.ts";
import { post } from "#core/ledger/postings.ts";
import { krw } from "#core/money.ts";
import type { Database } from "#database/database.ts";
import { countingIds } from "#test/world/ledger.ts";
import { openBooks } from "../../sim/memory-books.ts";
import { faultsAtEnd, faultsNow } from "../../sim/real-faults.ts";
import { MERCHANT, takeOnMerchant } from "../../sim/real-office.ts";
import { START } from "../../sim/sim-server.ts";
import { simulate } from "../../sim/simulation.ts";

/** Three runs of some seconds each, on a machine that has other work as well. */
const RUNS_MS_MAX = 120_000;
const small = { ops: 250, seed: 3, tills: 3, cards: 6 };

test.each(["real", "small"] as const)(
  "the same seed gives the same report on the %s server",
  async (server) => {
    const first = await simulate({ ...small, server });
    expect(first.violations).toEqual([]);
    expect(await simulate({ ...small, server })).toEqual(first);
    expect(await simulate({ ...small, server, seed: 4 })).not.toEqual({ ...first, seed: 4 });
  },
  RUNS_MS_MAX,
);

/** A card of 10,000 won of which a payment took 4,000. */
async function someBooks(): Promise<Database> {
  const clock = { at: START, now: () => START };
  const books = await openBooks();
  await takeOnMerchant(books, { clock, random: () => 0, nextId: countingIds().next });
  const ledger = createLedger({ database: books, clock, ids: countingIds() });
  const card = cardAccount("card-1" as CardId);
  const merchant = merchantAccount(MERCHANT);
  await ledger.submit({
    caller: "test",
    id: "one",
    contentHash: "one",
    happenedAt: START,
    transfers: [
      ...post("card-sold", { id: "card-1", source: GATEWAY, card, amount: krw(10_000) }),
      ...post("payment-taken", { id: "pay-1", card, merchant, amount: krw(4_000), commission: krw(100) }),
    ],
    changes: [
      {
        sql: `INSERT INTO payment (payment_id, caller, request_id, merchant_id, card_masked, route, state, currency,
                amount, captured, refunded, lost, commission, happened_at, recorded_at)
              VALUES ('pay-1', 'test', 'one', ?, '****', 'api', 'captured', 'KRW', 4000, 4000, 0, 0, 100, 0, 0)`,
        params: [MERCHANT],
      },
      {
        sql: `INSERT INTO settlement_item (id, payment_id, merchant_id, kind, gross, commission, currency, happened_at,
                recorded_at) VALUES ('i1', 'pay-1', ?, 'capture', 4000, 100, 'KRW', 0, 0)`,
        params: [MERCHANT],
      },
    ],
  });
  return books;
}

test.each([
  ["nothing", "UPDATE ledger_account SET floored = floored", undefined],
  ["a balance", "UPDATE ledger_account SET credits_posted = credits_posted + 1 WHERE id LIKE 'card:%'", "I1"],
  ["a payment's amount", "UPDATE payment SET captured = 3999", "I3: the merchant"],
  ["a commission", "UPDATE payment SET commission = 99, captured = 3999", "I3: the commission"],
  ["a hold", "UPDATE payment SET state = 'held'", "I3: what cards have on hold"],
] as const)("a change of %s is seen", async (_, sql, fault) => {
  const books = await someBooks();
  await books.transaction((tx) => tx.run(sql));
  const faults = await faultsNow(books, [], true);
  if (fault === undefined) expect(faults).toEqual([]);
  else expect(faults).toContainEqual(expect.stringContaining(fault));
  await books.close();
});

test("a payment of a slip that no till has acknowledged is seen at the end", async () => {
  const books = await someBooks();
  await books.transaction((tx) => tx.run("UPDATE payment SET tender_id = 'slip-1'"));
  expect(await faultsAtEnd(books, [])).toEqual(["I3: 4000 was paid for slip slip-1, which does not stand"]);
  await books.close();
});
