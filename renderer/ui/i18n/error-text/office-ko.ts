// What may go wrong between tills, the back office and the bank, in Korean.
import type { ErrorText } from "../error-text.ts";

export const officeKo = {
  NEW_PASSWORD_REQUIRED: {
    happened: "한 번만 쓸 수 있는 비밀번호입니다.",
    kept: "",
    todo: "아래에서 본인의 비밀번호를 정하세요.",
  },
  PASSWORD_LAPSED: {
    happened: "발급된 지 3일이 지난 일회용 비밀번호입니다.",
    kept: "",
    todo: "다른 사람에게 새 비밀번호를 발급받으세요.",
  },
  STAFF_PASSWORD_FORM: {
    happened: "새 비밀번호로 쓸 수 없습니다.",
    kept: "이전 비밀번호는 그대로입니다.",
    todo: "10자 이상으로, 로그인 이름이 들어가지 않고 이전과 다르게 정하세요.",
  },
  SIGN_IN_NAME_TAKEN: {
    happened: "이미 쓰였거나 쓰이고 있는 로그인 이름입니다.",
    kept: "직원은 추가되지 않았습니다.",
    todo: "다른 로그인 이름을 정하세요.",
  },
  ISSUE_ABOVE_CAP: {
    happened: "카드 한 장 또는 한 번의 발급에 허용된 금액을 넘습니다.",
    kept: "발급된 카드는 없습니다.",
    todo: "카드 금액을 줄이거나 한 번에 더 적은 장수를 발급하세요.",
  },
  STAFF_FULL: {
    happened: "계산대에 등록할 수 있는 직원 수를 넘었습니다.",
    kept: "새 PIN은 발급되지 않았습니다.",
    todo: "그만둔 직원의 접근을 종료하세요.",
  },
  CATALOGUE_INVALID: {
    happened: "판매할 수 없는 내용이 있습니다.",
    kept: "상품 목록은 그대로입니다.",
    todo: "이름, 가격, 바코드를 확인하세요. 바코드에는 빈칸이 없고 한 번만 있어야 합니다.",
  },
  CATALOGUE_FULL: {
    happened: "상품 목록이 가득 찼습니다.",
    kept: "목록은 그대로입니다.",
    todo: "더 팔지 않는 상품을 판매 중지하세요.",
  },
  ITEM_TAKEN: {
    happened: "이 코드를 쓰는 상품이 이미 있습니다.",
    kept: "추가되지 않았습니다.",
    todo: "다른 코드를 정하거나 그 상품을 변경하세요.",
  },
  BARCODE_TAKEN: {
    happened: "이 바코드를 쓰는 다른 상품이 있습니다.",
    kept: "상품 목록은 그대로입니다.",
    todo: "바코드로 검색하면 그 상품을 찾을 수 있습니다.",
  },
  OWN_ACCESS: {
    happened: "본인의 권한은 본인이 바꿀 수 없습니다.",
    kept: "바뀐 것은 없습니다.",
    todo: "권한이 있는 다른 사람에게 요청하세요.",
  },
  MAKER_IS_CHECKER: {
    happened: "본인이 만든 것은 다른 사람이 승인해야 합니다.",
    kept: "그대로 대기합니다.",
    todo: "다른 담당자에게 요청하세요.",
  },
  CHECKER_IS_SENDER: {
    happened: "자동으로 계산된 묶음을 본인이 승인했으므로 다른 사람이 전송해야 합니다.",
    kept: "그대로 대기합니다.",
    todo: "다른 담당자에게 요청하세요.",
  },
  TERMINAL_UNKNOWN: {
    happened: "본사에 등록되지 않은 계산대입니다.",
    kept: "판매는 여기에 저장되어 있습니다.",
    todo: "계산대를 등록하세요.",
  },
  TERMINAL_QUARANTINED: {
    happened: "이 계산대의 기록이 둘로 갈라졌습니다.",
    kept: "둘 다 온전히 저장되어 있습니다.",
    todo: "다시 등록하세요. 그때까지 현금만 받습니다.",
  },
  TERMINAL_WRITTEN_OFF: {
    happened: "폐기 처리된 계산대입니다.",
    kept: "판매는 여기에 저장되어 있습니다.",
    todo: "새 계산대로 등록하세요.",
  },
  ENROLMENT_REFUSED: {
    happened: "등록 코드가 틀렸거나, 이미 사용했거나, 기한이 지났습니다.",
    kept: "바뀐 것은 없습니다.",
    todo: "콘솔에서 새 코드를 받아 입력하세요.",
  },
  SIGNATURE_WRONG: {
    happened: "서명이 맞지 않습니다.",
    kept: "받아들인 것은 없습니다.",
    todo: "관리자에게 연락하세요.",
  },
  SYNC_GAP: {
    happened: "중간 기록이 빠져 있습니다.",
    kept: "모두 계산대에 저장되어 있으며 다시 보냅니다.",
    todo: "잠시 기다리면 저절로 해결됩니다.",
  },
  SNAPSHOT_REFUSED: {
    happened: "이 계산대의 업데이트를 받아들이지 않았습니다.",
    kept: "가격과 직원 정보는 전과 같습니다.",
    todo: "되풀이되면 관리자에게 연락하세요.",
  },
  SNAPSHOT_CHANGED: {
    happened: "이 기기에서 가격이나 직원 정보가 바뀌어 모두 버렸습니다.",
    kept: "판매 기록은 그대로 있습니다.",
    todo: "본사에 연결되면 다시 받습니다. 관리자에게 알리세요.",
  },
  JOURNAL_BROKEN: {
    happened: "계산대 기록이 검증되지 않습니다.",
    kept: "전송된 판매는 본사에 안전하게 있습니다.",
    todo: "여기서 판매를 멈추고 관리자에게 연락하세요.",
  },
  BOOKS_RESTORED: {
    happened: "본사가 복원되었고, 장부가 아직 온전하지 않습니다.",
    kept: "판매는 모두 저장되어 있습니다.",
    todo: "모든 계산대가 기록을 보낼 때까지 기다리세요. 은행에 보낼 것은 정산 화면에서 두 사람이 먼저 확인해야 합니다.",
  },
  KEY_SEALED: {
    happened: "계산대 보안 키가 다른 실행 환경에 묶여 있습니다.",
    kept: "판매는 저장되어 있습니다.",
    todo: "그 환경으로 시작하거나 새 계산대로 등록하세요.",
  },
  BATCH_EMPTY: { happened: "지급할 것이 없습니다.", kept: "", todo: "다음 판매 뒤에 다시 확인하세요." },
  BATCH_STATE: {
    happened: "배치의 현재 단계에서는 할 수 없습니다.",
    kept: "배치는 그대로입니다.",
    todo: "상태를 확인하고 다시 선택하세요.",
  },
  BANK_FILE_INVALID: {
    happened: "은행 파일을 읽을 수 없습니다.",
    kept: "받은 그대로 보관되어 있습니다.",
    todo: "은행에 다시 요청하세요.",
  },
  BANK_FILE_DUPLICATE: {
    happened: "이미 처리한 은행 파일입니다.",
    kept: "두 번 계산되지 않았습니다.",
    todo: "할 일은 없습니다.",
  },
  SCHEMA_INVALID: {
    happened: "파일이 스키마와 맞지 않습니다.",
    kept: "보내지 않았습니다.",
    todo: "아래에 표시된 줄을 확인하세요.",
  },
  BANK_UNAVAILABLE: {
    happened: "은행과 연결되지 않습니다.",
    kept: "파일은 전송을 기다립니다.",
    todo: "나중에 다시 시도하세요.",
  },
} as const satisfies Record<string, ErrorText>;
