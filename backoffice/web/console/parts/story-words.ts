// What happened, in words: journal entries, postings of the books, steps of a batch. What has no word here is shown as it
// was written, so that a story never hides a line.
import type { Language } from "#core/contract/values.ts";
import type { PostingEvent } from "#core/ledger/postings.ts";
import { WORK_ITEM_WORDS } from "./work-words.ts";

type Table = Readonly<Record<string, string>>;

/** Every event of the books has a word: a story of money must be read by whoever pays for it. */
type Words = Table & Readonly<Record<PostingEvent, string>>;

const EN: Words = {
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
  "card-sold": "Card sold",
  "card-recharged": "Card recharged",
  "card-transferred": "Moved to another card",
  "card-fee-charged": "Fee charged",
  "card-expired": "What an expired card left",
  "card-paid-out": "Paid out to the holder",
  "payment-expired": "Hold ran out",
  "escrow-granted": "Set aside at a till",
  "escrow-returned": "Given back by the till",
  "escrow-written-off": "Given back, the till written off",
  "risk-lost": "Paid at risk, and the card had too little",
  "risk-recovered": "Loss paid back by the card",
  "shortage-advanced": "Advanced until the tills have synced",
  "shortage-repaid": "Advance paid back",
  "shortage-lost": "Advance lost",
  "settlement-cleared": "Put into a batch",
  "settlement-refused": "Out of the batch again",
  "settlement-paid": "Paid by the bank",
  "settlement-rejected": "Rejected by the bank",
  "settlement-returned": "Sent back by the bank",
  "suspense-parked": "Put aside for a person",
  "suspense-resolved": "Settled by a person",
  ...WORK_ITEM_WORDS.en,
  enrolled: "Enrolled",
  left: "Left: enrolled again as another till",
  "epoch-enrolled": "Journal begun",
  "epoch-restored": "Journal begun anew, after a restore of the till",
  "shift-opened": "Shift opened",
  "shift-closed": "Shift closed",
  netted: "Netted",
  "netted-by-clock": "Netted by the clock",
  approved: "Approved",
  sent: "Sent to the bank",
  adopted: "Found at the bank after a restore",
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
  ":resolved": "resolved",
  ":taken": "taken",
};

const KO: Words = {
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
  "override-approved": "매니저 승인",
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
  "card-sold": "카드 판매",
  "card-recharged": "카드 충전",
  "card-transferred": "다른 카드로 옮김",
  "card-fee-charged": "수수료 부과",
  "card-expired": "만료 카드 잔액",
  "card-paid-out": "소지자에게 지급",
  "payment-expired": "보류 기한 지남",
  "escrow-granted": "계산대에 따로 둠",
  "escrow-returned": "계산대에서 돌려받음",
  "escrow-written-off": "계산대 대손 처리로 돌려받음",
  "risk-lost": "위험 부담 손실 (카드 잔액 부족)",
  "risk-recovered": "카드에서 손실 회수",
  "shortage-advanced": "동기화 전 임시 충당",
  "shortage-repaid": "임시 충당 회수",
  "shortage-lost": "임시 충당 손실",
  "settlement-cleared": "정산 묶음에 담음",
  "settlement-refused": "정산 묶음에서 뺌",
  "settlement-paid": "은행 지급",
  "settlement-rejected": "은행 거절",
  "settlement-returned": "은행 반송",
  "suspense-parked": "사람이 볼 때까지 보관",
  "suspense-resolved": "사람이 처리",
  ...WORK_ITEM_WORDS.ko,
  enrolled: "등록",
  left: "사용 끝남: 다른 계산대로 다시 등록됨",
  "epoch-enrolled": "기록 시작",
  "epoch-restored": "계산대 복원 뒤 새 기록 시작",
  "shift-opened": "근무 시작",
  "shift-closed": "근무 마감",
  netted: "지급액 계산",
  "netted-by-clock": "지급액 자동 계산",
  approved: "승인",
  sent: "은행으로 전송",
  adopted: "복원 뒤 은행 파일에서 확인",
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
  ":resolved": "처리됨",
  ":taken": "담당 정함",
};

const WORDS: Readonly<Record<Language, Table>> = { en: EN, ko: KO };

/** A title is one word of the table, or two with what it came to after a space: "capture settled". */
export function storyWord(title: string, language: Language): string {
  const table = WORDS[language];
  const [what = "", ...rest] = title.split(" ");
  const state = rest.join(" ");
  return state === ""
    ? (table[title] ?? title)
    : `${table[`${what}:`] ?? table[what] ?? what}: ${table[`:${state}`] ?? state}`;
}

const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}([0-9a-f]{12})/g;

/** Names of payouts and files at the bank: a letter or two and an id without its dashes. */
const BANK_NAME = /\b([A-Z]{1,2})[0-9a-f]{27}([0-9a-f]{5})\b/g;

const CURRENCY_OF_ACCOUNT = /\/[A-Z]{3}\b/g;

/** Ids by their end, which tells them apart, and accounts without their currency: "card:…541a0 → merchant:station-7". */
export const withShortIds = (text: string): string =>
  text
    .replace(UUID, (_id, end: string) => `…${end.slice(-5)}`)
    .replace(BANK_NAME, "$1…$2")
    .replace(CURRENCY_OF_ACCOUNT, "");

const REFERENCE_SHOWN_MAX = 10;

/** "#40" as it is; of an id its end, without the legs that the books add to it. */
export function shortReference(text: string): string {
  const [id = text] = text.split("/");
  return id.length > REFERENCE_SHOWN_MAX ? `…${id.slice(1 - REFERENCE_SHOWN_MAX)}` : id;
}
