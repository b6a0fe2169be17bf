// What is on a card: number and password, asked of the back office. Neither is shown, and both are forgotten with the answer.
import type { InferClientOutputs } from "@orpc/client";
import { useEffect, useState } from "react";
import { Amount } from "#renderer/ui/amount.tsx";
import { Button, PrimaryAction } from "#renderer/ui/button.tsx";
import { ErrorPanel } from "#renderer/ui/error-panel.tsx";
import { kitWords } from "#renderer/ui/i18n/kit-words.ts";
import { useFormat, useMessages } from "#renderer/ui/i18n/language.tsx";
import { useKeys } from "#renderer/ui/keys.tsx";
import { PasswordPad, usePasswordEntry } from "#renderer/ui/password-pad.tsx";
import { ProgressWithCancel } from "#renderer/ui/progress.tsx";
import styles from "./balance-page.module.css";
import { CardEntry, maskedGroups } from "./card-entry.tsx";
import { useTask, useTill, useView } from "./desk.tsx";
import type { TillClient } from "./till-store.ts";
import { useWords } from "./words.ts";

type Balance = InferClientOutputs<TillClient>["cardBalance"];

export function BalancePage({ onBack }: Readonly<{ onBack: () => void }>) {
  const words = useWords();
  const kit = useMessages(kitWords);
  const till = useTill();
  const task = useTask();
  const { enquiry, devices } = useView();
  const [number, setNumber] = useState<string | null>(null);
  const [balance, setBalance] = useState<Balance | null>(null);
  const hasReader = devices.some(({ kind, state }) => kind === "card-reader" && state === "ready");
  // What was typed is what the person at hand means; else it is the card that was swiped.
  const card = number === null ? (enquiry?.masked ?? null) : maskedGroups(number);
  const problem = task.failure ?? (card === null ? (enquiry?.problem ?? null) : null);

  useEffect(() => {
    // A till that lost its line to this page takes the typed number all the same.
    void till.openEnquiry().catch(() => undefined);
    return () => void till.closeEnquiry().catch(() => undefined);
  }, [till]);

  const ask = async (password: string) => {
    const answer = await task.once(() =>
      till.cardBalance({ password, ...(number === null ? {} : { number }) }),
    );
    if (answer === null) return;
    setNumber(null);
    setBalance(answer);
  };
  const again = () => {
    task.clear();
    setBalance(null);
    setNumber(null);
    void till.openEnquiry().catch(() => undefined);
  };
  return (
    <section className={styles.page} aria-label={words.balance}>
      <div className={styles.says}>
        <h1>{words.balance}</h1>
        {card === null && balance === null && (
          <p className={styles.label}>{hasReader ? words.balanceBySwipe : words.balanceOfWhich}</p>
        )}
        {card !== null && balance === null && <p className={styles.card}>{card}</p>}
        {problem !== null && (
          <ErrorPanel code={problem} onDismiss={task.failure === null ? again : task.clear} />
        )}
        {balance !== null && <Shown balance={balance} />}
      </div>
      <div className={styles.entry}>
        {task.isBusy ? (
          <ProgressWithCancel>{words.asking}</ProgressWithCancel>
        ) : balance !== null ? (
          <Done onAgain={again} onBack={onBack} />
        ) : card === null ? (
          <CardEntry
            action={words.next}
            isBusy={false}
            onNumber={setNumber}
            onBack={onBack}
            backLabel={kit.back}
          />
        ) : (
          <Password onPassword={(password) => void ask(password)} onBack={again} />
        )}
      </div>
    </section>
  );
}

function Shown({ balance }: Readonly<{ balance: Balance }>) {
  const words = useWords();
  const format = useFormat();
  const { utcOffsetMinutes } = useView();
  return (
    <div className={styles.shown}>
      <p className={styles.card}>{balance.masked}</p>
      <p className={styles.label}>{words.available}</p>
      <Amount of={balance.available} size="hero" />
      <p className={styles.label}>{words.validUntil(format.date(balance.expiresAt, utcOffsetMinutes))}</p>
    </div>
  );
}

function Done({ onAgain, onBack }: Readonly<{ onAgain: () => void; onBack: () => void }>) {
  const words = useWords();
  useKeys({ level: "screen", keys: { Enter: onBack, Escape: onBack } });
  return (
    <div className={styles.done}>
      <Button onPress={onAgain}>{words.anotherCard}</Button>
      <PrimaryAction onPress={onBack}>{words.done}</PrimaryAction>
    </div>
  );
}

function Password({
  onPassword,
  onBack,
}: Readonly<{ onPassword: (password: string) => void; onBack: () => void }>) {
  const words = useWords();
  const kit = useMessages(kitWords);
  const entry = usePasswordEntry({
    charactersMin: 4,
    charactersMax: 32,
    digitsOnly: false,
    onDone: onPassword,
    onBack,
  });
  return (
    <div className={styles.password}>
      <PasswordPad label={words.customerTypes} entry={entry} />
      <div className={styles.done}>
        <Button onPress={onBack} keyName="Esc">
          {kit.back}
        </Button>
        <PrimaryAction onPress={entry.done} disabled={!entry.isLongEnough}>
          {words.balanceShow}
        </PrimaryAction>
      </div>
    </div>
  );
}
