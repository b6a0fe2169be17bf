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

export function Amount({ of, size = "list", bare = false }: AmountProps) {
  const format = useFormat();
  return (
    <span className={styles.amount} data-size={size}>
      {bare ? format.amount(of) : format.money(of)}
    </span>
  );
}
