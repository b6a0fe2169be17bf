// All that happened to one thing, on one time line: journal entries, ledger legs, bank lines.
import type { StoryEvent } from "#core/contract/reports.ts";
import type { Language } from "#core/contract/values.ts";
import { useFormat, useLanguage, useMessages } from "#renderer/ui/i18n/language.tsx";
import { words } from "../words.ts";
import { accountsInWords, doerInWords } from "./account-words.ts";
import { shortReference, storyWord, withShortIds } from "./story-words.ts";
import { useTimes } from "./times.ts";

function detailInWords({ source, detail }: StoryEvent, language: Language): string {
  if (source === "ledger") return accountsInWords(detail, language);
  return source === "staff" ? doerInWords(detail, language) : withShortIds(detail);
}

export function Story({ events }: Readonly<{ events: readonly StoryEvent[] }>) {
  const say = useMessages(words);
  const format = useFormat();
  const times = useTimes();
  const { language } = useLanguage();
  return (
    <section className="panel" aria-label={say.story}>
      <h2>{say.story}</h2>
      <ol className="story">
        {events.map((event) => (
          <li
            key={`${event.at}:${event.source}:${event.reference}:${event.title}`}
            className={`story-${event.source}`}
          >
            <time dateTime={event.at}>{times.dateTime(event.at)}</time>
            <span className="story-what">
              <strong>{storyWord(event.title, language)}</strong>{" "}
              <span className="dim">{detailInWords(event, language)}</span>
            </span>
            <span className="figures">{event.amount === null ? "" : format.money(event.amount)}</span>
            <code className="story-reference" title={event.reference}>
              {shortReference(event.reference)}
            </code>
          </li>
        ))}
      </ol>
    </section>
  );
}
