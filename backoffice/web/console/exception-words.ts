// The words of what needs a person, in both languages.
import type { Tables } from "#renderer/ui/i18n/messages.ts";

const en = {
  take: "Take",
  about: "About",
  theSale: "The sale",
  place: (seq: string) => `entry ${seq}`,
  borneBy: "Borne by",
  stateFilter: "State",
  resolvedBy: (name: string) => `Resolved by ${name}`,
  noneResolved: "Nothing was resolved yet.",
};

const ko: Tables<typeof en>["ko"] = {
  take: "맡기",
  about: "관련",
  theSale: "판매",
  place: (seq) => `기록 ${seq}`,
  borneBy: "부담",
  stateFilter: "상태",
  resolvedBy: (name) => `${name} 처리`,
  noneResolved: "처리된 일이 없습니다.",
};

export const exceptionWords: Tables<typeof en> = { en, ko };
