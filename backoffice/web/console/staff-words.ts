// The words of the pages about staff, and of one's own password, in both languages.
import type { StaffEventKind } from "#core/contract/staff.ts";
import type { Language } from "#core/contract/values.ts";
import type { StaffState } from "#core/staff/authority.ts";
import type { Tables } from "#renderer/ui/i18n/messages.ts";

export const STAFF_STATE_WORDS = {
  en: { active: "active", locked: "locked", left: "ended" },
  ko: { active: "이용 중", locked: "잠김", left: "이용 종료" },
} as const satisfies Record<Language, Record<StaffState, string>>;

/** What happened, without what it was about: that stands behind it. */
export const STAFF_EVENT_WORDS = {
  en: {
    added: "Added",
    "role-changed": "Role changed",
    locked: "Locked after five wrong tries",
    "lock-ended": "Lock ended by itself",
    unlocked: "Unlocked",
    "password-given": "One-time password given",
    "password-chosen": "Own password chosen",
    "pin-given": "New PIN for the tills",
    "access-ended": "Access ended",
    "locked-at-till": "Locked after five wrong PINs",
    "unlocked-at-till": "Unlocked at the till",
  },
  ko: {
    added: "직원 추가",
    "role-changed": "역할 변경",
    locked: "다섯 번 틀려 잠김",
    "lock-ended": "잠금이 저절로 풀림",
    unlocked: "잠금 해제",
    "password-given": "일회용 비밀번호 발급",
    "password-chosen": "본인 비밀번호 설정",
    "pin-given": "새 계산대 PIN",
    "access-ended": "이용 종료",
    "locked-at-till": "PIN을 다섯 번 틀려 잠김",
    "unlocked-at-till": "계산대에서 잠금 해제",
  },
} as const satisfies Record<Language, Record<StaffEventKind, string>>;

const en = {
  add: "Add a person",
  addHelp:
    "The first password is shown once, on the next screen. It is good for one sign-in, within three days.",
  signInNameHelp: "Small letters, digits, dots and hyphens. It is never given to anybody else.",
  until: (time: string) => `until ${time}`,
  untilUnlocked: "until somebody unlocks",
  access: "Access",
  passwordState: "Password",
  none: "none",
  "one-time": "one-time, not used yet",
  chosen: "their own",
  secondFactor: "Authenticator",
  set: "set up",
  tillPin: "PIN for the tills",
  given: "given",
  noTill: "works at no till",

  "give-password": "New password",
  "give-pin": "New PIN",
  "change-role": "Change role",
  "end-access": "End access",
  unlock: "Unlock",
  unlockHelp: "They may try again at once. At a till a manager unlocks.",
  givePasswordHelp:
    "A one-time password is shown next. They are signed out everywhere, and the old password ends.",
  givePasswordTotpHelp: "Their authenticator gets a new key with it.",
  givePinHelp: "Tills take it from their next sync on, and the old PIN no more.",
  pinHelp: "4 to 8 digits. Left empty, one of six digits is made and shown once.",
  changeRoleHelp: "They are signed out everywhere.",
  endAccessHelp:
    "They are signed out everywhere, at once. Tills refuse their PIN from their next sync on. This is for good.",
  reasonHelp: "It stands in their history.",
  self: "This is you. Another person changes your access; your password you change yourself, on the left.",

  shownOnce: "Shown this once",
  shownOnceText: "Hand it over now. It cannot be shown again; another can be given.",
  oneTimePassword: "One-time password",
  totpKey: "Key for the authenticator",
  totpKeyHelp: "They enter it in their authenticator before they sign in.",
  madePin: "PIN for the tills",
  done: "Done",

  ownPassword: "Password",
  changePassword: "Change password",
  oldPassword: "Current password",
  newPassword: "New password",
  newPasswordHelp: "10 characters or more, without your sign-in name.",
  repeatPassword: "New password again",
  repeatDiffers: "The two are not the same.",
  passwordChanged: "Your password is changed. Where you were signed in elsewhere, you are no more.",
  chooseOwn: "This password is good for one sign-in. Choose your own now.",
};

const ko: Tables<typeof en>["ko"] = {
  add: "직원 추가",
  addHelp: "첫 비밀번호는 다음 화면에서 한 번만 보입니다. 3일 안에 로그인 한 번에만 쓸 수 있습니다.",
  signInNameHelp: "영문 소문자, 숫자, 점, 붙임표. 다른 사람에게 다시 주지 않습니다.",
  until: (time) => `${time}까지`,
  untilUnlocked: "해제할 때까지",
  access: "이용 권한",
  passwordState: "비밀번호",
  none: "없음",
  "one-time": "일회용, 아직 쓰지 않음",
  chosen: "본인이 정함",
  secondFactor: "인증기",
  set: "등록됨",
  tillPin: "계산대 PIN",
  given: "있음",
  noTill: "계산대를 쓰지 않음",

  "give-password": "새 비밀번호",
  "give-pin": "새 PIN",
  "change-role": "역할 변경",
  "end-access": "이용 종료",
  unlock: "잠금 해제",
  unlockHelp: "바로 다시 로그인할 수 있습니다. 계산대의 잠금은 매니저가 그 계산대에서 풉니다.",
  givePasswordHelp:
    "다음 화면에 일회용 비밀번호가 보입니다. 모든 곳에서 로그아웃되고 이전 비밀번호는 끝납니다.",
  givePasswordTotpHelp: "인증기 키도 새로 발급됩니다.",
  givePinHelp: "계산대는 다음 동기화부터 새 PIN만 받습니다.",
  pinHelp: "숫자 4~8자리. 비워 두면 여섯 자리를 만들어 한 번 보여 줍니다.",
  changeRoleHelp: "모든 곳에서 로그아웃됩니다.",
  endAccessHelp:
    "모든 곳에서 바로 로그아웃됩니다. 계산대는 다음 동기화부터 PIN을 받지 않습니다. 되돌릴 수 없습니다.",
  reasonHelp: "이 직원의 이력에 남습니다.",
  self: "본인입니다. 권한은 다른 사람이 바꾸고, 비밀번호는 왼쪽에서 직접 바꿉니다.",

  shownOnce: "지금 한 번만 보입니다",
  shownOnceText: "지금 전달하세요. 다시 볼 수 없으며, 새로 발급할 수는 있습니다.",
  oneTimePassword: "일회용 비밀번호",
  totpKey: "인증기 키",
  totpKeyHelp: "로그인하기 전에 본인의 인증기에 입력합니다.",
  madePin: "계산대 PIN",
  done: "완료",

  ownPassword: "비밀번호",
  changePassword: "비밀번호 변경",
  oldPassword: "현재 비밀번호",
  newPassword: "새 비밀번호",
  newPasswordHelp: "10자 이상, 로그인 이름이 들어가지 않게 정하세요.",
  repeatPassword: "새 비밀번호 확인",
  repeatDiffers: "두 비밀번호가 다릅니다.",
  passwordChanged: "비밀번호를 바꿨습니다. 다른 곳의 로그인은 끝났습니다.",
  chooseOwn: "한 번만 쓸 수 있는 비밀번호입니다. 본인의 비밀번호를 정하세요.",
};

export const staffWords: Tables<typeof en> = { en, ko };
