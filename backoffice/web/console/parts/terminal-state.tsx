// The state of a till in words, and whether its line is open.
import type { TerminalRow, TerminalState } from "#core/contract/terminals.ts";
import type { Language } from "#core/contract/values.ts";
import { useLanguage, useMessages } from "#renderer/ui/i18n/language.tsx";
import { words } from "../words.ts";
import { StateWord, type Tone } from "./state-word.tsx";

export const TERMINAL_STATE_WORDS = {
  en: { enrolled: "enrolled", quarantined: "quarantined", "written-off": "written off" },
  ko: { enrolled: "등록됨", quarantined: "격리됨", "written-off": "대손 처리됨" },
} as const satisfies Record<Language, Record<TerminalState, string>>;

const TONES = {
  enrolled: "plain",
  quarantined: "refused",
  "written-off": "pending",
} as const satisfies Record<TerminalState, Tone>;

export function TerminalStateWord({ till }: Readonly<{ till: Pick<TerminalRow, "state" | "connected"> }>) {
  const say = useMessages(words);
  const { language } = useLanguage();
  return (
    <span className="states">
      <StateWord word={TERMINAL_STATE_WORDS[language][till.state]} tone={TONES[till.state]} />
      {till.connected ? <StateWord word={say.connected} tone="done" /> : null}
    </span>
  );
}
