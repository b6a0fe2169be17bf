// The end of a page about one card: another card, or back to the sale.
import { Button, PrimaryAction } from "#renderer/ui/button.tsx";
import { useKeys } from "#renderer/ui/keys.tsx";
import styles from "./card-page.module.css";
import { useWords } from "./words.ts";

export function CardDone({ onAgain, onBack }: Readonly<{ onAgain: () => void; onBack: () => void }>) {
  const words = useWords();
  useKeys({ level: "screen", keys: { Enter: onBack, Escape: onBack } });
  return (
    <div className={styles.done}>
      <Button onPress={onAgain}>{words.anotherCard}</Button>
      <PrimaryAction onPress={onBack}>{words.done}</PrimaryAction>
    </div>
  );
}
