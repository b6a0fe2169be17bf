// What takes longer than 0.3 s shows that it goes on, for how long, and a way out.
import { type ReactNode, useEffect, useState } from "react";
import { Button } from "./button.tsx";
import { kitWords } from "./i18n/kit-words.ts";
import { useFormat, useMessages } from "./i18n/language.tsx";
import styles from "./progress.module.css";

const SHOWN_AFTER_MS = 300;

type ProgressProps = Readonly<{
  children: ReactNode;
  onCancel?: (() => void) | undefined;
  cancelLabel?: string;
}>;

/** Takes its place at once, so nothing moves, but shows only after 0.3 s. */
export function ProgressWithCancel({ children, onCancel, cancelLabel }: ProgressProps) {
  const words = useMessages(kitWords);
  const format = useFormat();
  const elapsedMs = useElapsed();
  return (
    <div className={styles.progress} data-shown={elapsedMs >= SHOWN_AFTER_MS || undefined} role="status">
      <p className={styles.says}>{children}</p>
      <div className={styles.track} aria-hidden="true">
        <span className={styles.runner} />
      </div>
      <p className={styles.age}>{words.workingFor(format.age(elapsedMs))}</p>
      {onCancel !== undefined && (
        <Button onPress={onCancel} keyName="Esc">
          {cancelLabel ?? words.cancel}
        </Button>
      )}
    </div>
  );
}

function useElapsed(): number {
  const [startedAt] = useState(() => performance.now());
  const [elapsedMs, setElapsed] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setElapsed(performance.now() - startedAt), SHOWN_AFTER_MS);
    return () => clearInterval(timer);
  }, [startedAt]);
  return elapsedMs;
}
