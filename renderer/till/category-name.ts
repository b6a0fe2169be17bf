// The name of a category in the language of the screen.
import { categoryName } from "#core/receipt/category-name.ts";
import { useLanguage } from "#renderer/ui/i18n/language.tsx";

export function useCategoryName(): (category: string) => string {
  const { language } = useLanguage();
  return (category) => categoryName(category, language);
}
