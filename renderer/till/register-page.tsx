// The holder's own password in the place of the one that came with the card: the card, the initial password, the new one
// twice. The back office registers it, so the line must be there; nothing that is typed is shown or kept.
import type { InferClientOutputs } from "@orpc/client";
import { useState } from "react";
import { Button } from "#renderer/ui/button.tsx";
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

type Registered = InferClientOutputs<TillClient>["registerCard"];
type Typed = Readonly<{
  /** The card that these are of: another swipe begins anew. */
  card: string | null;
  initial: string | null;
  own: string | null;
  /** The new one was not the same the second time. */
  hasDiffered: boolean;
}>;

const NOTHING: Typed = { card: null, initial: null, own: null, hasDiffered: false };

export function RegisterPage({ onBack }: Readonly<{ onBack: () => void }>) {
  const words = useWords();
  const kit = useMessages(kitWords);
  const till = useTill();
  const task = useTask();
  const card = useAskedCard();
  const { line } = useView();
  const [kept, setTyped] = useState(NOTHING);
  const typed = kept.card === card.shown ? kept : NOTHING;
  const [registered, setRegistered] = useState<Registered | null>(null);

  const restart = () => {
    task.clear();
    setTyped(NOTHING);
    setRegistered(null);
    card.again();
  };
  const typeInitial = (initial: string) => {
    task.clear();
    setTyped({ ...NOTHING, card: card.shown, initial });
  };
  const typeAgain = async (password: string) => {
    const { initial, own } = typed;
    if (initial === null) return;
    if (own !== password) {
      setTyped({ ...typed, own: null, hasDiffered: true });
      return;
    }
    setTyped(NOTHING);
    const answer = await task.once(() =>
      till.registerCard({ initialPassword: initial, password, ...card.named }),
    );
    if (answer !== null) setRegistered(answer);
  };
  const problem = task.failure ?? card.problem;
  return (
    <section className={styles.page} aria-label={words.register}>
      <div className={styles.says}>
        <h1>{words.register}</h1>
        {registered !== null ? (
          <Done registered={registered} />
        ) : line.state === "offline" ? (
          <p className={styles.label}>{words.registerOnlineOnly}</p>
        ) : card.shown === null ? (
          <p className={styles.label}>{card.hasReader ? words.balanceBySwipe : words.balanceOfWhich}</p>
        ) : (
          <>
            <p className={styles.card}>{card.shown}</p>
            <p className={styles.label}>{words.registerSays}</p>
          </>
        )}
        {typed.hasDiffered && (
          <p className={styles.differ} role="alert">
            {words.passwordsDiffer}
          </p>
        )}
        {problem !== null && (
          <ErrorPanel
            code={problem}
            instead={insteadOf(problem, words)}
            onDismiss={task.failure === null ? restart : task.clear}
          />
        )}
      </div>
      <div className={styles.entry}>
        {task.isBusy ? (
          <ProgressWithCancel>{words.asking}</ProgressWithCancel>
        ) : registered !== null ? (
          <CardDone onAgain={restart} onBack={onBack} />
        ) : line.state === "offline" ? (
          <OnlyBack onBack={onBack} />
        ) : card.shown === null ? (
          <CardEntry
            action={words.next}
            isBusy={false}
            onNumber={card.type}
            onBack={onBack}
            backLabel={kit.back}
          />
        ) : typed.initial === null ? (
          <CardSecret
            key="initial"
            label={words.initialPassword}
            action={words.next}
            onSecret={typeInitial}
            onBack={restart}
          />
        ) : typed.own === null ? (
          <CardSecret
            key="own"
            label={words.ownPassword}
            action={words.next}
            onSecret={(own) => setTyped({ ...typed, own, hasDiffered: false })}
            onBack={restart}
          />
        ) : (
          <CardSecret
            key="again"
            label={words.ownPasswordAgain}
            action={words.registerDo}
            onSecret={(password) => void typeAgain(password)}
            onBack={restart}
          />
        )}
      </div>
    </section>
  );
}

/** What a refusal means here, where its usual words speak of a payment. */
function insteadOf(code: string, words: ReturnType<typeof useWords>): string | undefined {
  switch (code) {
    case "PASSWORD_WRONG":
      return words.registerWrong;
    case "PASSWORD_FORM":
      return words.registerForm;
    case "CARD_MOVE_ILLEGAL":
      return words.registerNotNow;
    case "LINE_CUT":
    case "TIMED_OUT":
      return words.registerNoAnswer;
    default:
      return undefined;
  }
}

function Done({ registered }: Readonly<{ registered: Registered }>) {
  const words = useWords();
  const format = useFormat();
  const { utcOffsetMinutes } = useView();
  return (
    <div className={styles.shown} role="status">
      <p className={styles.card}>{registered.masked}</p>
      <p className={styles.registered}>{words.registered}</p>
      <p className={styles.label}>{words.validUntil(format.date(registered.expiresAt, utcOffsetMinutes))}</p>
    </div>
  );
}

function OnlyBack({ onBack }: Readonly<{ onBack: () => void }>) {
  const kit = useMessages(kitWords);
  useKeys({ level: "screen", keys: { Escape: onBack, Enter: onBack } });
  return (
    <div className={styles.done}>
      <Button onPress={onBack} keyName="Esc">
        {kit.back}
      </Button>
    </div>
  );
}
