// Builders for tests that move money.

import type { LedgerRequest } from "#backoffice/ledger/request.ts";
import type { CardId, MerchantId, TransferId } from "#core/ids.ts";
import { type AccountName, bankAccount, cardAccount, merchantAccount } from "#core/ledger/accounts.ts";
import type { SingleDraft, TransferDraft } from "#core/ledger/transfer.ts";
import { krw } from "#core/money.ts";
import { instant } from "#core/time.ts";

export const NOON = instant(Date.parse("2026-03-01T12:00:00Z"));
export const BANK = bankAccount("main");
export const aCard = (name: string) => cardAccount(name as CardId);
export const aMerchant = (name: string) => merchantAccount(name as MerchantId);
export const transferId = (text: string) => text as TransferId;

export function aTransfer(
  id: string,
  debit: AccountName,
  credit: AccountName,
  won: number | bigint,
  over: Partial<SingleDraft> = {},
): SingleDraft {
  return { kind: "single", id: transferId(id), event: "test", debit, credit, amount: krw(won), ...over };
}

export function aRequest(
  id: string,
  transfers: readonly TransferDraft[],
  over: Partial<LedgerRequest> = {},
): LedgerRequest {
  return { caller: "test", id, contentHash: `hash-of-${id}`, happenedAt: NOON, transfers, ...over };
}

/** Ids that count up, the same in every run. */
export function countingIds(prefix = "id") {
  let count = 0;
  return {
    next() {
      count += 1;
      return `${prefix}-${count}`;
    },
  };
}
