// Cash that moves without a sale: which way, how much, and why. All three go into the journal.
import { useState } from "react";
import { wireMoney } from "#core/contract/values.ts";
import { type Money, money } from "#core/money.ts";
import { Figure } from "#renderer/till/cash-tender.tsx";
import { useTask, useTill, useView } from "#renderer/till/desk.tsx";
import { Button, PrimaryAction } from "#renderer/ui/button.tsx";
import { ErrorPanel } from "#renderer/ui/error-panel.tsx";
import { useFormat } from "#renderer/ui/i18n/language.tsx";
import { Keypad, nextEntry } from "#renderer/ui/keypad.tsx";
import { useKeys } from "#renderer/ui/keys.tsx";
import { PageFrame } from "#renderer/ui/page-frame.tsx";
import styles from "./cash-move-page.module.css";
import { useShiftWords } from "./words.ts";

const DIRECTIONS = ["paid-in", "paid-out", "safe-drop", "float-top-up"] as const;
type Direction = (typeof DIRECTIONS)[number];

export function CashMovePage({ onBack }: Readonly<{ onBack: () => void }>) {
  const words = useShiftWords();
  const format = useFormat();
  const till = useTill();
  const task = useTask();
  const { currency } = useView();
  const reasons = words.moveReasons.split("|");
  const [direction, setDirection] = useState<Direction>("paid-in");
  const [reason, setReason] = useState(reasons[0] ?? "");
  const [entry, setEntry] = useState("");
  const amount: Money = money(BigInt(entry || "0"), currency);
  const names = {
    "paid-in": words.paidIn,
    "paid-out": words.paidOut,
    "safe-drop": words.safeDrop,
    "float-top-up": words.floatTopUp,
  } as const satisfies Record<Direction, string>;

  const isReady = amount.minor > 0n && reason.trim() !== "" && !task.isBusy;
  const record = async () => {
    if (!isReady) return;
    const done = await task.once(() =>
      till.moveCash({ direction, amount: wireMoney(amount), reason: reason.trim() }),
    );
    if (done !== null) onBack();
  };
  const onKey = (key: string) => setEntry((before) => nextEntry(before, key));
  useKeys({
    level: "screen",
    keys: { Escape: onBack, Enter: () => void record(), Backspace: () => onKey("Backspace") },
    text: (character) => {
      onKey(character);
      return /\d/.test(character);
    },
  });

  return (
    <PageFrame
      title={words.moveTitle}
      onBack={onBack}
      notice={task.failure !== null && <ErrorPanel code={task.failure} onDismiss={task.clear} />}
      actions={
        <PrimaryAction onPress={() => void record()} disabled={!isReady}>
          {`${words.moveAction} · ${format.money(wireMoney(amount))}`}
        </PrimaryAction>
      }
    >
      <div className={styles.move}>
        <div className={styles.choices}>
          <h2>{words.whichMove}</h2>
          <div className={styles.grid}>
            {DIRECTIONS.map((way) => (
              <Button key={way} onPress={() => setDirection(way)} pressed={way === direction}>
                {names[way]}
              </Button>
            ))}
          </div>
          <h2>{words.whyMove}</h2>
          <div className={styles.grid}>
            {reasons.map((usual) => (
              <Button key={usual} onPress={() => setReason(usual)} pressed={usual === reason}>
                {usual}
              </Button>
            ))}
          </div>
          <input
            className={styles.reason}
            value={reason}
            maxLength={200}
            aria-label={words.whyMove}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        </div>
        <div className={styles.amount}>
          <Figure label={words.amount} of={wireMoney(amount)} isStrong />
          <Keypad onKey={onKey} />
        </div>
      </div>
    </PageFrame>
  );
}
