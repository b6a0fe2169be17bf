// The prepaid tender at work, step by step in words. Every step has a way out.

import { assertNever } from "#core/assert.ts";
import type { PrepaidStep } from "#core/contract/till.ts";
import { moneyOf, type WireMoney } from "#core/contract/values.ts";
import { exceeds } from "#core/money.ts";
import { Amount } from "#renderer/ui/amount.tsx";
import { Button, PrimaryAction } from "#renderer/ui/button.tsx";
import { ErrorPanel } from "#renderer/ui/error-panel.tsx";
import { kitWords } from "#renderer/ui/i18n/kit-words.ts";
import { useFormat, useMessages } from "#renderer/ui/i18n/language.tsx";
import { useKeys } from "#renderer/ui/keys.tsx";
import { PasswordPad, usePasswordEntry } from "#renderer/ui/password-pad.tsx";
import { ProgressWithCancel } from "#renderer/ui/progress.tsx";
import { CardEntry } from "./card-entry.tsx";
import { type Task, useTill, useView } from "./desk.tsx";
import { ManagerApproval } from "./manager-approval.tsx";
import styles from "./prepaid-at-work.module.css";
import { useWords } from "./words.ts";

type StepProps<Step extends PrepaidStep["step"]> = Readonly<{
  step: Extract<PrepaidStep, { step: Step }>;
  task: Task;
  cancel: () => void;
  /** Ends this tender and goes to another. */
  other: () => void;
}>;

type PrepaidAtWorkProps = Readonly<{ step: PrepaidStep; task: Task; onOther: () => void }>;

export function PrepaidAtWork({ step, task, onOther }: PrepaidAtWorkProps) {
  const words = useWords();
  const till = useTill();
  const cancel = () => void task.once(() => till.cancelPrepaid());
  const other = () => {
    onOther();
    cancel();
  };
  return (
    <section className={styles.work} aria-label={words.prepaid}>
      <header className={styles.head}>
        <Steps step={step} />
        <Amount of={step.amount} size="list" />
      </header>
      <Step step={step} task={task} cancel={cancel} other={other} />
    </section>
  );
}

function Step({ step, ...rest }: StepProps<PrepaidStep["step"]>) {
  switch (step.step) {
    case "card":
      return <CardStep step={step} {...rest} />;
    case "password":
      return <PasswordStep step={step} {...rest} />;
    case "asking":
      return <AskingStep step={step} {...rest} />;
    case "unknown":
      return <UnknownStep step={step} {...rest} />;
    case "manager":
      return <ManagerStep step={step} {...rest} />;
    case "declined":
      return <DeclinedStep step={step} {...rest} />;
    default:
      return assertNever(step);
  }
}

/** Where we are: card, password, answer. */
function Steps({ step }: Readonly<{ step: PrepaidStep }>) {
  const words = useWords();
  const at = { card: 0, password: 1, asking: 2, unknown: 2, manager: 2, declined: 2 }[step.step];
  return (
    <ol className={styles.steps} aria-label={words.steps}>
      {[words.stepCard, words.stepPassword, words.stepAnswer].map((name, index) => (
        <li
          key={name}
          className={styles.step}
          data-state={index < at ? "done" : index === at ? "now" : "next"}
          aria-current={index === at ? "step" : undefined}
        >
          <span className={styles.number} aria-hidden="true">
            {index < at ? "✓" : index + 1}
          </span>
          {name}
        </li>
      ))}
    </ol>
  );
}

function CardStep({ step, task, cancel }: StepProps<"card">) {
  const words = useWords();
  const kit = useMessages(kitWords);
  const format = useFormat();
  const till = useTill();
  const { line, devices } = useView();
  const hasReader = devices.some(({ kind, state }) => kind === "card-reader" && state === "ready");
  const isAboveLimit = exceeds(moneyOf(step.amount), moneyOf(line.offlinePaymentMax));
  return (
    <div className={styles.body}>
      <div className={styles.says}>
        <h2 className={styles.title}>{hasReader ? words.swipeCard : words.cardNumber}</h2>
        {hasReader && <p className={styles.sub}>{words.orTypeCard}</p>}
        {line.state === "offline" && (
          <p className={styles.limit}>
            {(isAboveLimit ? words.aboveOffline : words.upToOffline)(format.money(line.offlinePaymentMax))}
          </p>
        )}
        {step.problem !== null && <ErrorPanel code={step.problem} />}
      </div>
      <CardEntry
        action={words.goOnWithCard}
        isBusy={task.isBusy}
        onNumber={(number) => void task.once(() => till.typeCard({ number }))}
        onBack={cancel}
        backLabel={kit.cancel}
      />
    </div>
  );
}

const PASSWORD_CHARACTERS_MIN = 4;
const PASSWORD_CHARACTERS_MAX = 32;

function PasswordStep({ step, task, cancel }: StepProps<"password">) {
  const words = useWords();
  const kit = useMessages(kitWords);
  const format = useFormat();
  const till = useTill();
  const entry = usePasswordEntry({
    charactersMin: PASSWORD_CHARACTERS_MIN,
    charactersMax: PASSWORD_CHARACTERS_MAX,
    digitsOnly: false,
    onDone: (password) => void task.once(() => till.typePassword({ password })),
    onBack: cancel,
  });
  return (
    <div className={styles.body}>
      <div className={styles.says}>
        <h2 className={styles.title}>{words.customerTypes}</h2>
        <p className={styles.sub}>{words.customerTypesSays}</p>
        <p className={styles.card}>{step.masked}</p>
        {step.problem !== null && (
          <ErrorPanel code={step.problem}>
            {step.triesLeft !== null && (
              <p className={styles.tries}>{words.triesLeft(format.count(step.triesLeft))}</p>
            )}
          </ErrorPanel>
        )}
      </div>
      <div className={styles.entry}>
        <PasswordPad label={words.password} entry={entry} />
        <div className={styles.actions}>
          <Button onPress={cancel} keyName="Esc">
            {kit.cancel}
          </Button>
          <PrimaryAction onPress={entry.done} disabled={!entry.isLongEnough || task.isBusy}>
            {`${words.askBank} ${format.money(step.amount)}`}
          </PrimaryAction>
        </div>
      </div>
    </div>
  );
}

function AskingStep({ step, cancel }: StepProps<"asking">) {
  const words = useWords();
  useKeys({ level: "screen", keys: { Escape: cancel } });
  return (
    <div className={styles.waiting}>
      <p className={styles.card}>{step.masked}</p>
      <ProgressWithCancel onCancel={cancel}>{words.asking}</ProgressWithCancel>
    </div>
  );
}

function UnknownStep({ step, task, cancel, other }: StepProps<"unknown">) {
  const words = useWords();
  const till = useTill();
  const askAgain = () => void task.once(() => till.askAgain());
  const goOffline = () => void task.once(() => till.goOffline());
  useKeys({
    level: "screen",
    keys: {
      Enter: askAgain,
      "1": askAgain,
      "2": step.offlineAllowed ? goOffline : undefined,
      "3": other,
      "4": cancel,
      Escape: cancel,
    },
  });
  return (
    <div className={styles.choosing}>
      <div className={styles.says}>
        <h2 className={styles.title}>{words.noAnswer}</h2>
        <p className={styles.card}>{step.masked}</p>
        <ErrorPanel code={step.code} tone="waiting" instead={words.noAnswerSays} />
      </div>
      <div className={styles.choices}>
        <Button onPress={goOffline} disabled={!step.offlineAllowed || task.isBusy} keyName="2">
          {words.goOffline}
          {!step.offlineAllowed && <small className={styles.small}>{words.notOffline}</small>}
        </Button>
        <Button onPress={other} disabled={task.isBusy} keyName="3">
          {words.otherTender}
        </Button>
        <Button onPress={cancel} disabled={task.isBusy} keyName="4">
          {words.giveUp}
        </Button>
        <PrimaryAction onPress={askAgain} disabled={task.isBusy}>
          {words.askAgain}
        </PrimaryAction>
      </div>
    </div>
  );
}

function ManagerStep({ step, task, cancel }: StepProps<"manager">) {
  const till = useTill();
  const { people } = useView();
  const takeLess = useTakeLess(task);
  return (
    <div className={styles.manager}>
      <ManagerApproval
        managers={people.filter(({ role }) => role === "manager")}
        failure={task.failure ?? step.code}
        onApprove={async (managerId, managerPin) => {
          await task.once(() => till.approveAsManager({ managerId, managerPin }));
        }}
        onCancel={cancel}
        keys={{ F3: step.takeable === null ? undefined : takeLess }}
      >
        {step.takeable !== null && (
          <TakeLess amount={step.takeable} onPress={takeLess} isBusy={task.isBusy} />
        )}
      </ManagerApproval>
    </div>
  );
}

/** The smaller amount that the card at hand pays here without anybody's leave, by one touch or by F3. */
function TakeLess({
  amount,
  onPress,
  isBusy,
}: Readonly<{ amount: WireMoney; onPress: () => void; isBusy: boolean }>) {
  const words = useWords();
  const text = useFormat().money(amount);
  return (
    <div className={styles.less}>
      <p className={styles.tries}>{words.takeableSays(text)}</p>
      <Button onPress={onPress} disabled={isBusy} keyName="F3">
        {words.takeLess(text)}
      </Button>
    </div>
  );
}

function useTakeLess(task: Task): () => void {
  const till = useTill();
  return () => void task.once(() => till.takeLess());
}

function DeclinedStep({ step, task, cancel, other }: StepProps<"declined">) {
  const words = useWords();
  const format = useFormat();
  const takeLess = useTakeLess(task);
  useKeys({
    level: "screen",
    keys: { Enter: other, Escape: cancel, F3: step.takeable === null ? undefined : takeLess },
  });
  return (
    <div className={styles.choosing}>
      <div className={styles.says}>
        <h2 className={styles.title}>{words.refusedTitle}</h2>
        <p className={styles.card}>{step.masked}</p>
        <ErrorPanel code={step.code} instead={step.takeable === null ? undefined : words.notCharged}>
          {step.triesLeft !== null && (
            <p className={styles.tries}>{words.triesLeft(format.count(step.triesLeft))}</p>
          )}
          {step.takeable !== null && (
            <TakeLess amount={step.takeable} onPress={takeLess} isBusy={task.isBusy} />
          )}
        </ErrorPanel>
      </div>
      <div className={styles.choices}>
        <Button onPress={cancel} disabled={task.isBusy} keyName="Esc">
          {words.tryAgain}
        </Button>
        <PrimaryAction onPress={other} disabled={task.isBusy}>
          {words.otherTender}
        </PrimaryAction>
      </div>
    </div>
  );
}
