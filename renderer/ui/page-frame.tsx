// A page beside the sale: its name, the way back, and its one primary action at the bottom right.
import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { kitWords } from "./i18n/kit-words.ts";
import { useMessages } from "./i18n/language.tsx";
import styles from "./page-frame.module.css";

type PageFrameProps = Readonly<{
  title: string;
  onBack?: (() => void) | undefined;
  /** Beside the title, such as a figure. */
  aside?: ReactNode;
  /** Secondary actions and the primary one, which comes last. */
  actions?: ReactNode;
  notice?: ReactNode;
  children: ReactNode;
}>;

export function PageFrame({ title, onBack, aside, actions, notice, children }: PageFrameProps) {
  const words = useMessages(kitWords);
  return (
    <section className={styles.page} aria-label={title}>
      <header className={styles.head}>
        <h1>{title}</h1>
        {aside}
      </header>
      <div className={styles.body}>{children}</div>
      <div className={styles.notice}>{notice}</div>
      <footer className={styles.actions}>
        {onBack !== undefined && (
          <Button onPress={onBack} keyName="Esc">
            {words.back}
          </Button>
        )}
        <span className={styles.rest}>{actions}</span>
      </footer>
    </section>
  );
}

/** Two halves: what is chosen on the left, what comes of it on the right. */
export function Halves({ left, right }: Readonly<{ left: ReactNode; right: ReactNode }>) {
  return (
    <div className={styles.halves}>
      <div className={styles.half}>{left}</div>
      <div className={styles.half}>{right}</div>
    </div>
  );
}
