// The language of the screen: chosen once, kept on this machine, changed at any time.
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { LANGUAGES, type Language, type LocalText } from "#core/contract/values.ts";
import { type Format, formatOf } from "../format.ts";
import type { Tables } from "./messages.ts";

const STORAGE_KEY = "countersign.language";

type LanguageState = Readonly<{ language: Language; setLanguage(language: Language): void }>;

const LanguageContext = createContext<LanguageState | null>(null);

export function LanguageProvider({ children }: Readonly<{ children: ReactNode }>) {
  const [language, setLanguageState] = useState(initialLanguage);
  const setLanguage = useCallback((chosen: Language) => {
    localStorage.setItem(STORAGE_KEY, chosen);
    setLanguageState(chosen);
  }, []);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const state = useMemo(() => ({ language, setLanguage }), [language, setLanguage]);
  return <LanguageContext.Provider value={state}>{children}</LanguageContext.Provider>;
}

function initialLanguage(): Language {
  const kept = localStorage.getItem(STORAGE_KEY);
  const isKnown = (text: string | null): text is Language => LANGUAGES.some((language) => language === text);
  if (isKnown(kept)) return kept;
  return navigator.language.startsWith("ko") ? "ko" : "en";
}

export function useLanguage(): LanguageState {
  const state = useContext(LanguageContext);
  if (state === null) throw new Error("a page stands in a KitProvider");
  return state;
}

/** The words of a page in the language at hand. */
export function useMessages<Table extends Record<string, string | ((...parts: never[]) => string)>>(
  tables: Tables<Table>,
): Tables<Table>[Language] {
  return tables[useLanguage().language];
}

/** Amounts, dates and texts of the catalogue in the language at hand. */
export function useFormat(): Format & Readonly<{ local(text: LocalText): string }> {
  const { language } = useLanguage();
  return useMemo(() => ({ ...formatOf(language), local: (text: LocalText) => text[language] }), [language]);
}
