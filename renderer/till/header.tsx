// The head of every screen: where we are, who is here, the search, the time, and that it is a demo.
import { wireInstant } from "#core/contract/values.ts";
import { instant } from "#core/time.ts";
import { Button } from "#renderer/ui/button.tsx";
import { DemoRibbon } from "#renderer/ui/demo-ribbon.tsx";
import { kitWords } from "#renderer/ui/i18n/kit-words.ts";
import { useFormat, useLanguage, useMessages } from "#renderer/ui/i18n/language.tsx";
import { useView } from "./desk.tsx";
import styles from "./header.module.css";
import { SearchPlace } from "./search-slot.tsx";
import { useWords } from "./words.ts";

type HeaderProps = Readonly<{
  nowMs: number;
  onMenu: (() => void) | undefined;
  onDevices: (() => void) | undefined;
}>;

export function Header({ nowMs, onMenu, onDevices }: HeaderProps) {
  const view = useView();
  const words = useWords();
  const format = useFormat();
  const { person, shift } = view;
  return (
    <header className={styles.header}>
      <div className={styles.where}>
        <strong className={styles.station}>
          {view.stationName} <span className={styles.dot}>·</span> {view.terminalName}
        </strong>
        {person !== null && (
          <span className={styles.who}>
            {person.name} · {words[person.role]}
            {shift !== null && ` · ${words.shift(format.count(shift.number))}`}
          </span>
        )}
      </div>
      <SearchPlace className={styles.search} />
      <div className={styles.tools}>
        {person === null && <LanguageButton />}
        {view.demo && <DemoRibbon />}
        <time className={styles.time}>{format.time(wireInstant(instant(nowMs)), view.utcOffsetMinutes)}</time>
        {onDevices !== undefined && (
          <Button look="quiet" onPress={onDevices}>
            {words.devices}
          </Button>
        )}
        {onMenu !== undefined && (
          <Button look="plain" onPress={onMenu} keyName="F10">
            {words.menu}
          </Button>
        )}
      </div>
    </header>
  );
}

/** Names the other language in that language, so that whoever needs it can read it. */
export function LanguageButton() {
  const words = useMessages(kitWords);
  const { language, setLanguage } = useLanguage();
  return (
    <Button
      look="quiet"
      label={words.languageLabel}
      onPress={() => setLanguage(language === "ko" ? "en" : "ko")}
    >
      {words.language}
    </Button>
  );
}
