// The words of a card's payments, in both languages.
import type { Tables } from "#renderer/ui/i18n/messages.ts";

const en = {
  cardPayments: "Payments",
  noPayment: "Nothing was paid with this card yet.",
  where: "Where",
  paid: "Paid",
};

const ko: Tables<typeof en>["ko"] = {
  cardPayments: "결제 내역",
  noPayment: "이 카드로 결제한 내역이 아직 없습니다.",
  where: "사용처",
  paid: "결제",
};

export const paymentWords: Tables<typeof en> = { en, ko };
