// What Station 7 sells. Made-up goods; barcodes are of the range 20-29 that shops give out themselves.
import type { CatalogueItem } from "#core/contract/terminal.ts";
import type { ItemId } from "#core/ids.ts";

/** Korean VAT, inside the marked price. */
const INCLUSIVE = { rateBasisPoints: 1_000, priceIncludesVat: true } as const;
/** Services are quoted without VAT. */
const EXCLUSIVE = { rateBasisPoints: 1_000, priceIncludesVat: false } as const;
/** Unprocessed food bears none. */
const EXEMPT = { rateBasisPoints: 0, priceIncludesVat: true } as const;

type Goods = readonly [
  id: string,
  ko: string,
  en: string,
  won: number,
  vat: CatalogueItem["vat"],
  favourite?: number,
];

const GOODS: Readonly<Record<string, readonly Goods[]>> = {
  drinks: [
    ["americano", "아메리카노", "Americano", 4_500, INCLUSIVE, 0],
    ["latte", "카페 라떼", "Caffè latte", 5_000, INCLUSIVE, 1],
    ["vanilla-latte", "바닐라 라떼", "Vanilla latte", 5_500, INCLUSIVE],
    ["green-tea", "녹차", "Green tea", 3_800, INCLUSIVE],
    ["barley-tea", "보리차 500 ml", "Barley tea 500 ml", 1_500, INCLUSIVE],
    ["water", "생수 500 ml", "Water 500 ml", 1_200, INCLUSIVE, 2],
    ["cola", "콜라 355 ml", "Cola 355 ml", 1_900, INCLUSIVE],
    ["orange-juice", "오렌지 주스", "Orange juice", 2_800, INCLUSIVE],
    ["milk", "우유 200 ml", "Milk 200 ml", 1_300, EXEMPT],
    ["energy-drink", "에너지 음료", "Energy drink", 2_500, INCLUSIVE],
  ],
  food: [
    ["sandwich", "샌드위치", "Sandwich", 5_500, INCLUSIVE, 3],
    ["triangle-kimbap", "참치마요 삼각김밥", "Tuna rice triangle", 1_400, INCLUSIVE, 4],
    ["kimbap", "김밥", "Kimbap roll", 4_000, INCLUSIVE],
    ["cup-noodles", "컵라면", "Cup noodles", 1_700, INCLUSIVE, 5],
    ["hot-bar", "핫바", "Fish cake bar", 2_200, INCLUSIVE],
    ["boiled-eggs", "구운 계란 2개", "Baked eggs, two", 2_000, EXEMPT],
    ["banana", "바나나", "Banana", 1_600, EXEMPT],
    ["chocolate", "초콜릿", "Chocolate bar", 1_800, INCLUSIVE],
    ["walnut-cake", "호두과자 한 봉지", "Walnut cakes, a bag", 5_000, INCLUSIVE],
    ["chewing-gum", "껌", "Chewing gum", 1_000, INCLUSIVE],
  ],
  car: [
    ["engine-oil", "엔진 오일 1 L", "Engine oil 1 L", 12_000, INCLUSIVE, 6],
    ["washer-fluid", "워셔액 1.8 L", "Washer fluid 1.8 L", 3_000, INCLUSIVE, 7],
    ["wiper-blade", "와이퍼 600 mm", "Wiper blade 600 mm", 9_800, INCLUSIVE],
    ["phone-mount", "휴대폰 거치대", "Phone mount", 14_900, INCLUSIVE],
    ["charging-cable", "충전 케이블", "Charging cable", 8_900, INCLUSIVE],
    ["air-freshener", "방향제", "Air freshener", 4_500, INCLUSIVE],
    ["car-wash", "자동 세차", "Automatic car wash", 8_000, EXCLUSIVE, 8],
    ["tyre-check", "타이어 점검", "Tyre check", 5_000, EXCLUSIVE],
  ],
  everyday: [
    ["tissues", "휴대용 티슈", "Pocket tissues", 1_000, INCLUSIVE],
    ["umbrella", "우산", "Umbrella", 7_000, INCLUSIVE, 9],
    ["batteries", "건전지 AA 4개", "Batteries AA, four", 4_800, INCLUSIVE],
    ["mask", "마스크 5매", "Face masks, five", 3_500, INCLUSIVE],
    ["painkiller", "해열진통제", "Pain reliever", 3_000, INCLUSIVE],
    ["hand-warmer", "손난로", "Hand warmer", 1_200, INCLUSIVE],
  ],
};

/** The demo's catalogue, in the order of its categories. */
export const DEMO_CATALOGUE: readonly CatalogueItem[] = Object.entries(GOODS)
  .flatMap(([category, goods]) => goods.map((item) => ({ category, item })))
  .map(({ category, item: [id, ko, en, won, vat, favourite] }, index) => ({
    itemId: id as ItemId,
    name: { ko, en },
    category,
    barcodes: [barcode(index + 1)],
    price: { minor: String(won), currency: "KRW" },
    vat,
    favourite: favourite ?? null,
  }));

/** EAN-13 with its check digit: 20, the shop's own number, the item's place. */
function barcode(place: number): string {
  const digits = `200007${String(place).padStart(6, "0")}`;
  const weighted = [...digits].reduce(
    (sum, digit, index) => sum + Number(digit) * (index % 2 === 0 ? 1 : 3),
    0,
  );
  return `${digits}${(10 - (weighted % 10)) % 10}`;
}
