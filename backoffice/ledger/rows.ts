// Transfers and requests as rows: how they are written, read back, and put into a batch's hash.
import type { Brand } from "#core/brand.ts";
import type { ErrorCode } from "#core/errors.ts";
import type { AccountId, TransferId } from "#core/ids.ts";
import { accountOf } from "#core/ledger/accounts.ts";
import type { Transfer, TransferKind } from "#core/ledger/transfer.ts";
import { money } from "#core/money.ts";
import { instant } from "#core/time.ts";
import { type Columns, selected } from "#database/bulk-rows.ts";
import type { Row } from "#database/database.ts";
import type { Insert } from "#database/insert-rows.ts";
import { bigintOf, nullable, numberOf, textOf } from "#database/row.ts";

/** The place of a batch in the books. */
export type BatchPlace = Readonly<{ lane: number; number: number; recordedAt: number }>;

/** Where an entry stands: "lane.batch.position". */
export type EntryPlace = Brand<string, "EntryPlace">;

export const entryPlaceOf = ({ lane, number }: Pick<BatchPlace, "lane" | "number">, position: number) =>
  `${lane}.${number}.${position}` as EntryPlace;

/** A transfer with its place in its batch: `request` is the position of the request that it belongs to. */
export type PlacedTransfer = Readonly<{
  transfer: Transfer;
  happenedAt: number;
  position: number;
  request: number;
  /** The entries before this one on its two accounts; null on an account that never moved. */
  debitPrev: EntryPlace | null;
  creditPrev: EntryPlace | null;
}>;

export const TRANSFER_INSERT: Insert = {
  table: "ledger_transfer",
  columns: {
    id: "text",
    kind: "text",
    event: "text",
    debit: "text",
    credit: "text",
    currency: "text",
    amount: "money",
    pending: "text",
    corrects: "text",
    expires_at: "integer",
    happened_at: "integer",
    position: "integer",
    request: "integer",
    debit_prev: "text",
    credit_prev: "text",
  },
  shared: { recorded_at: "integer", lane: "integer", batch: "integer" },
};

/** What of a transfer is hashed, and is written as its own columns. */
export function transferCells(placed: PlacedTransfer) {
  const { transfer, happenedAt, position, request, debitPrev, creditPrev } = placed;
  return [
    transfer.id,
    transfer.kind,
    transfer.event,
    transfer.debit,
    transfer.credit,
    transfer.amount.currency,
    String(transfer.amount.minor),
    transfer.pending,
    transfer.corrects,
    transfer.expiresAt,
    happenedAt,
    position,
    request,
    debitPrev,
    creditPrev,
  ] as const;
}

/** The columns that `transferOf` reads, with the amount as text. */
export const TRANSFER_COLUMNS: Columns = {
  id: "id",
  kind: "kind",
  event: "event",
  debit: "debit",
  credit: "credit",
  amount: "CAST(amount AS TEXT)",
  pending: "pending",
  corrects: "corrects",
  expires_at: "expires_at",
};

/** The columns that `placedTransferOf` reads. */
export const PLACED_TRANSFER_COLUMNS = `${selected(TRANSFER_COLUMNS)}, happened_at, position, request, debit_prev, credit_prev,
  recorded_at, lane, batch`;

export function transferOf(row: Row): Transfer {
  const debit = textOf(row, "debit") as AccountId;
  const expiresAt = nullable(row, "expires_at", numberOf);
  return {
    id: textOf(row, "id") as TransferId,
    kind: textOf(row, "kind") as TransferKind,
    event: textOf(row, "event"),
    debit,
    credit: textOf(row, "credit") as AccountId,
    amount: money(bigintOf(row, "amount"), accountOf(debit).currency),
    pending: nullable(row, "pending", textOf) as TransferId | null,
    corrects: nullable(row, "corrects", textOf) as TransferId | null,
    expiresAt: expiresAt === null ? null : instant(expiresAt),
  };
}

export const placedTransferOf = (row: Row): PlacedTransfer => ({
  transfer: transferOf(row),
  happenedAt: numberOf(row, "happened_at"),
  position: numberOf(row, "position"),
  request: numberOf(row, "request"),
  debitPrev: nullable(row, "debit_prev", textOf) as EntryPlace | null,
  creditPrev: nullable(row, "credit_prev", textOf) as EntryPlace | null,
});

/** A request as it was decided. `answer` is canonical JSON; `decline` is null where it was accepted. */
export type DecidedRequest = Readonly<{
  caller: string;
  id: string;
  contentHash: string;
  happenedAt: number;
  answer: string;
  position: number;
  decline: Readonly<{ code: ErrorCode; detail: string }> | null;
}>;

export const requestCells = ({
  caller,
  id,
  contentHash,
  happenedAt,
  answer,
  position,
  decline,
}: DecidedRequest) =>
  [
    caller,
    id,
    contentHash,
    happenedAt,
    answer,
    position,
    decline?.code ?? null,
    decline?.detail ?? null,
  ] as const;

export function decidedRequestOf(row: Row): DecidedRequest {
  const code = nullable(row, "code", textOf);
  return {
    caller: textOf(row, "caller"),
    id: textOf(row, "id"),
    contentHash: textOf(row, "content_hash"),
    happenedAt: numberOf(row, "happened_at"),
    answer: textOf(row, "answer"),
    position: numberOf(row, "position"),
    // A code is never renamed or reused, so one that was stored is one of ours.
    decline: code === null ? null : { code: code as ErrorCode, detail: textOf(row, "detail") },
  };
}
