// The words of the part of the Settlement page that a restore calls for, in both languages.
import type { UnknownAnswer, UnknownSentFile } from "#core/contract/settlement.ts";
import type { Language } from "#core/contract/values.ts";
import type { Tables } from "#renderer/ui/i18n/messages.ts";

/** What becomes of a file once two people stand for it. */
export const VERDICT_WORDS = {
  en: {
    adopt: "taken over, off what is due",
    "mark-sent": "its batch is marked as sent",
    unreadable: "cannot be read",
    unfinished: "may not have got there",
    older: "older than the back-up",
    "account-unknown": "an account is nobody's here",
    differs: "the books hold it otherwise",
  },
  ko: {
    adopt: "받아들여 지급액에서 뺌",
    "mark-sent": "해당 묶음을 전송됨으로 표시",
    unreadable: "읽을 수 없음",
    unfinished: "은행에 닿지 않았을 수 있음",
    older: "백업보다 오래됨",
    "account-unknown": "주인을 알 수 없는 계좌가 있음",
    differs: "장부의 묶음과 다름",
  },
} as const satisfies Record<Language, Record<UnknownSentFile["verdict"], string>>;

export const ANSWER_WORDS = {
  en: {
    "status-report": "answer to a file",
    statement: "statement",
    notification: "notification",
    unreadable: "cannot be read",
  },
  ko: {
    "status-report": "파일에 대한 응답",
    statement: "거래내역서",
    notification: "입출금 통지",
    unreadable: "읽을 수 없음",
  },
} as const satisfies Record<Language, Record<UnknownAnswer["kind"], string>>;

const en = {
  title: "Restored books",
  happened: (time: string) =>
    `These books were restored from a back-up of ${time}. What was sent to the bank after ${time} is not in them.`,
  happenedUndated:
    "These books were restored from a back-up. What was sent to the bank after it was made is not in them.",
  blocked:
    "Nothing is netted, approved or sent until one person has stated what the bank was sent since, and another has confirmed it.",
  tillsAwaited: "Tills are awaited as well: see Terminals.",
  sentFiles: "Sent to the bank, not in these books",
  noSentFiles:
    "No such file lies in the bank's folders. If they were lost too, ask the bank for what it was sent, and put the files into bank/archive/sent.",
  leftToPeople:
    "Files that cannot be taken over become exceptions. What they paid may be paid again: see to them before anybody nets.",
  file: "File",
  sentAt: "Sent",
  payments: "Payments",
  controlSum: "Control sum",
  verdict: "When confirmed",
  answers: "Answers of the bank, not in these books",
  answersHelp: "They are taken in again when it is confirmed.",
  more: (count: string) => `and ${count} more`,
  answer: "Answer",
  about: "About",
  debits: "Debited",
  newestBatch: "The newest batch in these books",
  noBatch: "There is no batch in these books.",
  unsent: "Not sent, as far as these books know",
  unsentHelp: "Where one of the files above was sent in its place, refuse it afterwards.",
  state: "State what the bank was sent",
  stateAgain: "State it anew",
  stateHelp: "Compare this list with what the bank shows since the back-up, and say what you found.",
  words: "What you found",
  statedBy: (name: string, time: string) => `${name} stated at ${time}:`,
  confirm: "Confirm as the second person",
  confirmHelp: "Look at the bank yourself. Both of you stand for every file above.",
  ownStatement: "You stated this, so another person must confirm it.",
  changed: "Other files lie there since it was stated. State it anew.",
};

const ko: typeof en = {
  title: "복원된 장부",
  happened: (time) =>
    `이 장부는 ${time}의 백업에서 복원되었습니다. ${time} 뒤에 은행으로 보낸 것은 이 장부에 없습니다.`,
  happenedUndated: "이 장부는 백업에서 복원되었습니다. 백업 뒤에 은행으로 보낸 것은 이 장부에 없습니다.",
  blocked:
    "그 뒤 은행에 무엇을 보냈는지 한 사람이 밝히고 다른 사람이 확인할 때까지, 지급액 계산과 승인과 전송이 모두 막힙니다.",
  tillsAwaited: "아직 기록을 보내지 않은 단말기도 있습니다. 단말기 화면을 보세요.",
  sentFiles: "은행에 보냈으나 이 장부에 없는 파일",
  noSentFiles:
    "은행 폴더에 그런 파일이 없습니다. 폴더도 잃었다면 은행에 보낸 파일을 문의해 bank/archive/sent에 넣으세요.",
  leftToPeople:
    "받아들일 수 없는 파일은 예외로 남습니다. 그 금액은 두 번 지급될 수 있으니, 지급액을 계산하기 전에 처리하세요.",
  file: "파일",
  sentAt: "보낸 때",
  payments: "지급 건수",
  controlSum: "합계",
  verdict: "확인하면",
  answers: "이 장부에 없는 은행 응답",
  answersHelp: "확인하면 다시 받아들입니다.",
  more: (count) => `그 밖에 ${count}건`,
  answer: "응답",
  about: "대상",
  debits: "출금액",
  newestBatch: "이 장부의 마지막 묶음",
  noBatch: "이 장부에는 묶음이 없습니다.",
  unsent: "이 장부로는 보내지 않은 묶음",
  unsentHelp: "위 파일 중 하나가 이를 대신해 보내졌다면, 나중에 반려하세요.",
  state: "은행에 보낸 것 밝히기",
  stateAgain: "다시 밝히기",
  stateHelp: "이 목록을 백업 뒤 은행이 보여 주는 것과 견주고, 알아낸 것을 적으세요.",
  words: "알아낸 것",
  statedBy: (name, time) => `${name}, ${time}:`,
  confirm: "두 번째 사람으로 확인",
  confirmHelp: "은행을 직접 살펴보세요. 위의 모든 파일을 두 사람이 함께 책임집니다.",
  ownStatement: "직접 밝힌 내용이므로 다른 사람이 확인해야 합니다.",
  changed: "밝힌 뒤에 파일이 달라졌습니다. 다시 밝히세요.",
};

export const restoredWords: Tables<typeof en> = { en, ko };
