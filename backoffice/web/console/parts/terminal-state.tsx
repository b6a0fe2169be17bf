// The state of a till in words, and whether its line is open.
import type { TerminalRow, TerminalState } from "#core/contract/terminals.ts";
import type { Language } from "#core/contract/values.ts";
import { useLanguage, useMessages } from "#renderer/ui/i18n/language.tsx";
import { exposureWords } from "../exposure-words.ts";
import { words } from "../words.ts";
import { StateWord, type Tone } from "./state-word.tsx";
import { useTimes } from "./times.ts";

export const TERMINAL_STATE_WORDS = {
  en: { enrolled: "enrolled", quarantined: "quarantined", "written-off": "written off" },
  ko: { enrolled: "등록됨", quarantined: "격리됨", "written-off": "대손 처리됨" },
} as const satisfies Record<Language, Record<TerminalState, string>>;

const TONES = {
  enrolled: "plain",
  quarantined: "refused",
  "written-off": "pending",
} as const satisfies Record<TerminalState, Tone>;

type Props = Readonly<{ till: Pick<TerminalRow, "state" | "connected" | "leftAt"> }>;

export function TerminalStateWord({ till }: Props) {
  const say = { ...useMessages(words), ...useMessages(exposureWords) };
  const { language } = useLanguage();
  const times = useTimes();
  const { state, leftAt } = till;
  // Being left is what it is while nothing worse is.
  const isLeft = leftAt !== null && state === "enrolled";
  return (
    <span className="states">
      <StateWord word={isLeft ? say.left : TERMINAL_STATE_WORDS[language][state]} tone={TONES[state]} />
      {leftAt === null ? null : <span className="dim">{say.leftSince(times.dateTime(leftAt))}</span>}
      {till.connected ? <StateWord word={say.connected} tone="done" /> : null}
    </span>
  );
}
