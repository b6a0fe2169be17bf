// How VAT sits in an item's price, in words.
import type { VatTreatment } from "#core/sale/basket.ts";
import { useFormat, useMessages } from "#renderer/ui/i18n/language.tsx";
import { catalogueWords } from "../catalogue-words.ts";

export function useVatText(): (vat: VatTreatment) => string {
  const say = useMessages(catalogueWords);
  const format = useFormat();
  return ({ rateBasisPoints, priceIncludesVat }) => {
    if (rateBasisPoints === 0) return say.noVat;
    const rate = format.rate(rateBasisPoints);
    return priceIncludesVat ? say.withVat(rate) : say.plusVat(rate);
  };
}
