// How much comes from the card: all of what is due unless a smaller amount is chosen. What every card may pay offline is
// said first; a card with more set aside here pays more, which only the card itself can tell.
import { useState } from "react";
import { moneyOf, type WireMoney, wireMoney } from "#core/contract/values.ts";
import { exceeds, type Money, money } from "#core/money.ts";
import { Button, PrimaryAction } from "#renderer/ui/button.tsx";
import { useFormat } from "#renderer/ui/i18n/language.tsx";
import { Keypad, nextEntry } from "#renderer/ui/keypad.tsx";
import { useKeys } from "#renderer/ui/keys.tsx";
import { Figure } from "./cash-tender.tsx";
import { type Task, useTill, useView } from "./desk.tsx";
import styles from "./tender-entry.module.css";
import { useWords } from "./words.ts";

export function PrepaidAmount({ due, task }: Readonly<{ due: WireMoney; task: Task }>) {
  const words = useWords();
  const format = useFormat();
  const till = useTill();
  const { line } = useView();
  const [entry, setEntry] = useState("");
  const isOffline = line.state === "offline";
  const dueMoney = moneyOf(due);
  const limit = moneyOf(line.offlinePaymentMax);
  const isAboveLimit = isOffline && exceeds(dueMoney, limit);
  const amount: Money = entry === "" ? dueMoney : money(BigInt(entry), due.currency);

  const ask = () => {
    if (exceeds(amount, dueMoney)) task.refuse("TENDER_EXCEEDS_DUE");
    else void task.once(() => till.startPrepaid({ amount: wireMoney(amount) }));
  };
  const onKey = (key: string) => setEntry((before) => nextEntry(before, key, due.minor.length));
  useKeys({
    level: "screen",
    keys: { Enter: ask, Backspace: () => onKey("Backspace") },
    text: (character) => {
      onKey(character);
      return /\d/.test(character);
    },
  });

  return (
    <section className={styles.tender} aria-label={words.prepaid}>
      <Figure label={words.amountOnCard} of={wireMoney(amount)} isStrong />
      <div className={styles.entry}>
        <div className={styles.hints}>
          <Button onPress={() => setEntry("")} pressed={entry === ""}>
            {words.allOfIt}
          </Button>
          {isAboveLimit && limit.minor > 0n && (
            <Button onPress={() => setEntry(String(limit.minor))} pressed={entry === String(limit.minor)}>
              {format.money(line.offlinePaymentMax)}
            </Button>
          )}
          {isOffline && (
            <p className={styles.note}>
              {(exceeds(amount, limit) ? words.aboveOffline : words.upToOffline)(
                format.money(line.offlinePaymentMax),
              )}
            </p>
          )}
        </div>
        <Keypad onKey={onKey} />
      </div>
      <div className={styles.action}>
        <PrimaryAction onPress={ask} disabled={task.isBusy || amount.minor === 0n}>
          {`${words.askForCard} ${format.money(wireMoney(amount))}`}
        </PrimaryAction>
      </div>
    </section>
  );
}
