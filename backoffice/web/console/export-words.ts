// Taking a list away as CSV, in both languages.
import type { Tables } from "#renderer/ui/i18n/messages.ts";

const en = {
  csv: "CSV",
  tooLong: "Too many rows for one CSV file. Narrow the list by its dates or filters.",
};

const ko: Tables<typeof en>["ko"] = {
  csv: "CSV",
  tooLong: "CSV 파일 하나에 담기에 줄이 너무 많습니다. 날짜나 조건으로 목록을 줄이세요.",
};

export const exportWords: Tables<typeof en> = { en, ko };
