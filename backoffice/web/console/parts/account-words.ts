// The accounts of the books and those who changed a card, as a person calls them. What has no word is shown as written.
import type { Language } from "#core/contract/values.ts";
import type { AccountKind } from "#core/ledger/accounts.ts";
import { withShortIds } from "./story-words.ts";

const ACCOUNTS = {
  en: {
    card: "card",
    user: "wallet",
    escrow: "set aside",
    clearing: "batch",
    merchant: "merchant",
    agent: "agent",
    operator: "operator",
    foreign: "foreign provider",
    bank: "bank",
    gateway: "gateway",
    commission: "commission",
    fees: "fees",
    breakage: "expired cards",
    points: "points",
    "offline-loss": "offline losses",
    suspense: "put aside",
  },
  ko: {
    card: "카드",
    user: "지갑",
    escrow: "따로 둔 금액",
    clearing: "정산 묶음",
    merchant: "가맹점",
    agent: "대리점",
    operator: "통신사",
    foreign: "해외 사업자",
    bank: "은행",
    gateway: "결제 대행",
    commission: "수수료 수입",
    fees: "이용료 수입",
    breakage: "만료 카드",
    points: "포인트",
    "offline-loss": "오프라인 손실",
    suspense: "보관 중",
  },
} as const satisfies Record<Language, Record<AccountKind, string>>;

/** "card:…541a0/KRW → merchant:station-7/KRW" as "card …541a0 → merchant station-7". */
export function accountsInWords(detail: string, language: Language): string {
  const table: Readonly<Record<string, string>> = ACCOUNTS[language];
  return withShortIds(detail)
    .split(" → ")
    .map((account) => {
      const [kind = "", ...names] = account.split(":");
      return [table[kind] ?? kind, ...names].join(" ");
    })
    .join(" → ");
}

const NOBODY: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  en: { holder: "the holder", system: "by itself" },
  ko: { holder: "카드 소지자", system: "자동" },
};

/** "staff:park" as "park", and what no person of ours did. */
export const doerInWords = (by: string, language: Language): string =>
  NOBODY[language][by] ?? by.replace(/^staff:/, "");
