// A failure as a person needs it: what happened, what was kept, what to do. The code stands small beside it.
import type { ReactNode } from "react";
import styles from "./error-panel.module.css";
import { errorText } from "./i18n/error-text.ts";
import { kitWords } from "./i18n/kit-words.ts";
import { useLanguage, useMessages } from "./i18n/language.tsx";

type ErrorPanelProps = Readonly<{
  code: string;
  /** `waiting` for what is not refused but unanswered: amber instead of red. */
  tone?: "refused" | "waiting";
  /** Said in place of what is usually kept and to be done, where this screen knows better. */
  instead?: string | undefined;
  onDismiss?: (() => void) | undefined;
  /** What this screen offers to do about it. */
  children?: ReactNode;
}>;

export function ErrorPanel({ code, tone = "refused", instead, onDismiss, children }: ErrorPanelProps) {
  const { language } = useLanguage();
  const words = useMessages(kitWords);
  const { happened, kept, todo } = errorText(code, language);
  return (
    <div className={styles.panel} role="alert" data-tone={tone}>
      <span className={styles.mark} aria-hidden="true">
        {tone === "waiting" ? "?" : "!"}
      </span>
      <div className={styles.text}>
        <p className={styles.happened}>{happened}</p>
        <p className={styles.rest}>
          {instead ?? (kept === "" ? todo : `${kept} ${todo}`)} <span className={styles.code}>{code}</span>
        </p>
        {children}
      </div>
      {onDismiss !== undefined && (
        <button type="button" className={styles.dismiss} onClick={onDismiss} aria-label={words.dismiss}>
          ✕
        </button>
      )}
    </div>
  );
}
