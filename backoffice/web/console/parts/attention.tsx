// What needs a person, oldest first; each item leads to where it is seen to.
import { Link } from "wouter";
import type { AttentionItem } from "#core/contract/reports.ts";
import { errorText } from "#renderer/ui/i18n/error-text.ts";
import { useFormat, useLanguage, useMessages } from "#renderer/ui/i18n/language.tsx";
import { exposureWords } from "../exposure-words.ts";
import { words } from "../words.ts";
import { placeOf } from "./attention-places.ts";
import { bucketWord } from "./buckets.ts";
import { withShortIds } from "./story-words.ts";
import { useTimes } from "./times.ts";

export function Attention({ items }: Readonly<{ items: readonly AttentionItem[] }>) {
  const say = useMessages(words);
  const format = useFormat();
  const times = useTimes();
  const titleOf = useTitle();
  return (
    <section className="panel wide" aria-label={say.needsPerson}>
      <h2>{say.needsPerson}</h2>
      {items.length === 0 ? <p className="nothing">{say.nothingNeeds}</p> : null}
      <ul className="attention">
        {items.map((item) => (
          <li key={`${item.kind}:${item.id}`}>
            <Link href={placeOf(item)}>
              <span className="attention-age">{times.age(item.at)}</span>
              <span className="grow">
                <strong>{titleOf(item)}</strong> <code>{withShortIds(item.subject)}</code>
              </span>
              {item.amount === null ? null : <span className="figures">{format.money(item.amount)}</span>}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function useTitle(): (item: AttentionItem) => string {
  const say = { ...useMessages(words), ...useMessages(exposureWords) };
  const { language } = useLanguage();
  return ({ kind, code }) => {
    if (kind === "batch") return say.batchWaits;
    if (kind === "terminal") return code === "silent" ? say.tillSilent : say.tillQuarantined;
    const bucket = bucketWord(code, language);
    return bucket === undefined ? errorText(code, language).happened : `${say.bankDifference}: ${bucket}`;
  };
}
