// Amounts are the heroes: tabular, right-aligned, as heavy as they are important.
import type { WireMoney } from "#core/contract/values.ts";
import styles from "./amount.module.css";
import { useFormat } from "./i18n/language.tsx";

type AmountProps = Readonly<{
  of: WireMoney;
  size?: "small" | "list" | "total" | "hero";
  /** Without the sign of the currency: in a list whose total has it. */
  bare?: boolean;
}>;

/** Up to "₩999,999" an amount has its full size; to "₩99,999,999" it is smaller, and beyond that as small as it may be. */
const FULL_CHARACTERS_MAX = 8;
const LONG_CHARACTERS_MAX = 11;

export function Amount({ of, size = "list", bare = false }: AmountProps) {
  const format = useFormat();
  const text = bare ? format.amount(of) : format.money(of);
  return (
    <span className={styles.amount} data-size={size} data-length={lengthOf(text)}>
      {text}
    </span>
  );
}

/** What the style sheet sets the size by: undefined for the amounts of a usual sale. */
function lengthOf(text: string): "long" | "longest" | undefined {
  if (text.length <= FULL_CHARACTERS_MAX) return undefined;
  return text.length <= LONG_CHARACTERS_MAX ? "long" : "longest";
}
