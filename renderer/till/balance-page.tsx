// What is on a card: number and password, asked of the back office. Neither is shown, and both are forgotten with the answer.
import type { InferClientOutputs } from "@orpc/client";
import { useState } from "react";
import { Amount } from "#renderer/ui/amount.tsx";
import { PrimaryAction } from "#renderer/ui/button.tsx";
import { ErrorPanel } from "#renderer/ui/error-panel.tsx";
import { kitWords } from "#renderer/ui/i18n/kit-words.ts";
import { useFormat, useMessages } from "#renderer/ui/i18n/language.tsx";
import { useKeys } from "#renderer/ui/keys.tsx";
import { ProgressWithCancel } from "#renderer/ui/progress.tsx";
import { useAskedCard } from "./asked-card.ts";
import { CardDone } from "./card-done.tsx";
import { CardEntry } from "./card-entry.tsx";
import styles from "./card-page.module.css";
import { CardSecret } from "./card-secret.tsx";
import { useTask, useTill, useView } from "./desk.tsx";
import type { TillClient } from "./till-store.ts";
import { useWords } from "./words.ts";

type Balance = InferClientOutputs<TillClient>["cardBalance"];

export function BalancePage({ onBack }: Readonly<{ onBack: () => void }>) {
  const words = useWords();
  const kit = useMessages(kitWords);
  const till = useTill();
  const task = useTask();
  const { line } = useView();
  const card = useAskedCard();
  const [balance, setBalance] = useState<Balance | null>(null);
  // Neither number nor password is asked for an answer that cannot come. What is shown already stays.
  const needsLine = line.state !== "online" && balance === null;
  const problem = task.failure ?? card.problem;

  const ask = async (password: string) => {
    const answer = await task.once(() => till.cardBalance({ password, ...card.named }));
    if (answer !== null) setBalance(answer);
  };
  const again = () => {
    task.clear();
    setBalance(null);
    card.again();
  };
  return (
    <section className={styles.page} aria-label={words.balance}>
      <div className={styles.says}>
        <h1>{words.balance}</h1>
        {needsLine ? (
          <p className={styles.needsLine} role="status">
            {words.balanceNeedsLine}
          </p>
        ) : (
          card.shown === null &&
          balance === null && (
            <p className={styles.label}>{card.hasReader ? words.balanceBySwipe : words.balanceOfWhich}</p>
          )
        )}
        {card.shown !== null && balance === null && <p className={styles.card}>{card.shown}</p>}
        {problem !== null && (
          <ErrorPanel
            code={problem}
            {...(problem === "LINE_CUT" ? { instead: words.balanceNotAsked } : {})}
            onDismiss={task.failure === null ? again : task.clear}
          />
        )}
        {balance !== null && <Shown balance={balance} />}
      </div>
      <div className={styles.entry}>
        {task.isBusy ? (
          <ProgressWithCancel>{words.asking}</ProgressWithCancel>
        ) : needsLine ? (
          <Leave onBack={onBack} />
        ) : balance !== null ? (
          <CardDone onAgain={again} onBack={onBack} />
        ) : card.shown === null ? (
          <CardEntry
            action={words.next}
            isBusy={false}
            onNumber={card.type}
            onBack={onBack}
            backLabel={kit.back}
          />
        ) : (
          <CardSecret
            label={words.customerTypes}
            action={words.balanceShow}
            onSecret={(password) => void ask(password)}
            onBack={again}
          />
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

function Leave({ onBack }: Readonly<{ onBack: () => void }>) {
  const words = useWords();
  useKeys({ level: "screen", keys: { Enter: onBack, Escape: onBack } });
  return (
    <div className={styles.done}>
      <span />
      <PrimaryAction onPress={onBack}>{words.backToSale}</PrimaryAction>
    </div>
  );
}
