// The map of keys, on `?`.
import { Button } from "./button.tsx";
import { kitWords } from "./i18n/kit-words.ts";
import { useMessages } from "./i18n/language.tsx";
import { useKeys } from "./keys.tsx";
import { Modal } from "./modal.tsx";
import styles from "./shortcut-map.module.css";

export type Shortcut = Readonly<{ keys: readonly string[]; says: string }>;

export function ShortcutMap({
  shortcuts,
  onClose,
}: Readonly<{ shortcuts: readonly Shortcut[]; onClose: () => void }>) {
  const words = useMessages(kitWords);
  useKeys({ level: "sheet", keys: { Escape: onClose, Enter: onClose, "?": onClose }, alone: true });
  return (
    <Modal label={words.shortcuts} className={styles.veil} onOutside={onClose}>
      <section className={styles.map}>
        <header className={styles.head}>
          <h2>{words.shortcuts}</h2>
          <Button look="quiet" small onPress={onClose} keyName="Esc">
            {words.close}
          </Button>
        </header>
        <dl className={styles.list}>
          {shortcuts.map(({ keys, says }) => (
            <div key={says} className={styles.row}>
              <dt className={styles.keys}>
                {keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{says}</dd>
            </div>
          ))}
        </dl>
      </section>
    </Modal>
  );
}
