// The search box takes names, codes and scans alike.
import { type KeyboardEvent, useEffect, useRef } from "react";
import type { CatalogueItem } from "#core/contract/terminal.ts";
import { kitWords } from "#renderer/ui/i18n/kit-words.ts";
import { useMessages } from "#renderer/ui/i18n/language.tsx";
import styles from "./search-box.module.css";
import { InSearchPlace } from "./search-slot.tsx";
import type { ItemSearch } from "./use-item-search.ts";
import { useWords } from "./words.ts";

const CODE = /^\d{4,}$/;

type SearchBoxProps = Readonly<{
  search: ItemSearch;
  onScan: (barcode: string) => void;
  onAdd: (item: CatalogueItem) => void;
}>;

export function SearchBox({ search, onScan, onAdd }: SearchBoxProps) {
  const words = useWords();
  const kit = useMessages(kitWords);
  const input = useRef<HTMLInputElement>(null);
  const { begun } = search;
  useEffect(() => {
    if (begun > 0) input.current?.focus();
  }, [begun]);

  const enter = () => {
    const text = search.query.trim();
    if (CODE.test(text)) onScan(text);
    else if (text !== "") void search.first().then((item) => item !== null && onAdd(item));
    if (text !== "") input.current?.blur();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // While a syllable is being composed, Enter ends the syllable.
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter") enter();
    else if (event.key === "ArrowDown") document.querySelector<HTMLElement>("[data-item]")?.focus();
    else if (event.key === "Escape") {
      search.clear();
      input.current?.blur();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <InSearchPlace>
      <div className={styles.box}>
        <svg className={styles.sign} viewBox="0 0 24 24" aria-hidden="true">
          <circle cx="10.5" cy="10.5" r="6.5" />
          <path d="M15.5 15.5 21 21" />
        </svg>
        <input
          ref={input}
          className={styles.input}
          type="search"
          autoComplete="off"
          spellCheck={false}
          maxLength={60}
          aria-label={words.search}
          aria-keyshortcuts="/"
          placeholder={words.searchHint}
          value={search.query}
          onChange={(event) => search.setQuery(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        {search.query !== "" && (
          <button type="button" className={styles.clear} onClick={search.clear} aria-label={kit.clearAll}>
            ✕
          </button>
        )}
      </div>
    </InSearchPlace>
  );
}
