// Digits for fingers. What is typed belongs to the screen; the keys of the keyboard reach it through a key layer.
import { Fragment, type ReactNode } from "react";
import { kitWords } from "./i18n/kit-words.ts";
import { useMessages } from "./i18n/language.tsx";
import styles from "./keypad.module.css";

export type KeypadKey = "0" | "00" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "Backspace";

const ORDERS = {
  /** As on the keyboard of a till. */
  figures: ["7", "8", "9", "4", "5", "6", "1", "2", "3", "0", "00", "Backspace"],
  /** As on a card terminal and a telephone (ISO 9564-1): fingers remember a password by where its keys are. */
  secret: ["1", "2", "3", "4", "5", "6", "7", "8", "9", null, "0", "Backspace"],
} as const satisfies Record<string, readonly (KeypadKey | null)[]>;

type KeypadProps = Readonly<{
  onKey: (key: KeypadKey) => void;
  order?: keyof typeof ORDERS;
  /** Up to four keys of the screen's own, beside the digits. */
  side?: ReactNode;
  /** A key in the free place at the bottom left of the order "secret". */
  corner?: ReactNode;
}>;

export function Keypad({ onKey, order = "figures", side, corner }: KeypadProps) {
  const words = useMessages(kitWords);
  return (
    <fieldset className={styles.keypad} data-side={side !== undefined || undefined}>
      <legend className="visually-hidden">{words.keypad}</legend>
      <div className={styles.digits}>
        {ORDERS[order].map((key) =>
          key === null ? (
            <Fragment key="corner">{corner ?? <span />}</Fragment>
          ) : (
            <button
              key={key}
              type="button"
              className={styles.key}
              onClick={() => onKey(key)}
              aria-label={key === "Backspace" ? words.clearDigit : undefined}
            >
              {key === "Backspace" ? "⌫" : key}
            </button>
          ),
        )}
      </div>
      {side !== undefined && <div className={styles.side}>{side}</div>}
    </fieldset>
  );
}

/** Twelve digits reach beyond any amount at a counter. */
const ENTRY_DIGITS_MAX = 12;

/** What is typed after one more key: only digits, no leading zeros, bounded. */
export function nextEntry(entry: string, key: string, digitsMax = ENTRY_DIGITS_MAX): string {
  if (key === "Backspace") return entry.slice(0, -1);
  if (!/^\d+$/.test(key)) return entry;
  const next = (entry + key).replace(/^0+/, "");
  return next.length > digitsMax ? entry : next;
}
