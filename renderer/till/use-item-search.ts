// Searching the items. The till judges the text: what looks like a card or a password is refused and forgotten here too.
import { useCallback, useEffect, useRef, useState } from "react";
import type { CatalogueItem } from "#core/contract/terminal.ts";
import { toFailure } from "#renderer/ui/connect.ts";
import { type Task, useTill } from "./desk.tsx";

/** A pause in the typing, so that not every letter is asked for. */
const PAUSE_MS = 120;

export type ItemSearch = Readonly<{
  isOpen: boolean;
  query: string;
  /** Null until the till answered. */
  results: readonly CatalogueItem[] | null;
  /** Opens the search with what was typed and moves the caret there. */
  begin(text: string): void;
  setQuery(query: string): void;
  clear(): void;
  /** The best match of what is typed now, asked for at once where the answer is not there yet; null where none is. */
  first(): Promise<CatalogueItem | null>;
  /** Rises when the caret shall move to the box. */
  begun: number;
}>;

export function useItemSearch(task: Task): ItemSearch {
  const till = useTill();
  const [query, setQuery] = useState("");
  const [isOpen, setOpen] = useState(false);
  const [begun, setBegun] = useState(0);
  const [results, setResults] = useState<readonly CatalogueItem[] | null>(null);
  const asked = useRef(0);
  const { refuse } = task;

  const clear = useCallback(() => {
    asked.current += 1;
    setQuery("");
    setOpen(false);
    setResults(null);
  }, []);

  const ask = useCallback(
    async (text: string): Promise<readonly CatalogueItem[]> => {
      asked.current += 1;
      const mine = asked.current;
      try {
        const { items } = await till.search({ query: text });
        // An answer that was overtaken by more typing says nothing.
        if (mine === asked.current) setResults(items);
        return items;
      } catch (error) {
        if (mine !== asked.current) return [];
        const { code } = toFailure(error).failure;
        if (code === "LOOKS_LIKE_SECRET") clear();
        refuse(code);
        return [];
      }
    },
    [till, refuse, clear],
  );

  useEffect(() => {
    const text = query.trim();
    if (text === "") return setResults(null);
    const timer = setTimeout(() => void ask(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [query, ask]);

  return {
    isOpen,
    query,
    results,
    begun,
    begin: (text) => {
      setOpen(true);
      setQuery((before) => before + text);
      setBegun((count) => count + 1);
    },
    setQuery: (text) => {
      setOpen(text !== "");
      setQuery(text);
    },
    clear,
    first: async () => (await ask(query.trim()))[0] ?? null,
  };
}
