// A password of the card that a page asks about: typed by its holder, handed on, and forgotten.
import { PASSWORD_CHARACTERS_MAX, PASSWORD_CHARACTERS_MIN } from "#core/card/password.ts";
import { Button, PrimaryAction } from "#renderer/ui/button.tsx";
import { kitWords } from "#renderer/ui/i18n/kit-words.ts";
import { useMessages } from "#renderer/ui/i18n/language.tsx";
import { PasswordPad, usePasswordEntry } from "#renderer/ui/password-pad.tsx";
import styles from "./card-page.module.css";

type CardSecretProps = Readonly<{
  label: string;
  action: string;
  onSecret: (secret: string) => void;
  onBack: () => void;
}>;

export function CardSecret({ label, action, onSecret, onBack }: CardSecretProps) {
  const kit = useMessages(kitWords);
  const entry = usePasswordEntry({
    charactersMin: PASSWORD_CHARACTERS_MIN,
    charactersMax: PASSWORD_CHARACTERS_MAX,
    digitsOnly: false,
    onDone: onSecret,
    onBack,
  });
  return (
    <div className={styles.password}>
      <PasswordPad label={label} entry={entry} />
      <div className={styles.done}>
        <Button onPress={onBack} keyName="Esc">
          {kit.back}
        </Button>
        <PrimaryAction onPress={entry.done} disabled={!entry.isLongEnough}>
          {action}
        </PrimaryAction>
      </div>
    </div>
  );
}
