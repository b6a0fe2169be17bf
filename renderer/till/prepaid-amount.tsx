// How much comes from the card: all of what is due unless a smaller amount is chosen. What every card may pay offline is
// said first; a card with more set aside here pays more, which only the card itself can tell.
import { moneyOf, type WireMoney, wireMoney } from "#core/contract/values.ts";
import { exceeds, isPositive, type Money, money } from "#core/money.ts";
import { Button, PrimaryAction } from "#renderer/ui/button.tsx";
import { useFormat } from "#renderer/ui/i18n/language.tsx";
import { Keypad } from "#renderer/ui/keypad.tsx";
import { useKeys } from "#renderer/ui/keys.tsx";
import { Figure } from "./cash-tender.tsx";
import { type Task, useTill, useView } from "./desk.tsx";
import styles from "./tender-entry.module.css";
import { useSumEntry } from "./use-sum-entry.ts";
import { useWords } from "./words.ts";

export function PrepaidAmount({ due, task }: Readonly<{ due: WireMoney; task: Task }>) {
  const words = useWords();
  const format = useFormat();
  const till = useTill();
  const { line } = useView();
  const isOffline = line.state === "offline";
  const { entry, onKey, listens } = useSumEntry(due.minor.length, task);
  const dueMoney = moneyOf(due);
  const limit = moneyOf(line.offlinePaymentMax);
  const isAboveLimit = isOffline && exceeds(dueMoney, limit);
  const sumOf = (digits: string): Money => (digits === "" ? dueMoney : money(BigInt(digits), due.currency));
  const amount = sumOf(entry.shown);

  const ask = () => {
    const asked = sumOf(entry.read());
    if (exceeds(asked, dueMoney)) task.refuse("TENDER_EXCEEDS_DUE");
    else if (isPositive(asked)) void task.once(() => till.startPrepaid({ amount: wireMoney(asked) }));
  };
  useKeys({
    level: "screen",
    ...listens,
    keys: { Enter: ask, Backspace: () => onKey("Backspace") },
  });

  return (
    <section className={styles.tender} aria-label={words.prepaid}>
      <Figure label={words.amountOnCard} of={wireMoney(amount)} isStrong />
      <div className={styles.entry}>
        <div className={styles.hints}>
          <Button onPress={() => entry.set("")} pressed={entry.shown === ""}>
            {words.fullAmount}
          </Button>
          {isAboveLimit && limit.minor > 0n && (
            <Button
              onPress={() => entry.set(String(limit.minor))}
              pressed={entry.shown === String(limit.minor)}
            >
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
          {words.payByCard(format.money(wireMoney(amount)))}
        </PrimaryAction>
      </div>
    </section>
  );
}
