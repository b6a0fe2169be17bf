// Values that every contract shares, in their form on the wire. Every byte that arrives is decoded by these.
import { z } from "zod";
import type { Brand } from "../brand.ts";
import type {
  AttemptId,
  CardId,
  EntryId,
  Epoch,
  GrantId,
  ItemId,
  MerchantId,
  SaleId,
  StaffId,
  TerminalId,
} from "../ids.ts";
import { CURRENCIES, type Currency, MINOR_MAX, type Money, money } from "../money.ts";
import { type Instant, instant, isoOf } from "../time.ts";

const ID_CHARACTERS_MAX = 80;
const idText = z
  .string()
  .min(1)
  .max(ID_CHARACTERS_MAX)
  .regex(/^[\w:.-]+$/);

/** The only maker of branded ids from outside: a text that passes the check is the id. */
const id = <Id extends Brand<string, string>>() => idText as unknown as z.ZodType<Id, string>;

export const WireTerminalId = id<TerminalId>();
export const WireEpoch = id<Epoch>();
export const WireEntryId = id<EntryId>();
export const WireSaleId = id<SaleId>();
export const WireAttemptId = id<AttemptId>();
export const WireCardId = id<CardId>();
export const WireGrantId = id<GrantId>();
export const WireStaffId = id<StaffId>();
export const WireMerchantId = id<MerchantId>();
export const WireItemId = id<ItemId>();

const MINOR_TEXT = /^-?\d{1,19}$/;
/** Nineteen digits go beyond 64 bits: what does is refused here, and is no defect further in. */
const fitsInAmount = (text: string) =>
  MINOR_TEXT.test(text) && BigInt(text) <= MINOR_MAX && BigInt(text) >= -MINOR_MAX;

/** `{ "minor": "45000", "currency": "KRW" }`: text, because JSON numbers round above 2^53. */
export const WireMoney = z.object({
  minor: z.string().regex(MINOR_TEXT).refine(fitsInAmount),
  currency: z.enum(CURRENCIES as readonly [Currency, ...Currency[]]),
});
export type WireMoney = z.infer<typeof WireMoney>;

export const moneyOf = (wire: WireMoney): Money => money(BigInt(wire.minor), wire.currency);
export const wireMoney = (amount: Money): WireMoney => ({
  minor: String(amount.minor),
  currency: amount.currency,
});

/** "2026-03-01T12:00:00.000Z", always UTC. */
export const WireInstant = z.iso.datetime({ precision: 3 });
export const instantOf = (wire: string): Instant => instant(Date.parse(wire));
export const wireInstant = isoOf;

export const HexHash = z.string().regex(/^[0-9a-f]{64}$/);
/** Bytes travel as base64: the RPC serialisers do not keep a Uint8Array. */
export const Base64 = z.base64();

export const LANGUAGES = ["ko", "en"] as const;
export type Language = (typeof LANGUAGES)[number];
/** A text that every screen and receipt shows in the language at hand. */
export const LocalText = z.object({ ko: z.string().max(200), en: z.string().max(200) });
export type LocalText = z.infer<typeof LocalText>;
