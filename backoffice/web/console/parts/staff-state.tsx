// The state of a person's access in a word, and how long a lock lasts.
import type { StaffRow } from "#core/contract/staff.ts";
import type { StaffState } from "#core/staff/authority.ts";
import { useLanguage, useMessages } from "#renderer/ui/i18n/language.tsx";
import { STAFF_STATE_WORDS, staffWords } from "../staff-words.ts";
import { StateWord, type Tone } from "./state-word.tsx";
import { useTimes } from "./times.ts";

const TONES = { active: "done", locked: "refused", left: "plain" } as const satisfies Record<
  StaffState,
  Tone
>;

export function StaffStateWord({ person }: Readonly<{ person: Pick<StaffRow, "state" | "lockedUntil"> }>) {
  const say = useMessages(staffWords);
  const { language } = useLanguage();
  const times = useTimes();
  const { state, lockedUntil } = person;
  const end = lockedUntil === null ? say.untilUnlocked : say.until(times.dateTime(lockedUntil));
  return (
    <>
      <StateWord word={STAFF_STATE_WORDS[language][state]} tone={TONES[state]} />
      {state === "locked" ? <span className="dim small">{end}</span> : null}
    </>
  );
}
