// How the sandbox bank answers the files that the back office sends it.
import type { BankBehaviour } from "#core/contract/simulators.ts";
import type { Task } from "#renderer/till/desk.tsx";
import { Button } from "#renderer/ui/button.tsx";
import { ChoiceGroup } from "#renderer/ui/choice-group.tsx";
import { useFormat, useMessages } from "#renderer/ui/i18n/language.tsx";
import styles from "./devices-sheet.module.css";
import type { SimulatorsClient } from "./simulators-store.ts";
import { devicesWords } from "./words.ts";

/** Each as the sheet sets it; the second payment shows a rejection beside one that was made. */
const BEHAVIOURS: readonly BankBehaviour[] = [
  { kind: "honest" },
  { kind: "rejectNth", nth: 2 },
  { kind: "rejectAll" },
  { kind: "silent" },
  { kind: "malformed" },
  { kind: "duplicate" },
];

type BankAnswersProps = Readonly<{ behaviour: BankBehaviour; client: SimulatorsClient; task: Task }>;

export function BankAnswers({ behaviour, client, task }: BankAnswersProps) {
  const words = useMessages(devicesWords);
  const format = useFormat();
  const nameOf = (of: BankBehaviour): string => {
    if (of.kind === "rejectNth") return words.bankRejectNth(format.count(of.nth));
    return {
      honest: words.bankHonest,
      rejectAll: words.bankRejectAll,
      silent: words.bankSilent,
      malformed: words.bankMalformed,
      duplicate: words.bankDuplicate,
    }[of.kind];
  };
  // One that another hand has set, such as a test, stands in the place of its kind.
  const shown = BEHAVIOURS.map((each) => (each.kind === behaviour.kind ? behaviour : each));
  return (
    <section className={styles.block} aria-label={words.bank}>
      <h3>{words.bank}</h3>
      <p className={styles.says}>{words.bankSays}</p>
      <ChoiceGroup label={words.bank} className={styles.chips}>
        {shown.map((each) => (
          <Button
            key={each.kind}
            small
            pressed={each.kind === behaviour.kind}
            onPress={() => void task.once(() => client.bank({ behaviour: each }))}
          >
            {nameOf(each)}
          </Button>
        ))}
      </ChoiceGroup>
    </section>
  );
}
