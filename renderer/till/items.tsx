// What can be sold by touch: favourites and categories, or the results of a search. Arrows walk the tiles.
import { type KeyboardEvent, type Ref, useImperativeHandle, useMemo, useRef, useState } from "react";
import type { CatalogueItem } from "#core/contract/terminal.ts";
import { useFormat } from "#renderer/ui/i18n/language.tsx";
import { useCategoryName } from "./category-name.ts";
import { useTillState } from "./desk.tsx";
import styles from "./items.module.css";
import type { ItemSearch } from "./use-item-search.ts";
import { useWords } from "./words.ts";

export type ItemTabsHandle = Readonly<{ step(by: 1 | -1): void; focusFirst(): void }>;

const FAVOURITES = "";

type ItemsProps = Readonly<{
  search: ItemSearch;
  onAdd: (item: CatalogueItem) => void;
  ref: Ref<ItemTabsHandle>;
}>;

export function Items({ search, onAdd, ref }: ItemsProps) {
  const words = useWords();
  const { items } = useTillState();
  const [chosen, setChosen] = useState(FAVOURITES);
  const grid = useRef<HTMLDivElement>(null);
  const categories = useMemo(() => categoriesOf(items), [items]);
  const category = categories.includes(chosen) ? chosen : (categories[0] ?? FAVOURITES);
  useImperativeHandle(ref, () => ({
    step: (by) => {
      const at = categories.indexOf(category) + by;
      setChosen(categories[(at + categories.length) % categories.length] ?? FAVOURITES);
    },
    focusFirst: () => grid.current?.querySelector<HTMLElement>("[data-item]")?.focus(),
  }));

  const isSearching = search.isOpen && search.query !== "";
  // Names are matched here at once; the till's answer, which knows codes too, takes their place.
  const shown = search.results ?? (isSearching ? itemsNamed(items, search.query) : itemsOf(items, category));
  // A text that names no item is not repeated in large: it may be a password that was typed into the wrong place.
  return (
    <section className={styles.items} aria-label={words.items}>
      {isSearching ? (
        <h2 className={styles.heading}>
          {shown.length === 0 ? words.nothingFound : words.results(search.query)}
        </h2>
      ) : (
        <Tabs categories={categories} chosen={category} onChoose={setChosen} />
      )}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the tiles are buttons; arrows only move between them */}
      <div className={styles.grid} ref={grid} onKeyDown={(event) => walk(event, grid.current)}>
        {shown.map((item) => (
          <ItemTile key={item.itemId} item={item} onAdd={onAdd} />
        ))}
        {shown.length === 0 && (
          <p className={styles.none}>{items.length === 0 ? words.noCatalogue : words.noResults}</p>
        )}
      </div>
    </section>
  );
}

type TabsProps = Readonly<{
  categories: readonly string[];
  chosen: string;
  onChoose: (category: string) => void;
}>;

function Tabs({ categories, chosen, onChoose }: TabsProps) {
  const words = useWords();
  const nameOf = useCategoryName();
  return (
    <div className={styles.tabs} role="tablist" aria-label={words.categories}>
      {categories.map((category) => (
        <button
          key={category}
          type="button"
          role="tab"
          className={styles.tab}
          aria-selected={category === chosen}
          tabIndex={category === chosen ? 0 : -1}
          onClick={() => onChoose(category)}
        >
          {category === FAVOURITES ? words.favourites : nameOf(category)}
        </button>
      ))}
    </div>
  );
}

function ItemTile({ item, onAdd }: Readonly<{ item: CatalogueItem; onAdd: (item: CatalogueItem) => void }>) {
  const format = useFormat();
  return (
    <button type="button" className={styles.tile} data-item="" onClick={() => onAdd(item)}>
      <span className={styles.name}>{format.local(item.name)}</span>
      <span className={styles.price}>{format.amount(item.price)}</span>
    </button>
  );
}

/** Favourites first where there are any, then each category in the order of the catalogue. */
function categoriesOf(items: readonly CatalogueItem[]): readonly string[] {
  const named = [...new Set(items.map((item) => item.category))];
  return items.some((item) => item.favourite !== null) ? [FAVOURITES, ...named] : named;
}

function itemsOf(items: readonly CatalogueItem[], category: string): readonly CatalogueItem[] {
  if (category !== FAVOURITES) return items.filter((item) => item.category === category);
  return items
    .filter((item) => item.favourite !== null)
    .sort((a, b) => (a.favourite ?? 0) - (b.favourite ?? 0));
}

function itemsNamed(items: readonly CatalogueItem[], query: string): readonly CatalogueItem[] {
  const part = query.trim().toLowerCase();
  return items.filter(({ name }) => `${name.ko}\n${name.en}`.toLowerCase().includes(part));
}

/** Moves the focus between tiles; left of the first column and Escape give the keys back to the screen. */
function walk(event: KeyboardEvent, grid: HTMLElement | null): void {
  const tiles = [...(grid?.querySelectorAll<HTMLElement>("[data-item]") ?? [])];
  const at = tiles.indexOf(event.target as HTMLElement);
  if (at === -1) return;
  const top = tiles[0]?.offsetTop;
  const columns = tiles.filter((tile) => tile.offsetTop === top).length;
  const isFirstColumn = at % columns === 0;
  const steps: Readonly<Record<string, number>> = {
    ArrowRight: 1,
    ArrowLeft: isFirstColumn ? Number.NaN : -1,
    ArrowDown: columns,
    ArrowUp: -columns,
    Escape: Number.NaN,
  };
  const step = steps[event.key];
  if (step === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  if (Number.isNaN(step)) tiles[at]?.blur();
  else tiles[at + step]?.focus();
}
