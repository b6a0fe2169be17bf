// All that happened to one thing, on one time line: journal entries, ledger legs, bank lines.
import type { StoryEvent } from "#core/contract/reports.ts";
import { useFormat, useMessages } from "#renderer/ui/i18n/language.tsx";
import { words } from "../words.ts";
import { useTimes } from "./times.ts";

export function Story({ events }: Readonly<{ events: readonly StoryEvent[] }>) {
  const say = useMessages(words);
  const format = useFormat();
  const times = useTimes();
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
            <span className="grow">
              <strong>{event.title}</strong> <span className="dim">{event.detail}</span>
            </span>
            {event.amount === null ? null : <span className="figures">{format.money(event.amount)}</span>}
            <code>{event.reference}</code>
          </li>
        ))}
      </ol>
    </section>
  );
}
