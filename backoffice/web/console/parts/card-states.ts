// The states of a card in words, and how much they ask for attention.
import type { CardState } from "#core/card/state.ts";
import type { Language } from "#core/contract/values.ts";
import type { Tone } from "./state-word.tsx";

export const CARD_STATE_WORDS = {
  en: {
    stock: "in stock",
    sold: "sold",
    gifted: "gifted",
    active: "active",
    blocked: "blocked",
    closing: "closing",
    expired: "expired",
    refunded: "refunded",
    closed: "closed",
  },
  ko: {
    stock: "재고",
    sold: "판매됨",
    gifted: "선물됨",
    active: "사용 중",
    blocked: "정지",
    closing: "종료 중",
    expired: "만료",
    refunded: "환불됨",
    closed: "종료",
  },
} as const satisfies Record<Language, Record<CardState, string>>;

export const CARD_STATE_TONES = {
  stock: "plain",
  sold: "plain",
  gifted: "plain",
  active: "done",
  blocked: "refused",
  closing: "pending",
  expired: "refused",
  refunded: "plain",
  closed: "plain",
} as const satisfies Record<CardState, Tone>;
