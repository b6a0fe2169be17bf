// What became of a grant, in words.
import type { Language } from "#core/contract/values.ts";

export const GRANT_WORDS: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  en: { live: "set aside", recalled: "called back", closed: "given back", "written-off": "written off" },
  ko: { live: "따로 둠", recalled: "회수 중", closed: "돌려받음", "written-off": "대손 처리됨" },
};
