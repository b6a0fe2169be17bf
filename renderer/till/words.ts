// The words of the till, in both languages.
import { useMessages } from "#renderer/ui/i18n/language.tsx";
import type { Tables } from "#renderer/ui/i18n/messages.ts";
import { tillEn } from "./words-en.ts";
import { tillKo } from "./words-ko.ts";

export const tillWords: Tables<typeof tillEn> = { en: tillEn, ko: tillKo };

/** The words of the till in the language at hand. */
export const useWords = () => useMessages(tillWords);
