// The digits, what they are about to do, and the line they would do it to.
import type { BasketLine } from "#core/sale/basket.ts";
import { Amount } from "#renderer/ui/amount.tsx";
import { Button } from "#renderer/ui/button.tsx";
import { useFormat } from "#renderer/ui/i18n/language.tsx";
import { Keypad, type KeypadKey } from "#renderer/ui/keypad.tsx";
import styles from "./entry-pad.module.css";
import type { LineEdit, Missing } from "./line-edit.ts";
import { useWords } from "./words.ts";

type EntryPadProps = Readonly<{
  entry: string;
  line: BasketLine | null;
  onKey: (key: KeypadKey) => void;
  edit: LineEdit;
}>;

export function EntryPad({ entry, line, onKey, edit }: EntryPadProps) {
  const words = useWords();
  const format = useFormat();
  const hasNoLine = line === null;
  const missing = {
    percent: words.discountNeedsPercent,
    price: words.priceNeedsAmount,
    count: words.quantityNeedsCount,
  } as const satisfies Record<Missing, string>;
  return (
    <div className={styles.pad}>
      <section className={styles.entry} aria-label={words.entry}>
        <output className={styles.digits} aria-label={words.entry}>
          {entry !== "" ? (
            entry
          ) : edit.missing !== null ? (
            <strong className={styles.missing}>{missing[edit.missing]}</strong>
          ) : (
            <span className={styles.hint}>{words.entryHint}</span>
          )}
        </output>
        {line !== null && (
          <div className={styles.line}>
            <span className={styles.label}>{words.selectedLine}</span>
            <strong className={styles.name}>{format.local(line.name)}</strong>
            <span className={styles.sum}>
              {format.count(line.quantity)} × {format.amount(line.unitPrice)}
              {line.discountBasisPoints > 0 && ` −${format.rate(line.discountBasisPoints)}`}
            </span>
            <Amount of={line.amount} />
          </div>
        )}
      </section>
      <Keypad
        onKey={onKey}
        side={
          <>
            <Button onPress={edit.setQuantity} disabled={hasNoLine} keyName="*">
              {words.quantity}
            </Button>
            <Button onPress={edit.changePrice} disabled={hasNoLine} keyName="=">
              {words.price}
            </Button>
            <Button onPress={edit.discount} disabled={hasNoLine} keyName="%">
              {words.discount}
            </Button>
            <Button onPress={edit.voidLine} disabled={hasNoLine} keyName="Del">
              {words.lineVoid}
            </Button>
          </>
        }
      />
    </div>
  );
}
