// The words of setting up a till.
import type { Tables, Translated } from "#renderer/ui/i18n/messages.ts";

const en = {
  title: "Set up this till",
  says: "Enter the one-time code from the console, under Terminals. The till makes its own key here; it never leaves this machine.",
  code: "Enrolment code",
  enrol: "Enrol",
  enrolling: "Enrolling with the back office…",
} as const;

const ko = {
  title: "계산대 설정",
  says: "콘솔의 ‘계산대’에서 받은 일회용 코드를 입력하세요. 보안 키는 이 기기에서 만들어지며 밖으로 나가지 않습니다.",
  code: "등록 코드",
  enrol: "등록",
  enrolling: "본사에 등록하는 중…",
} as const satisfies Translated<typeof en>;

export const setupWords: Tables<typeof en> = { en, ko };
