// What is known of one thing: a word and its fact, side by side.
import type { ReactNode } from "react";

export function Facts({
  facts,
}: Readonly<{ facts: readonly (readonly [label: string, fact: ReactNode])[] }>) {
  return (
    <dl className="facts">
      {facts.map(([label, fact]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{fact}</dd>
        </div>
      ))}
    </dl>
  );
}
