// What happened, in words: journal entries, postings of the books, steps of a batch. What has no word here is shown as it
// was written, so that a story never hides a line.
import type { Language } from "#core/contract/values.ts";

type Table = Readonly<Record<string, string>>;

const EN: Table = {
  "sale-frozen": "Basket closed for payment",
  "sale-completed": "Sale completed",
  "sale-abandoned": "Sale voided",
  "line-voided": "Line voided",
  "price-changed": "Price changed",
  "discount-given": "Discount given",
  "tender-attempted": "Payment tried",
  "tender-approved": "Payment approved",
  "tender-declined": "Payment refused",
  "tender-unknown": "Payment without an answer",
  "tender-voided": "Payment taken back",
  "attempt-closed": "Payment given up",
  "override-approved": "Allowed by a manager",
  "refund-attempted": "Refund tried",
  "refund-approved": "Refund approved",
  "refund-declined": "Refund refused",
  "password-wrong": "Wrong password",
  "payment-taken": "Paid from the card",
  "payment-refunded": "Paid back to the card",
  "payment-reversed": "Taken back, as it was paid offline",
  "payment-held": "Held on the card",
  "payment-captured": "Taken from the hold",
  "payment-voided": "Hold released",
  "escrow-spent": "Paid from what was set aside",
  "escrow-spend-voided": "Given back to what was set aside",
  "risk-spent": "Paid at risk",
  netted: "Netted",
  "netted-by-clock": "Netted by the clock",
  approved: "Approved",
  sent: "Sent to the bank",
  settled: "Settled",
  refused: "Refused",
  withdrawn: "Withdrawn",
  "capture:": "Payout",
  "refund:": "Refund, off the payout",
  ":not in a batch yet": "in no batch yet",
  ":draft": "in a draft batch",
  ":sent": "sent to the bank",
  ":rejected": "rejected by the bank",
  ":partly": "partly accepted by the bank",
  ":accepted": "accepted by the bank",
  ":refused": "in a batch that was refused",
  ":withdrawn": "in a batch that was withdrawn",
};

const KO: Table = {
  "sale-frozen": "결제를 위해 장바구니 확정",
  "sale-completed": "판매 완료",
  "sale-abandoned": "판매 취소",
  "line-voided": "품목 취소",
  "price-changed": "단가 변경",
  "discount-given": "할인",
  "tender-attempted": "결제 시도",
  "tender-approved": "결제 승인",
  "tender-declined": "결제 거절",
  "tender-unknown": "결제 응답 없음",
  "tender-voided": "결제 취소",
  "attempt-closed": "결제 포기",
  "override-approved": "점장 승인",
  "refund-attempted": "환불 시도",
  "refund-approved": "환불 승인",
  "refund-declined": "환불 거절",
  "password-wrong": "비밀번호 오류",
  "payment-taken": "카드에서 결제",
  "payment-refunded": "카드로 환불",
  "payment-reversed": "오프라인 결제로 되돌림",
  "payment-held": "카드에 보류",
  "payment-captured": "보류에서 매입",
  "payment-voided": "보류 해제",
  "escrow-spent": "따로 둔 금액에서 결제",
  "escrow-spend-voided": "따로 둔 금액으로 되돌림",
  "risk-spent": "위험 부담으로 결제",
  netted: "지급액 계산",
  "netted-by-clock": "지급액 자동 계산",
  approved: "승인",
  sent: "은행으로 전송",
  settled: "정산 완료",
  refused: "반려",
  withdrawn: "철회",
  "capture:": "지급",
  "refund:": "환불 차감",
  ":not in a batch yet": "아직 묶음에 없음",
  ":draft": "초안 묶음",
  ":approved": "승인된 묶음",
  ":sent": "은행으로 전송됨",
  ":rejected": "은행이 거절",
  ":partly": "은행이 일부 접수",
  ":accepted": "은행이 접수",
  ":settled": "정산 완료",
  ":refused": "반려된 묶음",
  ":withdrawn": "철회된 묶음",
};

const WORDS = { en: EN, ko: KO } as const satisfies Record<Language, Table>;

/** A title is one word of the table, or two with what it came to after a space: "capture settled". */
export function storyWord(title: string, language: Language): string {
  const table = WORDS[language];
  const [what = "", ...rest] = title.split(" ");
  const state = rest.join(" ");
  return state === ""
    ? (table[title] ?? title)
    : `${table[`${what}:`] ?? what}: ${table[`:${state}`] ?? state}`;
}

const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}([0-9a-f]{12})/g;

const CURRENCY_OF_ACCOUNT = /\/[A-Z]{3}\b/g;

/** Ids by their end, which tells them apart, and accounts without their currency: "card:…541a0 → merchant:station-7". */
export const withShortIds = (text: string): string =>
  text.replace(UUID, (_id, end: string) => `…${end.slice(-5)}`).replace(CURRENCY_OF_ACCOUNT, "");

const REFERENCE_SHOWN_MAX = 10;

/** "#40" as it is; of an id its end, without the legs that the books add to it. */
export function shortReference(text: string): string {
  const [id = text] = text.split("/");
  return id.length > REFERENCE_SHOWN_MAX ? `…${id.slice(1 - REFERENCE_SHOWN_MAX)}` : id;
}
