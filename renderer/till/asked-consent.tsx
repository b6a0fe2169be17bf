// What a manager is asked to allow on the ticket: the item, what changes, and what the line costs before and after.
import { moneyOf, wireMoney } from "#core/contract/values.ts";
import { lineAmount } from "#core/sale/totals.ts";
import { Amount } from "#renderer/ui/amount.tsx";
import { useFormat } from "#renderer/ui/i18n/language.tsx";
import styles from "./asked-consent.module.css";
import type { Consent } from "./line-edit.ts";
import { useWords } from "./words.ts";

export function AskedConsent({ consent }: Readonly<{ consent: Consent }>) {
  const words = useWords();
  const format = useFormat();
  const { line } = consent;
  const price = consent.kind === "price" ? consent.price : line.unitPrice;
  const basisPoints = consent.kind === "discount" ? consent.basisPoints : line.discountBasisPoints;
  const quantity = consent.kind === "quantity" ? consent.quantity : line.quantity;
  const after = wireMoney(lineAmount(moneyOf(price), quantity, basisPoints));
  const whatOf = () => {
    switch (consent.kind) {
      case "discount":
        return `${words.discount} ${format.rate(basisPoints)}`;
      case "price":
        return `${words.price} ${format.money(line.unitPrice)} → ${format.money(price)}`;
      case "quantity":
        return `${words.quantity} ${format.count(line.quantity)} → ${format.count(quantity)}`;
    }
  };
  return (
    <div className={styles.asked}>
      <strong className={styles.item}>
        {format.local(line.name)} × {format.count(line.quantity)}
      </strong>
      <p className={styles.what}>{whatOf()}</p>
      {consent.kind === "discount" && consent.reason !== "" && (
        <p className={styles.reason}>{consent.reason}</p>
      )}
      <dl className={styles.figures}>
        <div>
          <dt>{words.before}</dt>
          <dd>
            <Amount of={line.amount} />
          </dd>
        </div>
        <div>
          <dt>{words.after}</dt>
          <dd>
            <Amount of={after} size="total" />
          </dd>
        </div>
      </dl>
    </div>
  );
}
