// The first start of a till that no back office knows yet: language, appearance, and the one-time code.
import { type FormEvent, useState } from "react";
import { useTask, useTill } from "#renderer/till/desk.tsx";
import { Button, PrimaryAction } from "#renderer/ui/button.tsx";
import { ErrorPanel } from "#renderer/ui/error-panel.tsx";
import { kitWords } from "#renderer/ui/i18n/kit-words.ts";
import { useMessages } from "#renderer/ui/i18n/language.tsx";
import { useKeys } from "#renderer/ui/keys.tsx";
import { ProgressWithCancel } from "#renderer/ui/progress.tsx";
import styles from "./enrol-screen.module.css";
import { setupWords } from "./words.ts";

const CODE_CHARACTERS_MAX = 200;

/** `onBack` where the till sells on for cash and only may be enrolled again. */
export function EnrolScreen({ onBack }: Readonly<{ onBack?: () => void }>) {
  const words = useMessages(setupWords);
  const kit = useMessages(kitWords);
  const till = useTill();
  const task = useTask();
  const [code, setCode] = useState("");
  const enrol = async () => {
    const trimmed = code.trim();
    if (trimmed === "") return;
    const done = await task.once(() => till.enrol({ code: trimmed }));
    if (done !== null) onBack?.();
  };
  useKeys({ level: "screen", keys: { Escape: onBack } });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void enrol();
  };
  return (
    <section className={styles.enrol} aria-label={words.title}>
      <h1>{words.title}</h1>
      <p className={styles.says}>{words.says}</p>
      <form onSubmit={onSubmit} className={styles.form}>
        <label className={styles.label}>
          {words.code}
          <input
            className={styles.code}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
            maxLength={CODE_CHARACTERS_MAX}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            // The only thing to do on this screen.
            // biome-ignore lint/a11y/noAutofocus: the screen has one field and nothing before it
            autoFocus
          />
        </label>
        {task.failure !== null && <ErrorPanel code={task.failure} onDismiss={task.clear} />}
        {task.isBusy && <ProgressWithCancel>{words.enrolling}</ProgressWithCancel>}
        <div className={styles.action}>
          {onBack !== undefined && (
            <Button onPress={onBack} keyName="Esc">
              {kit.back}
            </Button>
          )}
          <PrimaryAction onPress={() => void enrol()} disabled={code.trim() === "" || task.isBusy}>
            {words.enrol}
          </PrimaryAction>
        </div>
      </form>
    </section>
  );
}
