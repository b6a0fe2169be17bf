// For a manager: what this till wrote under an earlier enrolment and the back office takes no more, and why.
import { errorText } from "#renderer/ui/i18n/error-text.ts";
import { useFormat, useLanguage } from "#renderer/ui/i18n/language.tsx";
import { useView } from "./desk.tsx";
import styles from "./menu.module.css";
import { useWords } from "./words.ts";

export function LeftBehind() {
  const { person, line } = useView();
  const { language } = useLanguage();
  const words = useWords();
  const format = useFormat();
  if (person?.role !== "manager") return null;
  return (line.leftBehind ?? []).map(({ terminalId, count, code }) => (
    <p key={terminalId} className={styles.left}>
      <strong>{words.leftBehind(format.count(count), terminalId)}</strong>{" "}
      {code === null ? words.leftKeysGone : errorText(code, language).happened} {words.leftStays}
    </p>
  ));
}
