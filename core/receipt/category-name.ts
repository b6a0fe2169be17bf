// Names of the usual categories, on the screen and on paper. One that a station made itself is shown as it wrote it.
import type { Language } from "../contract/values.ts";

const NAMES: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  drinks: { ko: "음료", en: "Drinks" },
  food: { ko: "먹거리", en: "Food" },
  snacks: { ko: "과자", en: "Snacks" },
  car: { ko: "차량용품", en: "Car" },
  cards: { ko: "카드", en: "Cards" },
  fuel: { ko: "주유", en: "Fuel" },
  services: { ko: "서비스", en: "Services" },
  service: { ko: "서비스", en: "Service" },
  everyday: { ko: "생활용품", en: "Everyday" },
  household: { ko: "생활용품", en: "Household" },
  other: { ko: "기타", en: "Other" },
};

/** What most stations need; whoever adds an item is offered these. */
export const USUAL_CATEGORIES = ["drinks", "food", "snacks", "car", "everyday", "services", "other"] as const;

export const categoryName = (category: string, language: Language): string =>
  NAMES[category.toLowerCase()]?.[language] ?? category;
