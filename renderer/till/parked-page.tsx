// Sales put aside, oldest first: number, what is on it, by whom and when, the sum, and one touch to go on.
import { useState } from "react";
import { Amount } from "#renderer/ui/amount.tsx";
import { PrimaryAction } from "#renderer/ui/button.tsx";
import { ErrorPanel } from "#renderer/ui/error-panel.tsx";
import { useFormat } from "#renderer/ui/i18n/language.tsx";
import { useKeys } from "#renderer/ui/keys.tsx";
import { PageFrame } from "#renderer/ui/page-frame.tsx";
import { useTask, useTill, useView } from "./desk.tsx";
import styles from "./receipts-page.module.css";
import { useWords } from "./words.ts";

export function ParkedPage({ onBack }: Readonly<{ onBack: () => void }>) {
  const words = useWords();
  const format = useFormat();
  const till = useTill();
  const task = useTask();
  const { parked, utcOffsetMinutes } = useView();
  const [chosen, setChosen] = useState<string | null>(null);
  const current = parked.find(({ saleId }) => saleId === chosen) ?? parked[0];
  const resume = async () => {
    if (current === undefined) return;
    const done = await task.once(() => till.resumeSale({ saleId: current.saleId }));
    if (done !== null) onBack();
  };
  const step = (by: number) => {
    const at = parked.findIndex(({ saleId }) => saleId === current?.saleId) + by;
    setChosen(parked[Math.min(Math.max(at, 0), parked.length - 1)]?.saleId ?? null);
  };
  useKeys({
    level: "screen",
    keys: { Escape: onBack, Enter: () => void resume(), ArrowDown: () => step(1), ArrowUp: () => step(-1) },
  });
  return (
    <PageFrame
      title={words.parkedTitle}
      onBack={onBack}
      notice={task.failure !== null && <ErrorPanel code={task.failure} onDismiss={task.clear} />}
      actions={
        <PrimaryAction onPress={() => void resume()} disabled={current === undefined || task.isBusy}>
          {words.resume}
        </PrimaryAction>
      }
    >
      {parked.length === 0 ? (
        <p className={styles.none}>{words.noParked}</p>
      ) : (
        <ul className={styles.rows}>
          {parked.map(({ saleId, label, total, parkedAt, items, moreItems, parkedBy }) => (
            <li key={saleId}>
              <button
                type="button"
                className={styles.row}
                aria-pressed={saleId === current?.saleId}
                onClick={() => setChosen(saleId)}
              >
                <span className={styles.number}>
                  {label} · {items.map(format.local).join(", ")}
                  {moreItems > 0 && ` +${format.count(moreItems)}`}
                </span>
                <span className={styles.at}>
                  {words.parkedAt(format.time(parkedAt, utcOffsetMinutes))}
                  {parkedBy !== null && ` · ${parkedBy}`}
                </span>
                <Amount of={total} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </PageFrame>
  );
}
