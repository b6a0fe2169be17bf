// The states of a payment in words, and how much they ask for attention.
import type { PaymentState } from "#core/contract/payments.ts";
import type { Language } from "#core/contract/values.ts";
import type { Tone } from "./state-word.tsx";

export const PAYMENT_STATE_WORDS = {
  en: { held: "held", captured: "paid", voided: "given up", expired: "ran out", declined: "refused" },
  ko: { held: "보류", captured: "결제됨", voided: "취소됨", expired: "기한 지남", declined: "거절됨" },
} as const satisfies Record<Language, Record<PaymentState, string>>;

export const PAYMENT_STATE_TONES = {
  held: "pending",
  captured: "done",
  voided: "plain",
  expired: "plain",
  declined: "refused",
} as const satisfies Record<PaymentState, Tone>;
