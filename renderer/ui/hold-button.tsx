// What destroys something wants a held press, never a dialog: the bar fills while the finger stays.
import { useEffect, useRef, useState } from "react";
import styles from "./hold-button.module.css";
import { kitWords } from "./i18n/kit-words.ts";
import { useMessages } from "./i18n/language.tsx";

/** Long enough that it is never an accident, short enough for a queue. */
export const HOLD_MS = 800;

type HoldButtonProps = Readonly<{
  children: string;
  onHeld: () => void;
  disabled?: boolean;
  keyName?: string;
}>;

/** Acts after a press of 0.8 s, by finger, mouse, Space or Enter. Letting go earlier does nothing. */
export function HoldButton({ children, onHeld, disabled = false, keyName }: HoldButtonProps) {
  const words = useMessages(kitWords);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const [isHeld, setHeld] = useState(false);
  useEffect(() => () => clearTimeout(timer.current), []);

  const begin = () => {
    if (disabled || isHeld) return;
    setHeld(true);
    timer.current = setTimeout(() => {
      setHeld(false);
      onHeld();
    }, HOLD_MS);
  };
  const end = () => {
    clearTimeout(timer.current);
    setHeld(false);
  };

  return (
    <button
      type="button"
      className={styles.hold}
      data-held={isHeld || undefined}
      disabled={disabled}
      aria-label={words.holdTo(children)}
      aria-keyshortcuts={keyName}
      onPointerDown={begin}
      onPointerUp={end}
      onPointerLeave={end}
      onPointerCancel={end}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        if (event.key !== " " && event.key !== "Enter") return;
        event.preventDefault();
        if (!event.repeat) begin();
      }}
      onKeyUp={end}
      onBlur={end}
    >
      <span className={styles.fill} aria-hidden="true" />
      <span className={styles.label}>{children}</span>
      <span className={styles.hint} aria-hidden="true">
        {words.holdHint}
      </span>
    </button>
  );
}
