// On every screen of the demo, so that nobody takes it for the real thing.
import styles from "./demo-ribbon.module.css";
import { kitWords } from "./i18n/kit-words.ts";
import { useMessages } from "./i18n/language.tsx";

export function DemoRibbon() {
  const words = useMessages(kitWords);
  return (
    <span className={styles.ribbon} title={words.demoLong}>
      {words.demo}
    </span>
  );
}
