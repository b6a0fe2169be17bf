// Counting a drawer: a row a face value, the keypad for the pieces, the sum as it grows.
import { useEffect, useState } from "react";
import { wireMoney } from "#core/contract/values.ts";
import { type Currency, money, times } from "#core/money.ts";
import { Amount } from "#renderer/ui/amount.tsx";
import { useFormat } from "#renderer/ui/i18n/language.tsx";
import { Keypad, nextEntry } from "#renderer/ui/keypad.tsx";
import { useKeys } from "#renderer/ui/keys.tsx";
import styles from "./count-cash.module.css";
import { type Counts, countedSum, DENOMINATIONS } from "./denominations.ts";
import { useShiftWords } from "./words.ts";

const COLUMNS = 2;
const ROW_PX = 64;
/** Enter goes to the next row, so the action has a key of its own. */
export const COUNT_DONE_KEY = "F2";
/** No drawer holds more pieces of one kind. */
const PIECES_DIGITS_MAX = 4;

type CountCashProps = Readonly<{
  currency: Currency;
  counts: Counts;
  onCounts: (counts: Counts) => void;
  /** Enter on the last row, and the action's own key from any of them. */
  onDone: () => void;
  /** Whether Enter is that now, so that the action says so only then. */
  onLast: (isLast: boolean) => void;
  onBack?: (() => void) | undefined;
}>;

export function CountCash({ currency, counts, onCounts, onDone, onLast, onBack }: CountCashProps) {
  const words = useShiftWords();
  const format = useFormat();
  const faces = DENOMINATIONS[currency];
  const [at, setAt] = useState(0);
  const face = faces[at] ?? faces[0];
  const rows = Math.ceil(faces.length / COLUMNS);
  const key = String(face);
  const onKey = (pressed: string) => {
    const next = nextEntry(counts[key] ?? "", pressed, PIECES_DIGITS_MAX);
    // A nought says that there are none, which is not the same as not counted.
    onCounts({ ...counts, [key]: next === "" && /^0+$/.test(pressed) ? "0" : next });
  };
  const last = faces.length - 1;
  const step = (by: number) => setAt(Math.min(Math.max(at + by, 0), last));
  const isLast = at === last;
  useEffect(() => onLast(isLast), [isLast, onLast]);
  const enter = () => (isLast ? onDone() : step(1));
  useKeys({
    level: "screen",
    keys: {
      ArrowDown: () => step(1),
      ArrowUp: () => step(-1),
      ArrowRight: () => step(rows),
      ArrowLeft: () => step(-rows),
      End: () => setAt(last),
      Home: () => setAt(0),
      Enter: enter,
      [COUNT_DONE_KEY]: onDone,
      Backspace: () => onKey("Backspace"),
      Delete: () => onCounts({ ...counts, [key]: "" }),
      Escape: onBack,
    },
    text: (character) => {
      onKey(character);
      return /\d/.test(character);
    },
  });

  return (
    <div className={styles.count}>
      <ul
        className={styles.faces}
        aria-label={words.denominations}
        style={{ gridTemplateRows: `repeat(${rows}, ${ROW_PX}px)` }}
      >
        {faces.map((value, index) => {
          const pieces = counts[String(value)] ?? "";
          const amount = money(value, currency);
          return (
            <li key={String(value)}>
              <button
                type="button"
                className={styles.face}
                aria-pressed={index === at}
                data-none={pieces === "" || pieces === "0" || undefined}
                aria-label={`${words.piecesOf(format.money(wireMoney(amount)))}: ${pieces || "0"}`}
                onClick={() => setAt(index)}
              >
                <Amount of={wireMoney(amount)} bare />
                <span className={styles.pieces}>{pieces === "" ? "–" : `× ${pieces}`}</span>
                <span className={styles.sum}>
                  {format.amount(wireMoney(times(amount, BigInt(pieces || "0"))))}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
      <div className={styles.pad}>
        <output className={styles.total} aria-label={words.counted}>
          <span>{words.counted}</span>
          <Amount of={wireMoney(countedSum(counts, currency))} size="total" />
        </output>
        <Keypad onKey={onKey} />
      </div>
    </div>
  );
}
