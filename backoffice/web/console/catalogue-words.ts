// The words of the pages about what is sold, in both languages.
import type { Tables } from "#renderer/ui/i18n/messages.ts";

const en = {
  catalogue: "Catalogue",
  empty: "Nothing is sold yet. Add the first item, or take in a file on the command line.",
  add: "Add an item",
  change: "Change",
  remove: "Take off sale",
  putBack: "Put on sale again",
  saved: "Tills with their line sell by it within seconds, the others when they are back.",
  removeHelp:
    "Tills with their line sell it no more within seconds, the others when they are back. Its sales and its history stay.",
  soldNoMore: "not on sale",
  item: "Item",

  code: "Code",
  codeHelp: "It is never changed.",
  codeWrong: "Letters, digits, dots and hyphens.",
  nameKo: "Name in Korean",
  nameEn: "Name in English",
  category: "Category",
  categoryHelp: "One of the list, or another.",
  barcodes: "Barcodes",
  barcodesHelp: "Up to ten, blanks between them.",
  price: (currency: string) => `Price, ${currency}`,
  vatRate: "VAT, %",
  vatTreatment: "The price is",
  vatInside: "with VAT",
  vatOnTop: "without VAT",
  favourite: "Favourite",
  favouriteHelp: "Place among them; empty for none.",
  withVat: (rate: string) => `${rate} inside`,
  plusVat: (rate: string) => `${rate} on top`,
  noVat: "none",
  none: "none",

  priceWrong: "Not an amount of this currency.",
  vatWrong: "From 0 to 100.",
  barcodesWrong: "Ten at most, each of 40 signs at most.",
  favouriteWrong: "A whole number.",

  added: "Added",
  changed: "Changed",
  removed: "Taken off sale",
  commandLine: "command line",
};

const ko: Tables<typeof en>["ko"] = {
  catalogue: "상품",
  empty: "아직 판매하는 상품이 없습니다. 첫 상품을 추가하거나 명령줄에서 파일을 가져오세요.",
  add: "상품 추가",
  change: "변경",
  remove: "판매 중지",
  putBack: "다시 판매",
  saved: "연결된 계산대에는 몇 초 안에, 나머지는 다시 연결될 때 적용됩니다.",
  removeHelp:
    "연결된 계산대는 몇 초 안에, 나머지는 다시 연결될 때부터 팔지 않습니다. 판매 기록과 이력은 남습니다.",
  soldNoMore: "판매 안 함",
  item: "상품",

  code: "코드",
  codeHelp: "나중에 바꿀 수 없습니다.",
  codeWrong: "영문, 숫자, 점, 붙임표로 적으세요.",
  nameKo: "한국어 이름",
  nameEn: "영어 이름",
  category: "분류",
  categoryHelp: "목록에서 고르거나 새로 씁니다.",
  barcodes: "바코드",
  barcodesHelp: "열 개까지, 빈칸으로 나눕니다.",
  price: (currency) => `가격, ${currency}`,
  vatRate: "부가세, %",
  vatTreatment: "가격에 부가세",
  vatInside: "포함",
  vatOnTop: "별도",
  favourite: "즐겨찾기",
  favouriteHelp: "순서. 비우면 넣지 않습니다.",
  withVat: (rate) => `${rate} 포함`,
  plusVat: (rate) => `${rate} 별도`,
  noVat: "면세",
  none: "없음",

  priceWrong: "통화에 맞는 금액이 아닙니다.",
  vatWrong: "0에서 100까지입니다.",
  barcodesWrong: "열 개까지, 하나에 40자까지입니다.",
  favouriteWrong: "정수를 입력하세요.",

  added: "추가",
  changed: "변경",
  removed: "판매 중지",
  commandLine: "명령줄",
};

export const catalogueWords: Tables<typeof en> = { en, ko };
