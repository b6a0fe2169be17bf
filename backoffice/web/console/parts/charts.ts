// What the charts of the console share.
import type { WireMoney } from "#core/contract/values.ts";
import { useFormat } from "#renderer/ui/i18n/language.tsx";

/** The legend in the order of the stack; left to itself it sorts by the words of the language. */
export const AS_STACKED = { itemSorter: null } as const;

/** Charts draw with numbers; what is read is always the text that Intl made of the exact amount. */
export const drawn = (amount: WireMoney) => Number(amount.minor);

export function useAxis(currency: WireMoney["currency"]): (value: number) => string {
  const format = useFormat();
  return (value) => format.money({ minor: String(Math.round(value)), currency });
}
