// What the console says of a refused sign-in. The same codes at a till speak of its PIN and its sales.
import type { Language } from "#core/contract/values.ts";
import type { ErrorCode } from "#core/errors.ts";
import type { ErrorText } from "#renderer/ui/i18n/error-text.ts";

type SignInTexts = Readonly<Partial<Record<ErrorCode, ErrorText>>>;

const TEXTS: Readonly<Record<Language, SignInTexts>> = {
  en: {
    SIGN_IN_REFUSED: {
      happened: "The name, the password or the code is wrong.",
      kept: "",
      todo: "Try again. Five wrong tries lock; a code is good once.",
    },
    SIGN_IN_LOCKED: {
      happened: "Too many wrong tries. This person is locked at the console.",
      kept: "",
      todo: "The lock ends by itself, the first after 15 minutes. Or ask a manager or operator to unlock.",
    },
    SIGN_IN_REQUIRED: {
      happened: "You are signed out.",
      kept: "",
      todo: "Sign in again.",
    },
  },
  ko: {
    SIGN_IN_REFUSED: {
      happened: "이름, 비밀번호 또는 코드가 틀렸습니다.",
      kept: "",
      todo: "다시 입력하세요. 다섯 번 틀리면 잠기고, 코드는 한 번만 쓸 수 있습니다.",
    },
    SIGN_IN_LOCKED: {
      happened: "여러 번 틀려 콘솔 로그인이 잠겼습니다.",
      kept: "",
      todo: "잠금은 저절로 풀립니다(처음은 15분). 매니저나 운영자에게 해제를 요청해도 됩니다.",
    },
    SIGN_IN_REQUIRED: { happened: "로그아웃되었습니다.", kept: "", todo: "다시 로그인하세요." },
  },
};

export const signInText = (code: string, language: Language): ErrorText | undefined =>
  Object.hasOwn(TEXTS[language], code) ? TEXTS[language][code as ErrorCode] : undefined;
