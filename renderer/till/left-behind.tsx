// For a manager: what this till wrote under an earlier enrolment and cannot bring into the books any more, and why.
import type { LineView } from "#core/contract/till.ts";
import { errorText } from "#renderer/ui/i18n/error-text.ts";
import { useFormat, useLanguage } from "#renderer/ui/i18n/language.tsx";
import styles from "./menu.module.css";
import { useWords } from "./words.ts";

export function LeftBehind({ left }: Readonly<{ left: NonNullable<LineView["leftBehind"]> }>) {
  const { language } = useLanguage();
  const words = useWords();
  const format = useFormat();
  return left.map(({ terminalId, count, code }) => (
    <p key={terminalId} className={styles.left}>
      <strong>{words.leftBehind(format.count(count), terminalId)}</strong>{" "}
      {code === null ? words.leftKeysGone : errorText(code, language).happened} {words.leftStays}
    </p>
  ));
}
