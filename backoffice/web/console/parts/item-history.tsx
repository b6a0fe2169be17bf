// What was changed in an item: each change with what it was before, who made it and when.
import type { CatalogueEvent } from "#core/contract/catalogue.ts";
import type { CatalogueItem } from "#core/contract/terminal.ts";
import { categoryName } from "#core/receipt/category-name.ts";
import { useFormat, useLanguage, useMessages } from "#renderer/ui/i18n/language.tsx";
import { catalogueWords } from "../catalogue-words.ts";
import { words } from "../words.ts";
import { useVatText } from "./item-vat.ts";
import { useTimes } from "./times.ts";

export function ItemHistory({ history }: Readonly<{ history: readonly CatalogueEvent[] }>) {
  const common = useMessages(words);
  const say = useMessages(catalogueWords);
  const times = useTimes();
  const about = useAbout();
  return (
    <section className="panel" aria-label={common.history}>
      <h2>{common.history}</h2>
      <ol className="story">
        {history.map((event, at) => (
          // The story only grows, at its end.
          // biome-ignore lint/suspicious/noArrayIndexKey: two things may happen at one moment
          <li key={at}>
            <time dateTime={event.at}>{times.dateTime(event.at)}</time>
            <span className="story-what">
              <strong>{say[event.what]}</strong> <span className="dim">{about(event)}</span>
            </span>
            <span className="dim">{event.by?.name ?? say.commandLine}</span>
          </li>
        ))}
      </ol>
      {history.length === 0 ? <p className="nothing">{common.nothing}</p> : null}
    </section>
  );
}

/** The price at first and at last, and of a change whatever differs: "Price ₩1,900 → ₩2,100". */
function useAbout(): (event: CatalogueEvent) => string {
  const format = useFormat();
  const factsOf = useFacts();
  return ({ before, after }) => {
    if (before === null || after === null) {
      const only = after ?? before;
      return only === null ? "" : format.money(only.price);
    }
    const old = factsOf(before);
    return factsOf(after)
      .flatMap(([label, text], at) => {
        const was = old[at]?.[1] ?? "";
        return was === text ? [] : [`${label} ${was} → ${text}`];
      })
      .join(" · ");
  };
}

/** All that an item says, each with its name, always in the same order. */
function useFacts(): (item: CatalogueItem) => readonly (readonly [label: string, text: string])[] {
  const common = useMessages(words);
  const say = useMessages(catalogueWords);
  const { language } = useLanguage();
  const format = useFormat();
  const vatText = useVatText();
  return (item) => [
    [common.price, format.money(item.price)],
    [common.vat, vatText(item.vat)],
    [say.nameKo, item.name.ko],
    [say.nameEn, item.name.en],
    [say.category, categoryName(item.category, language)],
    [say.barcodes, item.barcodes.join(" ") || say.none],
    [say.favourite, item.favourite === null ? say.none : format.count(item.favourite)],
  ];
}
