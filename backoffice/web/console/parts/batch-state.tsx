// The state of a batch in a word, and its maker by name.
import type { z } from "zod";
import type { BatchRow, BatchState } from "#core/contract/settlement.ts";
import type { Language } from "#core/contract/values.ts";
import { useLanguage } from "#renderer/ui/i18n/language.tsx";
import { StateWord, type Tone } from "./state-word.tsx";

type State = z.infer<typeof BatchState>;

const WORDS = {
  en: {
    draft: "draft",
    approved: "approved",
    sent: "sent",
    accepted: "accepted",
    partly: "partly accepted",
    rejected: "rejected",
    settled: "settled",
    refused: "refused",
    withdrawn: "withdrawn",
  },
  ko: {
    draft: "초안",
    approved: "승인됨",
    sent: "전송됨",
    accepted: "접수됨",
    partly: "일부 접수",
    rejected: "거절됨",
    settled: "정산 완료",
    refused: "반려됨",
    withdrawn: "철회됨",
  },
} as const satisfies Record<Language, Record<State, string>>;

const TONES = {
  draft: "plain",
  approved: "plain",
  sent: "pending",
  accepted: "pending",
  partly: "pending",
  rejected: "refused",
  settled: "done",
  refused: "refused",
  withdrawn: "plain",
} as const satisfies Record<State, Tone>;

export function BatchStateWord({ state }: Readonly<{ state: State }>) {
  const { language } = useLanguage();
  return <StateWord word={WORDS[language][state]} tone={TONES[state]} />;
}

/** No person has the clock's name: it has a word in each language. Of what a restore took back nobody knows the maker. */
export function makerOf({ nettedBy, madeBy }: Pick<BatchRow, "nettedBy" | "madeBy">, theClock: string) {
  if (nettedBy === "unrecorded") return "–";
  return nettedBy === "clock" ? theClock : madeBy;
}
