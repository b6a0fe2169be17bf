// What a till reported that could not be posted, what allowed it and who bears it, as a person calls them.
import type { WorkItem } from "#core/contract/terminals.ts";
import type { Language } from "#core/contract/values.ts";

type Bearer = NonNullable<WorkItem["bearer"]>;

export const WORK_ITEM_WORDS = {
  en: {
    "entry-undecodable": "An entry that cannot be read",
    "slip-short": "The card had too little",
    "slip-refused": "The card may not pay this",
    "slip-of-written-off-terminal": "A payment of a till that was written off",
    "hold-missing": "What was held is not there",
    "grant-inconsistent": "What was set aside does not add up",
    "grant-written-off": "Set aside at a till that was written off",
    "grants-of-old-epoch": "Set aside before the till was restored",
    "kept-by-left-terminal": "Kept by a till that was enrolled again",
    "left-terminal-in-use": "A till that was enrolled again still sells",
    "refund-refused": "A refund that could not be posted",
    "posting-refused": "A posting that the books refused",
    "journal-forked": "A till with two histories",
  },
  ko: {
    "entry-undecodable": "읽을 수 없는 기록",
    "slip-short": "카드 잔액 부족",
    "slip-refused": "결제할 수 없는 카드",
    "slip-of-written-off-terminal": "대손 처리된 계산대의 결제",
    "hold-missing": "보류한 금액 없음",
    "grant-inconsistent": "맞지 않는 따로 둔 금액",
    "grant-written-off": "대손 처리된 계산대에 따로 둔 금액",
    "grants-of-old-epoch": "복원 전에 따로 둔 금액",
    "kept-by-left-terminal": "다시 등록한 계산대에 남은 금액",
    "left-terminal-in-use": "다시 등록했는데 아직 쓰고 있는 계산대",
    "refund-refused": "반영하지 못한 환불",
    "posting-refused": "장부가 거절한 건",
    "journal-forked": "기록이 둘로 갈라진 계산대",
  },
} as const satisfies Record<Language, Record<WorkItem["kind"], string>>;

const BEARERS = {
  en: { operator: "operator", merchant: "merchant", nobody: "nobody" },
  ko: { operator: "운영사", merchant: "가맹점", nobody: "없음" },
} as const satisfies Record<Language, Record<Bearer, string>>;

const POLICIES: Readonly<Record<string, string>> = {
  "risk caps": "위험 부담 한도",
  escrow: "따로 둔 금액",
  refund: "환불",
  "online approval": "온라인 승인",
  "approved before the restore": "복원 전 승인",
};

export const workWord = (kind: WorkItem["kind"], language: Language): string =>
  WORK_ITEM_WORDS[language][kind];

export const bearerWord = (bearer: Bearer, language: Language): string => BEARERS[language][bearer];

/** Policies are written in English; one without a word is shown as it was written. */
export const policyWord = (policy: string, language: Language): string =>
  language === "ko" ? (POLICIES[policy] ?? policy) : policy;
