// Searching the items. The till judges the text: what looks like a card or a password is refused and forgotten here too.
import { useCallback, useEffect, useRef, useState } from "react";
import type { CatalogueItem } from "#core/contract/terminal.ts";
import { toFailure } from "#renderer/ui/connect.ts";
import { type Task, useTill } from "./desk.tsx";

/** A pause in the typing, so that not every letter is asked for. */
const PAUSE_MS = 120;
/** Time to read it and mend a typing mistake; what is no item may be a password, which nobody else should read. */
const NOTHING_FOUND_MS = 4_000;

export type ItemSearch = Readonly<{
  isOpen: boolean;
  query: string;
  /** Null until the till answered to this query. */
  results: readonly CatalogueItem[] | null;
  /** Opens the search with what was typed and moves the caret there. */
  begin(text: string): void;
  setQuery(query: string): void;
  /** Empties the box. It empties itself some seconds after a search that found nothing. */
  clear(): void;
  /** The best match of what is typed now, asked for at once where the answer is not there yet; null where none is. */
  first(): Promise<CatalogueItem | null>;
  /** Rises when the caret shall move to the box. */
  begun: number;
}>;

type Answer = Readonly<{ text: string; items: readonly CatalogueItem[] }>;

export function useItemSearch(task: Task): ItemSearch {
  const till = useTill();
  const [query, setQuery] = useState("");
  const [isOpen, setOpen] = useState(false);
  const [begun, setBegun] = useState(0);
  const [answer, setAnswer] = useState<Answer | null>(null);
  /** Counts what was asked and put away: an answer or a pause that another one overtook says nothing. */
  const turn = useRef(0);
  const { refuse } = task;

  const clear = useCallback(() => {
    turn.current += 1;
    setQuery("");
    setOpen(false);
    setAnswer(null);
  }, []);

  const ask = useCallback(
    async (text: string): Promise<readonly CatalogueItem[]> => {
      turn.current += 1;
      const mine = turn.current;
      try {
        const { items } = await till.search({ query: text });
        if (mine === turn.current) setAnswer({ text, items });
        return items;
      } catch (error) {
        if (mine !== turn.current) return [];
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
    if (text === "") return;
    const mine = turn.current;
    const timer = setTimeout(() => {
      // An item may be chosen and the box emptied before this effect is told.
      if (mine === turn.current) void ask(text);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [query, ask]);

  const results = answer !== null && answer.text === query.trim() ? answer.items : null;
  const isNothing = results?.length === 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever types on has the whole time again
  useEffect(() => {
    if (!isNothing) return;
    const timer = setTimeout(clear, NOTHING_FOUND_MS);
    return () => clearTimeout(timer);
  }, [isNothing, query, clear]);

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
