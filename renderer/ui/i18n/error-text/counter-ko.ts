// What may go wrong at the counter, with its devices and its machine, in Korean.
import type { ErrorText } from "../error-text.ts";

export const counterKo = {
  REQUEST_INVALID: {
    happened: "계산대가 입력을 받지 않았습니다.",
    kept: "바뀐 것은 없습니다.",
    todo: "입력을 확인하고 다시 시도하세요.",
  },
  REQUEST_TOO_LARGE: {
    happened: "한 번에 보낼 수 있는 양을 넘었습니다.",
    kept: "바뀐 것은 없습니다.",
    todo: "내용을 줄여 다시 시도하세요.",
  },
  AMOUNT_INVALID: {
    happened: "사용할 수 없는 금액입니다.",
    kept: "바뀐 것은 없습니다.",
    todo: "금액을 다시 입력하세요.",
  },
  ID_REUSED: {
    happened: "같은 요청이 다른 내용으로 이미 있었습니다.",
    kept: "처음 요청이 그대로 유효하며 두 번 처리되지 않았습니다.",
    todo: "뒤로 돌아가 다시 시작하세요.",
  },
  NOT_FOUND: {
    happened: "찾을 수 없습니다.",
    kept: "바뀐 것은 없습니다.",
    todo: "번호를 확인하고 다시 검색하세요.",
  },
  STATE_CONFLICT: {
    happened: "그사이 상태가 바뀌었습니다.",
    kept: "앞서 처리된 것은 그대로입니다.",
    todo: "화면을 확인하고 다시 선택하세요.",
  },
  SIGN_IN_REQUIRED: {
    happened: "로그인한 사람이 없습니다.",
    kept: "판매 내용은 보관되어 있습니다.",
    todo: "PIN으로 로그인하세요.",
  },
  SIGN_IN_REFUSED: {
    happened: "PIN이 맞지 않습니다.",
    kept: "바뀐 것은 없습니다.",
    todo: "다시 입력하세요. 다섯 번 틀리면 매니저가 풀어 주어야 합니다.",
  },
  SIGN_IN_LOCKED: {
    happened: "PIN을 여러 번 틀려 이 계산대에서 잠겼습니다.",
    kept: "열려 있는 판매는 보관되어 있습니다.",
    todo: "매니저에게 잠금 해제를 요청하세요.",
  },
  SECOND_FACTOR_REQUIRED: {
    happened: "여섯 자리 인증 코드가 필요합니다.",
    kept: "바뀐 것은 없습니다.",
    todo: "인증 앱의 코드를 입력하세요.",
  },
  ROLE_REFUSED: {
    happened: "이 권한으로는 할 수 없습니다.",
    kept: "바뀐 것은 없습니다.",
    todo: "매니저에게 요청하세요.",
  },
  MANAGER_REQUIRED: {
    happened: "매니저 승인이 필요합니다.",
    kept: "아직 바뀐 것은 없습니다.",
    todo: "매니저가 이름을 고르고 PIN을 입력하세요.",
  },
  ORIGIN_REFUSED: {
    happened: "이 프로그램에서 보낸 요청이 아닙니다.",
    kept: "처리된 것은 없습니다.",
    todo: "다른 페이지를 닫고 계산대를 다시 여세요.",
  },
  SHIFT_CLOSED: {
    happened: "열린 근무가 없습니다.",
    kept: "판매 내용은 보관되어 있습니다.",
    todo: "먼저 근무를 시작하세요.",
  },
  SHIFT_OPEN: {
    happened: "이미 근무가 열려 있습니다.",
    kept: "그 근무가 계속됩니다.",
    todo: "새로 열기 전에 먼저 마감하세요.",
  },
  SALE_EMPTY: { happened: "결제할 상품이 없습니다.", kept: "", todo: "상품을 스캔하거나 누르세요." },
  SALE_PAYING: {
    happened: "결제 중인 판매입니다.",
    kept: "상품과 결제 내역은 그대로입니다.",
    todo: "결제를 끝내거나 먼저 뒤로 가세요.",
  },
  SALE_FULL: {
    happened: "한 번에 담을 수 있는 품목 수를 넘었습니다.",
    kept: "담은 상품은 모두 그대로입니다.",
    todo: "결제한 뒤 새 판매를 시작하세요.",
  },
  ITEM_UNKNOWN: {
    happened: "등록되지 않은 코드입니다.",
    kept: "판매 내용은 그대로입니다.",
    todo: "이름으로 찾거나 다시 스캔하세요.",
  },
  QUANTITY_INVALID: {
    happened: "수량은 1부터 999까지입니다.",
    kept: "상품은 그대로입니다.",
    todo: "수량을 다시 입력하세요.",
  },
  LOOKS_LIKE_SECRET: {
    happened: "카드 번호나 비밀번호처럼 보입니다.",
    kept: "검색하지도 저장하지도 않았습니다.",
    todo: "카드는 ‘선불카드’에서 받으세요.",
  },
  TENDER_EXCEEDS_DUE: {
    happened: "받을 금액보다 많습니다.",
    kept: "결제되지 않았습니다.",
    todo: "받을 금액 이하로 입력하세요.",
  },
  CASH_GIVEN_TOO_MUCH: {
    happened: "받을 금액에 비해 받은 현금이 너무 많습니다.",
    kept: "현금을 받지 않았습니다.",
    todo: "받은 돈을 다시 세어 금액을 입력하세요.",
  },
  TENDER_UNSETTLED: {
    happened: "아직 응답이 없는 결제가 있습니다.",
    kept: "판매 내용은 보관되어 있습니다.",
    todo: "다시 확인하거나 그 결제를 먼저 끝내세요.",
  },
  CLOCK_SET_BACK: {
    happened: "이 기기의 시계가 뒤로 돌아갔습니다.",
    kept: "판매는 모두 보관되어 있습니다. 오프라인 카드 결제는 멈춥니다.",
    todo: "시계를 맞추세요. 현금은 계속 받을 수 있습니다.",
  },
  DEVICE_ABSENT: {
    happened: "장치가 연결되어 있지 않습니다.",
    kept: "판매 내용은 보관되어 있습니다.",
    todo: "케이블과 전원을 확인하거나 장치 없이 계속하세요.",
  },
  DEVICE_FAILED: {
    happened: "장치가 동작하지 않았습니다.",
    kept: "판매 내용은 보관되어 있습니다.",
    todo: "장치를 확인하고 다시 시도하세요.",
  },
  FRAME_INVALID: {
    happened: "장치에서 읽을 수 없는 신호가 왔습니다.",
    kept: "바뀐 것은 없습니다.",
    todo: "다시 시도하세요.",
  },
  BUSY: {
    happened: "계산대가 다른 일을 처리하고 있습니다.",
    kept: "바뀐 것은 없습니다.",
    todo: "잠시 뒤 다시 시도하세요.",
  },
  TIMED_OUT: {
    happened: "제때 응답이 없었습니다.",
    kept: "처리된 것은 보관되며 여기에 나타납니다.",
    todo: "화면을 확인한 뒤 다시 시도하세요.",
  },
  PEER_GONE: {
    happened: "계산대가 다시 시작하고 있습니다.",
    kept: "판매는 모두 저장되어 있습니다.",
    todo: "잠시 기다리세요. 화면은 저절로 돌아옵니다.",
  },
  DISK_FULL: {
    happened: "디스크가 가득 찼습니다.",
    kept: "저장된 판매는 그대로입니다. 공간이 생길 때까지 판매를 멈춥니다.",
    todo: "공간을 비우거나 관리자에게 연락하세요.",
  },
  DATABASE_CORRUPT: {
    happened: "계산대 데이터베이스가 손상되었습니다.",
    kept: "전송된 판매는 본사에 안전하게 있습니다.",
    todo: "판매를 멈추고 백업에서 복원하세요.",
  },
  DATA_IN_USE: {
    happened: "다른 Countersign이 이 데이터를 쓰고 있습니다.",
    kept: "바뀐 것은 없습니다.",
    todo: "그쪽을 쓰거나 먼저 끄세요.",
  },
  PORT_TAKEN: {
    happened: "다른 프로그램이 이 포트를 쓰고 있습니다.",
    kept: "바뀐 것은 없습니다.",
    todo: "다른 포트를 고르세요.",
  },
  OPTION_INVALID: {
    happened: "올바르지 않은 옵션입니다.",
    kept: "시작된 것은 없습니다.",
    todo: "도움말을 보고 다시 시작하세요.",
  },
  NOT_READY: {
    happened: "계산대가 시작하는 중입니다.",
    kept: "판매는 모두 저장되어 있습니다.",
    todo: "잠시 기다리세요. 화면은 저절로 나타납니다.",
  },
  INTERNAL: {
    happened: "내부 오류가 생겼습니다.",
    kept: "저장된 것은 안전하며 오류는 기록되었습니다.",
    todo: "다시 시도하고, 되풀이되면 관리자에게 연락하세요.",
  },
} as const satisfies Record<string, ErrorText>;
