// Cash: nothing typed is exactly what is due; the change shows before it is taken.
import { useState } from "react";
import { moneyOf, type WireMoney, wireMoney } from "#core/contract/values.ts";
import { exceeds, type Money, money, subtract } from "#core/money.ts";
import { Amount } from "#renderer/ui/amount.tsx";
import { Button, PrimaryAction } from "#renderer/ui/button.tsx";
import { useFormat } from "#renderer/ui/i18n/language.tsx";
import { Keypad, nextEntry } from "#renderer/ui/keypad.tsx";
import { useKeys } from "#renderer/ui/keys.tsx";
import { type Task, useTill } from "./desk.tsx";
import { givenSuggestions } from "./given-suggestions.ts";
import styles from "./tender-entry.module.css";
import { useWords } from "./words.ts";

export function CashTender({ due, task }: Readonly<{ due: WireMoney; task: Task }>) {
  const words = useWords();
  const format = useFormat();
  const till = useTill();
  const [entry, setEntry] = useState("");
  const dueMoney = moneyOf(due);
  const given: Money = entry === "" ? dueMoney : money(BigInt(entry), due.currency);
  const isEnough = !exceeds(dueMoney, given);
  const rest = isEnough ? subtract(given, dueMoney) : subtract(dueMoney, given);

  const take = () => void task.once(() => till.payCash({ given: wireMoney(given) }));
  const onKey = (key: string) => setEntry((before) => nextEntry(before, key));
  useKeys({
    level: "screen",
    keys: { Enter: take, Backspace: () => onKey("Backspace") },
    text: (character) => {
      onKey(character);
      return /\d/.test(character);
    },
  });

  return (
    <section className={styles.tender} aria-label={words.cash}>
      <div className={styles.figures}>
        <Figure label={words.given} of={wireMoney(given)} isTyped={entry !== ""} />
        <Figure label={isEnough ? words.changeWillBe : words.stillDue} of={wireMoney(rest)} isStrong />
      </div>
      <div className={styles.entry}>
        <div className={styles.quick}>
          <Button onPress={() => setEntry("")} pressed={entry === ""}>
            {words.exact}
          </Button>
          {givenSuggestions(dueMoney).map((amount) => (
            <Button
              key={String(amount.minor)}
              onPress={() => setEntry(String(amount.minor))}
              pressed={entry === String(amount.minor)}
            >
              {format.money(wireMoney(amount))}
            </Button>
          ))}
        </div>
        <Keypad onKey={onKey} />
      </div>
      <div className={styles.action}>
        <PrimaryAction onPress={take} disabled={task.isBusy || given.minor === 0n}>
          {`${words.takeCash} ${format.money(wireMoney(given))}`}
        </PrimaryAction>
      </div>
    </section>
  );
}

type FigureProps = Readonly<{ label: string; of: WireMoney; isTyped?: boolean; isStrong?: boolean }>;

export function Figure({ label, of, isTyped = true, isStrong = false }: FigureProps) {
  return (
    <output className={styles.figure} data-soft={!isTyped || undefined} aria-label={label}>
      <span className={styles.label}>{label}</span>
      <Amount of={of} size={isStrong ? "total" : "list"} />
    </output>
  );
}
