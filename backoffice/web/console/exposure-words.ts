// What could be lost at a till, and when it was last heard of, in both languages.
import type { Tables } from "#renderer/ui/i18n/messages.ts";

const en = {
  exposure: "Offline exposure by till",
  setAside: "Set aside in grants (cannot be lost)",
  riskTaken: "Taken at risk today, synced",
  riskTakenShort: "Risk taken today",
  riskCap: "Can be lost before the next sync, at most",
  riskCapShort: "Can be lost, at most",
  riskHelp: "What was taken at risk and has synced is in the books. Each sync opens the whole cap again.",
  unsynced: "Last sync by till",
  ago: (length: string) => `${length} ago`,
  neverSynced: (length: string) => `never, enrolled ${length} ago`,
  live: "in step",
  silent: "not heard of",
  quarantined: "quarantined",
  writtenOff: "written off",
  left: "left",
  leftSince: (time: string) => `enrolled again as another till, ${time}`,
  tillSilent: "A till is not heard of",
  tillQuarantined: "A till is quarantined",
  merchant: "Merchant",
  chooseMerchant: "Choose a merchant",
  software: "Software",
  enrolledOn: "Enrolled",
  tillsItems: (count: string) => `Open items from this till: ${count}`,
};

const ko: Tables<typeof en>["ko"] = {
  exposure: "계산대별 오프라인 노출액",
  setAside: "따로 둔 금액 (손실 없음)",
  riskTaken: "오늘 위험 부담분 (동기화됨)",
  riskTakenShort: "오늘 위험 부담",
  riskCap: "다음 동기화 전 최대 손실",
  riskCapShort: "최대 손실",
  riskHelp:
    "위험 부담으로 받아 동기화된 금액은 이미 장부에 있습니다. 동기화할 때마다 한도가 처음부터 다시 열립니다.",
  unsynced: "계산대별 마지막 동기화",
  ago: (length) => `${length} 전`,
  neverSynced: (length) => `없음, ${length} 전 등록`,
  live: "동기화됨",
  silent: "연락 없음",
  quarantined: "격리됨",
  writtenOff: "대손 처리됨",
  left: "사용 끝남",
  leftSince: (time) => `다른 계산대로 다시 등록됨, ${time}`,
  tillSilent: "연락이 없는 계산대",
  tillQuarantined: "격리된 계산대",
  merchant: "가맹점",
  chooseMerchant: "가맹점 선택",
  software: "소프트웨어",
  enrolledOn: "등록일",
  tillsItems: (count) => `이 계산대에서 온 미처리 일: ${count}건`,
};

export const exposureWords: Tables<typeof en> = { en, ko };
