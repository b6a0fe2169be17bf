// What may go wrong with cards, payments and selling offline, in Korean.
import type { ErrorText } from "../error-text.ts";

export const paymentKo = {
  CARD_UNKNOWN: {
    happened: "등록되지 않은 카드입니다.",
    kept: "결제되지 않았습니다.",
    todo: "번호를 확인하거나 다른 결제 수단을 받으세요.",
  },
  CARD_NUMBER_INVALID: {
    happened: "카드 번호가 맞지 않습니다.",
    kept: "결제되지 않았습니다.",
    todo: "다시 입력하거나 카드를 긁으세요.",
  },
  CARD_UNREADABLE: {
    happened: "카드를 읽지 못했습니다.",
    kept: "결제되지 않았습니다.",
    todo: "천천히 고르게 다시 긁거나 번호를 입력하세요.",
  },
  CARD_NOT_OURS: {
    happened: "저희 선불카드가 아닙니다.",
    kept: "결제되지 않았습니다.",
    todo: "다른 카드나 다른 결제 수단을 받으세요.",
  },
  CARD_NOT_REGISTERED: {
    happened: "아직 비밀번호가 등록되지 않은 카드입니다.",
    kept: "결제되지 않았고 잔액은 그대로입니다.",
    todo: "고객이 카드 사이트에서 먼저 등록해야 합니다.",
  },
  CARD_BLOCKED: {
    happened: "사용이 정지된 카드입니다.",
    kept: "결제되지 않았고 잔액은 그대로입니다.",
    todo: "다른 결제 수단을 받으세요. 고객은 카드 센터에 문의합니다.",
  },
  CARD_EXPIRED: {
    happened: "유효 기간이 지난 카드입니다.",
    kept: "결제되지 않았습니다.",
    todo: "다른 결제 수단을 받으세요.",
  },
  CARD_CLOSED: {
    happened: "해지된 카드입니다.",
    kept: "결제되지 않았습니다.",
    todo: "다른 결제 수단을 받으세요.",
  },
  CARD_MOVE_ILLEGAL: {
    happened: "카드의 현재 상태로는 할 수 없습니다.",
    kept: "결제되지 않았습니다.",
    todo: "다른 결제 수단을 받으세요.",
  },
  PASSWORD_WRONG: {
    happened: "비밀번호가 맞지 않습니다.",
    kept: "결제되지 않았습니다.",
    todo: "고객님이 다시 입력해 주세요.",
  },
  PASSWORD_REQUIRED: {
    happened: "비밀번호가 필요합니다.",
    kept: "결제되지 않았습니다.",
    todo: "고객님이 비밀번호를 입력해 주세요.",
  },
  PASSWORD_FORM: {
    happened: "비밀번호는 4자에서 32자입니다.",
    kept: "결제되지 않았습니다.",
    todo: "고객님이 다시 입력해 주세요.",
  },
  FUNDS_INSUFFICIENT: {
    happened: "잔액이 부족합니다.",
    kept: "결제되지 않았습니다.",
    todo: "카드에서 일부만 받고 나머지는 다른 결제 수단으로 받으세요.",
  },
  FUNDS_HELD_OFFLINE: {
    happened: "잔액 일부가 다른 계산대에 맡겨져 있습니다.",
    kept: "결제되지 않았고, 회수를 요청했습니다.",
    todo: "잠시 뒤 다시 시도하거나 다른 결제 수단을 받으세요.",
  },
  PAYMENT_UNKNOWN: {
    happened: "해당 결제가 없습니다.",
    kept: "바뀐 것은 없습니다.",
    todo: "영수증 번호를 확인하세요.",
  },
  HOLD_ENDED: {
    happened: "이미 끝났거나 취소된 결제입니다.",
    kept: "두 번 처리되지 않았습니다.",
    todo: "영수증을 확인하세요.",
  },
  CAPTURE_EXCEEDS_HOLD: {
    happened: "승인된 금액보다 많습니다.",
    kept: "더 결제되지 않았습니다.",
    todo: "금액을 줄이세요.",
  },
  REFUND_EXCEEDS_PAYMENT: {
    happened: "결제한 금액보다 많습니다.",
    kept: "환불되지 않았습니다.",
    todo: "영수증에 남은 금액까지만 환불하세요.",
  },
  LINE_CUT: {
    happened: "본사와 연결되지 않습니다.",
    kept: "카드는 결제되지 않았고 판매는 보관되어 있습니다.",
    todo: "오프라인으로 계속하거나 다른 결제 수단을 받으세요.",
  },
  OFFLINE_REFUSED: {
    happened: "본사와 연결되지 않으며, 이 카드는 여기서 오프라인 한도가 없습니다.",
    kept: "카드는 결제되지 않았습니다.",
    todo: "다른 결제 수단을 받거나 매니저에게 요청하세요.",
  },
  OFFLINE_CAP_PAYMENT: {
    happened: "오프라인 1회 한도를 넘는 금액입니다.",
    kept: "카드는 결제되지 않았습니다.",
    todo: "금액을 줄이거나 다른 결제 수단을 받거나 매니저에게 요청하세요.",
  },
  OFFLINE_CAP_CARD: {
    happened: "이 카드의 오늘 오프라인 한도를 넘습니다.",
    kept: "카드는 결제되지 않았습니다.",
    todo: "다른 결제 수단을 받거나 매니저에게 요청하세요.",
  },
  OFFLINE_CAP_TERMINAL: {
    happened: "이 계산대의 오프라인 한도를 모두 썼습니다.",
    kept: "카드는 결제되지 않았습니다.",
    todo: "연결될 때까지 현금을 받으세요.",
  },
  OFFLINE_CAP_COUNT: {
    happened: "이 계산대의 오프라인 결제 건수가 한도에 이르렀습니다.",
    kept: "카드는 결제되지 않았습니다.",
    todo: "연결될 때까지 현금을 받으세요.",
  },
  OFFLINE_TOO_OLD: {
    happened: "연결이 끊긴 지 오래되어 카드를 받을 수 없습니다.",
    kept: "판매는 모두 저장되어 있습니다.",
    todo: "연결될 때까지 현금을 받으세요.",
  },
  OFFLINE_CARD_HOT: {
    happened: "사용이 제한된 카드입니다.",
    kept: "카드는 결제되지 않았습니다.",
    todo: "다른 결제 수단을 받으세요.",
  },
  OFFLINE_TRIES: {
    happened: "비밀번호를 여러 번 틀려 이 계산대에서 카드가 막혔습니다.",
    kept: "카드는 결제되지 않았습니다.",
    todo: "다른 결제 수단을 받으세요. 연결되면 다시 풀립니다.",
  },
  CASH_ONLY: {
    happened: "이 계산대는 현금만 받을 수 있습니다.",
    kept: "판매는 모두 저장되어 있습니다.",
    todo: "현금을 받으세요. 관리자가 다시 등록해야 합니다.",
  },
} as const satisfies Record<string, ErrorText>;
