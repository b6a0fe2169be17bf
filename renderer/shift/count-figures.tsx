// What was counted beside what should be there, with the difference in words.
import { moneyOf, type WireMoney, wireMoney } from "#core/contract/values.ts";
import { negate } from "#core/money.ts";
import { Amount } from "#renderer/ui/amount.tsx";
import styles from "./count-figures.module.css";
import { useShiftWords } from "./words.ts";

type CountFiguresProps = Readonly<{
  expected: WireMoney | null;
  counted: WireMoney | null;
  difference: WireMoney | null;
}>;

export function CountFigures({ expected, counted, difference }: CountFiguresProps) {
  const words = useShiftWords();
  return (
    <dl className={styles.figures}>
      {expected !== null && <Figure name={words.expected} of={expected} />}
      {counted !== null && <Figure name={words.counted} of={counted} />}
      {difference !== null && <Difference of={difference} />}
    </dl>
  );
}

function Figure({ name, of }: Readonly<{ name: string; of: WireMoney }>) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Amount of={of} size="total" />
      </dd>
    </div>
  );
}

function Difference({ of }: Readonly<{ of: WireMoney }>) {
  const words = useShiftWords();
  const { minor } = moneyOf(of);
  if (minor === 0n) {
    return (
      <div>
        <dt>{words.difference}</dt>
        <dd className={styles.agrees}>✓ {words.zAgree}</dd>
      </div>
    );
  }
  const amount = minor < 0n ? wireMoney(negate(moneyOf(of))) : of;
  return (
    <div>
      <dt>{words.difference}</dt>
      <dd className={styles.differs}>
        <Amount of={amount} size="total" /> {minor < 0n ? words.short : words.over}
      </dd>
    </div>
  );
}
