// Why: one touch on a usual reason, which goes into the journal with the person's name.
import { Button } from "#renderer/ui/button.tsx";
import { kitWords } from "#renderer/ui/i18n/kit-words.ts";
import { useMessages } from "#renderer/ui/i18n/language.tsx";
import { useKeys } from "#renderer/ui/keys.tsx";
import styles from "./reason-panel.module.css";

type ReasonPanelProps = Readonly<{
  title: string;
  /** Usual reasons, divided by "|"; the digits 1 to 9 choose them. */
  reasons: string;
  onReason: (reason: string) => void;
  onBack: () => void;
}>;

export function ReasonPanel({ title, reasons, onReason, onBack }: ReasonPanelProps) {
  const kit = useMessages(kitWords);
  const choices = reasons.split("|");
  useKeys({
    level: "sheet",
    keys: {
      Escape: onBack,
      ...Object.fromEntries(choices.map((reason, index) => [String(index + 1), () => onReason(reason)])),
    },
    alone: true,
  });
  return (
    <section className={styles.panel} aria-label={title}>
      <h2>{title}</h2>
      <div className={styles.choices}>
        {choices.map((reason, index) => (
          <Button key={reason} onPress={() => onReason(reason)} keyName={String(index + 1)}>
            {reason}
          </Button>
        ))}
      </div>
      <Button look="quiet" onPress={onBack} keyName="Esc">
        {kit.back}
      </Button>
    </section>
  );
}
