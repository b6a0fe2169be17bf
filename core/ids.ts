// Names of things, as types of their own. Core never makes an id: they come in through the Ids port.
import type { Brand } from "./brand.ts";

export type TerminalId = Brand<string, "TerminalId">;
export type Epoch = Brand<string, "Epoch">;
export type EntryId = Brand<string, "EntryId">;
export type SaleId = Brand<string, "SaleId">;
/** One press of Pay: stored before it is sent, reused by a resend, never by a second press. */
export type AttemptId = Brand<string, "AttemptId">;
export type CardId = Brand<string, "CardId">;
export type GrantId = Brand<string, "GrantId">;
export type StaffId = Brand<string, "StaffId">;
export type MerchantId = Brand<string, "MerchantId">;
export type AccountId = Brand<string, "AccountId">;
export type TransferId = Brand<string, "TransferId">;
export type ItemId = Brand<string, "ItemId">;
export type BatchId = Brand<string, "BatchId">;

/** Where a shell makes ids: UUIDv7, so that they sort by the time they were made. */
export type Ids = Readonly<{ next(): string }>;
