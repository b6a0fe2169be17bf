// The words of what closing a day closes and what it leaves open, in both languages.
import type { Tables } from "#renderer/ui/i18n/messages.ts";

const en = {
  closedWithIt: "Closed with it",
  net: "Net",
  nothingDue: "No payment by card on this day.",
  tally: (captures: string, refunds: string) => `Captures ${captures} · Refunds ${refunds}`,
  furtherMerchants: (count: string) => `Further merchants: ${count}`,
  stillOpen: "Still open",
  nothingOpen: "Nothing is open.",
  shiftOpen: (number: string, since: string) => `Shift ${number} open since ${since}`,
  syncedAgo: (length: string) => `Last synced ${length} ago`,
  neverSynced: "Never synced",
  workItemsOpen: (count: string) => `Items from the tills: ${count}`,
  exceptionsOpen: (count: string) => `Differences with the bank: ${count}`,
  needPerson: "need a person",
  waitsForTills:
    "Until these tills are done, the day stays pending. What they send later still counts to it.",
  dayGoesOn: "This day is not over: what is sold until midnight still counts to it.",
};

const ko: Tables<typeof en>["ko"] = {
  closedWithIt: "함께 마감되는 금액",
  net: "지급액",
  nothingDue: "이날 카드 결제가 없습니다.",
  tally: (captures, refunds) => `매입 ${captures}건 · 환불 ${refunds}건`,
  furtherMerchants: (count) => `그 밖의 가맹점 ${count}곳`,
  stillOpen: "아직 열려 있는 것",
  nothingOpen: "열려 있는 것이 없습니다.",
  shiftOpen: (number, since) => `근무 ${number} 진행 중, ${since}부터`,
  syncedAgo: (length) => `마지막 동기화 ${length} 전`,
  neverSynced: "동기화한 적 없음",
  workItemsOpen: (count) => `계산대에서 온 일 ${count}건`,
  exceptionsOpen: (count) => `은행과 다른 내역 ${count}건`,
  needPerson: "사람이 볼 일",
  waitsForTills: "이 계산대들이 끝날 때까지 마감은 대기로 남습니다. 나중에 보내는 내역도 이날에 들어갑니다.",
  dayGoesOn: "이날은 아직 끝나지 않았습니다. 자정까지 판매한 내역도 이날에 들어갑니다.",
};

export const closingWords: Tables<typeof en> = { en, ko };
