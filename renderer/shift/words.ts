// The words of the shift, in both languages.
import { useMessages } from "#renderer/ui/i18n/language.tsx";
import type { Tables } from "#renderer/ui/i18n/messages.ts";
import { shiftEn } from "./words-en.ts";
import { shiftKo } from "./words-ko.ts";

export const shiftWords: Tables<typeof shiftEn> = { en: shiftEn, ko: shiftKo };

/** The words of the shift in the language at hand. */
export const useShiftWords = () => useMessages(shiftWords);
