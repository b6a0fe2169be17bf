// The page lost its line to the till: a calm bar across the screen, nothing blinks, and it goes by itself.
import { useEffect, useState } from "react";
import type { ConnectionState } from "./connect.ts";
import { kitWords } from "./i18n/kit-words.ts";
import { useFormat, useMessages } from "./i18n/language.tsx";
import styles from "./line-gone.module.css";

export function LineGone({ state }: Readonly<{ state: ConnectionState }>) {
  const words = useMessages(kitWords);
  const format = useFormat();
  const nowMs = useNow(1_000);
  if (state.kind === "open") return null;
  return (
    <div className={styles.bar} role="status">
      <strong>{state.kind === "gone" ? words.lineGone : words.lineConnecting}</strong>
      {state.kind === "gone" && <span>{words.lineGoneFor(format.age(nowMs - state.since))}</span>}
    </div>
  );
}

/** The machine's time, read again every so often. */
export function useNow(everyMs: number): number {
  const [nowMs, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return nowMs;
}
