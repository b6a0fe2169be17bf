// Cash: nothing typed is exactly what is due; the change shows before it is taken.
import { moneyOf, type WireMoney, wireMoney } from "#core/contract/values.ts";
import { exceeds, type Money, money, subtract } from "#core/money.ts";
import { givenMax } from "#core/tender/due.ts";
import { Amount } from "#renderer/ui/amount.tsx";
import { Button, PrimaryAction } from "#renderer/ui/button.tsx";
import { useFormat } from "#renderer/ui/i18n/language.tsx";
import { Keypad } from "#renderer/ui/keypad.tsx";
import { useKeys } from "#renderer/ui/keys.tsx";
import { type Task, useTill } from "./desk.tsx";
import { givenSuggestions } from "./given-suggestions.ts";
import styles from "./tender-entry.module.css";
import { useSumEntry } from "./use-sum-entry.ts";
import { useWords } from "./words.ts";

export function CashTender({ due, task }: Readonly<{ due: WireMoney; task: Task }>) {
  const words = useWords();
  const format = useFormat();
  const till = useTill();
  const dueMoney = moneyOf(due);
  const max = givenMax(dueMoney);
  const { entry, onKey, listens } = useSumEntry(String(max.minor).length, task);
  const sumOf = (digits: string): Money => (digits === "" ? dueMoney : money(BigInt(digits), due.currency));
  const given = sumOf(entry.shown);
  const isTooMuch = exceeds(given, max);
  const isEnough = !exceeds(dueMoney, given);
  const rest = isEnough ? subtract(given, dueMoney) : subtract(dueMoney, given);

  const take = () => {
    const taken = sumOf(entry.read());
    if (!exceeds(taken, max)) void task.once(() => till.payCash({ given: wireMoney(taken) }));
  };
  useKeys({
    level: "screen",
    ...listens,
    keys: { Enter: take, Backspace: () => onKey("Backspace") },
  });

  return (
    <section className={styles.tender} aria-label={words.cash}>
      <div className={styles.figures}>
        <Figure label={words.given} of={wireMoney(given)} isTyped={entry.shown !== ""} />
        <Figure label={isEnough ? words.changeWillBe : words.stillDue} of={wireMoney(rest)} isStrong />
      </div>
      <div className={styles.entry}>
        <div className={styles.quick}>
          <Button onPress={() => entry.set("")} pressed={entry.shown === ""}>
            {words.exact}
          </Button>
          {givenSuggestions(dueMoney).map((amount) => (
            <Button
              key={String(amount.minor)}
              onPress={() => entry.set(String(amount.minor))}
              pressed={entry.shown === String(amount.minor)}
            >
              {format.money(wireMoney(amount))}
            </Button>
          ))}
        </div>
        <Keypad onKey={onKey} />
      </div>
      <div className={styles.action}>
        <p className={styles.tooMuch} role="status">
          {isTooMuch && words.givenMax(format.money(wireMoney(max)))}
        </p>
        <PrimaryAction onPress={take} disabled={task.isBusy || given.minor === 0n || isTooMuch}>
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
