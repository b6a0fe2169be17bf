// A small made-up catalogue with names in both languages, for pages that need something to sell.
import { CatalogueItem } from "#core/contract/terminal.ts";

type Row = readonly [
  id: string,
  ko: string,
  en: string,
  category: string,
  price: number,
  favourite: number | null,
];

const ROWS: readonly Row[] = [
  ["americano", "아메리카노", "Americano", "drinks", 4_500, 0],
  ["latte", "카페라떼", "Caffè latte", "drinks", 5_000, 1],
  ["water", "생수 500ml", "Water 500 ml", "drinks", 1_200, 2],
  ["sandwich", "햄치즈 샌드위치", "Ham and cheese sandwich", "food", 5_500, 3],
  ["cola", "콜라 500ml", "Cola 500 ml", "drinks", 2_000, 4],
  ["tea", "유자차", "Citron tea", "drinks", 4_000, 5],
  ["gimbap", "참치 김밥", "Tuna gimbap", "food", 3_500, 6],
  ["ramen", "컵라면", "Cup noodles", "food", 1_500, 7],
  ["oil", "엔진오일 1L", "Engine oil 1 l", "car", 12_000, 8],
  ["washer", "워셔액 1.8L", "Screen wash 1.8 l", "car", 3_900, 9],
  ["wiper", "와이퍼", "Wiper blade", "car", 14_000, null],
  ["filter", "에어컨 필터", "Cabin air filter", "car", 18_500, null],
  ["wash", "자동 세차", "Automatic car wash", "services", 9_000, null],
  ["tyres", "타이어 공기압 점검", "Tyre pressure check", "services", 3_000, null],
  ["icecream", "아이스크림", "Ice cream", "food", 2_200, null],
];

export const fakeCatalogue: readonly CatalogueItem[] = ROWS.map(
  ([id, ko, en, category, price, favourite], index) =>
    CatalogueItem.parse({
      itemId: id,
      name: { ko, en },
      category,
      barcodes: [`88012345${String(index).padStart(4, "0")}5`],
      price: { minor: String(price), currency: "KRW" },
      vat: { rateBasisPoints: 1_000, priceIncludesVat: true },
      favourite,
    }),
);
