// The day begins: the float, counted by note and coin.
import { useState } from "react";
import { wireMoney } from "#core/contract/values.ts";
import { useTask, useTill, useView } from "#renderer/till/desk.tsx";
import { useWords } from "#renderer/till/words.ts";
import { Button } from "#renderer/ui/button.tsx";
import { ErrorPanel } from "#renderer/ui/error-panel.tsx";
import { useFormat } from "#renderer/ui/i18n/language.tsx";
import { PageFrame } from "#renderer/ui/page-frame.tsx";
import { COUNT_DONE_KEY, CountCash } from "./count-cash.tsx";
import { type Counts, countedSum, wireCounts } from "./denominations.ts";
import { useShiftWords } from "./words.ts";

export function OpenShiftScreen() {
  const words = useShiftWords();
  const tillWords = useWords();
  const format = useFormat();
  const till = useTill();
  const task = useTask();
  const { currency } = useView();
  const [counts, setCounts] = useState<Counts>({});
  const [isLast, setLast] = useState(false);
  const float = wireMoney(countedSum(counts, currency));
  const open = () => void task.once(() => till.openShift({ float, counts: wireCounts(counts) }));
  return (
    <PageFrame
      title={words.openTitle}
      aside={<p>{words.openSays}</p>}
      notice={task.failure !== null && <ErrorPanel code={task.failure} onDismiss={task.clear} />}
      actions={
        <>
          <Button onPress={() => void task.once(() => till.signOut())} disabled={task.isBusy}>
            {tillWords.signOut}
          </Button>
          <Button
            look="primary"
            keyName={isLast ? "Enter" : COUNT_DONE_KEY}
            onPress={open}
            disabled={task.isBusy}
          >
            {`${words.openAction} · ${words.float} ${format.money(float)}`}
          </Button>
        </>
      }
    >
      <CountCash currency={currency} counts={counts} onCounts={setCounts} onDone={open} onLast={setLast} />
    </PageFrame>
  );
}
