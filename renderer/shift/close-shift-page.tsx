// The close: a list that fills itself, the count, and where it differs a second person. The Z comes after.
import type { InferClientOutputs } from "@orpc/client";
import { useEffect, useState } from "react";
import type { Person } from "#core/contract/till.ts";
import { wireMoney } from "#core/contract/values.ts";
import { type Task, useTask, useTill, useView } from "#renderer/till/desk.tsx";
import { ManagerApproval } from "#renderer/till/manager-approval.tsx";
import type { TillClient } from "#renderer/till/till-store.ts";
import { useWords } from "#renderer/till/words.ts";
import { Button, PrimaryAction } from "#renderer/ui/button.tsx";
import { ErrorPanel } from "#renderer/ui/error-panel.tsx";
import { useFormat } from "#renderer/ui/i18n/language.tsx";
import { useKeys } from "#renderer/ui/keys.tsx";
import { PageFrame } from "#renderer/ui/page-frame.tsx";
import styles from "./close-shift-page.module.css";
import { COUNT_DONE_KEY, CountCash } from "./count-cash.tsx";
import { CountFigures } from "./count-figures.tsx";
import { type Counts, countedSum, isCounted, wireCounts } from "./denominations.ts";
import { useShiftWords } from "./words.ts";

export type ClosedShift = InferClientOutputs<TillClient>["closeShift"];

type CloseShiftPageProps = Readonly<{
  counts: Counts;
  onCounts: (counts: Counts) => void;
  onBack: () => void;
  /** To the sales that were put aside. */
  onParked: () => void;
  onClosed: (closed: ClosedShift) => void;
}>;

/** A manager's consent, kept from their PIN until they have looked. */
type Approval = Readonly<{ managerId: Person["staffId"]; managerPin: string }>;
type Seen = Readonly<{ approval: Approval; figures: InferClientOutputs<TillClient>["lookAtCount"] }>;

export function CloseShiftPage({ counts, onCounts, onBack, onParked, onClosed }: CloseShiftPageProps) {
  const words = useShiftWords();
  const format = useFormat();
  const till = useTill();
  const task = useTask();
  const { currency, people, person } = useView();
  const [isLast, setLast] = useState(false);
  const [wasCounted] = useState(() => isCounted(counts));
  const [isAskingManager, setAskingManager] = useState(false);
  const [seen, setSeen] = useState<Seen | null>(null);
  const counted = wireMoney(countedSum(counts, currency));
  const missing = useMissing(counts);

  const close = async (approval: Partial<Approval>) => {
    if (missing !== null) return;
    const closed = await task.once(() => till.closeShift({ counts: wireCounts(counts), ...approval }));
    if (closed !== null) onClosed(closed);
  };
  const look = async (approval: Approval) => {
    const figures = await task.once(() => till.lookAtCount({ counts: wireCounts(counts), ...approval }));
    if (figures !== null) setSeen({ approval, figures });
  };
  const countAgain = () => {
    task.clear();
    setSeen(null);
    setAskingManager(false);
  };
  useEffect(() => {
    if (task.failure === "MANAGER_REQUIRED") setAskingManager(true);
  }, [task.failure]);

  if (seen !== null) {
    return (
      <ConfirmDifference
        seen={seen}
        managerName={people.find(({ staffId }) => staffId === seen.approval.managerId)?.name ?? ""}
        task={task}
        onClose={() => void close(seen.approval)}
        onCountAgain={countAgain}
      />
    );
  }
  if (isAskingManager) {
    return (
      <PageFrame title={words.closeTitle}>
        <div className={styles.manager}>
          <ManagerApproval
            managers={people.filter(({ role }) => role === "manager")}
            asked={<p className={styles.differs}>{words.differs}</p>}
            failure={task.failure}
            onApprove={(managerId, managerPin) => look({ managerId, managerPin })}
            onCancel={countAgain}
          />
        </div>
      </PageFrame>
    );
  }
  return (
    <PageFrame
      title={words.closeTitle}
      onBack={onBack}
      aside={
        wasCounted ? (
          <p>{words.countedBefore}</p>
        ) : (
          person?.role === "cashier" && <p className={styles.blind}>{words.blind}</p>
        )
      }
      notice={
        task.failure !== null ? (
          <ErrorPanel code={task.failure} onDismiss={task.clear} />
        ) : (
          <p className={styles.missing} role="status">
            {missing}
          </p>
        )
      }
      actions={
        <Button
          look="primary"
          keyName={isLast ? "Enter" : COUNT_DONE_KEY}
          onPress={() => void close({})}
          disabled={task.isBusy || missing !== null}
        >
          {`${words.closeAction} · ${format.money(counted)}`}
        </Button>
      }
    >
      <div className={styles.close}>
        <Steps onParked={onParked} countedText={format.money(counted)} hasCounted={isCounted(counts)} />
        <CountCash
          currency={currency}
          counts={counts}
          onCounts={onCounts}
          onDone={() => void close({})}
          onLast={setLast}
          onBack={onBack}
        />
      </div>
    </PageFrame>
  );
}

/** Why the shift cannot be closed yet, in words; null when it can. */
function useMissing(counts: Counts): string | null {
  const words = useShiftWords();
  const { parked } = useView();
  if (useHasOpenSale()) return words.finishFirst;
  if (parked.length > 0) return words.parkedFirst;
  return isCounted(counts) ? null : words.countFirst;
}

function useHasOpenSale(): boolean {
  const { sale } = useView();
  return sale !== null && sale.stage !== "completed" && sale.lines.length > 0;
}

type ConfirmProps = Readonly<{
  seen: Seen;
  managerName: string;
  task: Task;
  onClose: () => void;
  onCountAgain: () => void;
}>;

/** What the manager signs: the three sums, and then the close or another count. */
function ConfirmDifference({ seen, managerName, task, onClose, onCountAgain }: ConfirmProps) {
  const words = useShiftWords();
  useKeys({ level: "screen", keys: { Enter: onClose, Escape: onCountAgain } });
  return (
    <PageFrame
      title={words.closeTitle}
      aside={<p>{words.seenBy(managerName)}</p>}
      notice={task.failure !== null && <ErrorPanel code={task.failure} onDismiss={task.clear} />}
      actions={
        <>
          <Button onPress={onCountAgain} keyName="Esc">
            {words.countAgain}
          </Button>
          <PrimaryAction onPress={onClose} disabled={task.isBusy}>
            {words.closeAction}
          </PrimaryAction>
        </>
      }
    >
      <CountFigures {...seen.figures} />
    </PageFrame>
  );
}

type StepsProps = Readonly<{
  onParked: () => void;
  countedText: string;
  hasCounted: boolean;
}>;

/** What is done has its figure; what is open says what is missing, and leads there where a person can mend it. */
function Steps({ onParked, countedText, hasCounted }: StepsProps) {
  const words = useShiftWords();
  const till = useWords();
  const format = useFormat();
  const { parked, line, openAttempts } = useView();
  const hasOpenSale = useHasOpenSale();
  const steps = [
    {
      name: hasOpenSale ? words.stepSalesOpen : parked.length > 0 ? words.stepParkedLeft : words.stepSales,
      note: hasOpenSale
        ? words.finishFirst
        : parked.length > 0
          ? words.stepSalesParked(format.count(parked.length))
          : "",
      isDone: !hasOpenSale && parked.length === 0,
      mend:
        !hasOpenSale && parked.length > 0 ? (
          <Button onPress={onParked} keyName="F6">
            {till.parkedTitle}
          </Button>
        ) : undefined,
    },
    {
      name: openAttempts > 0 ? words.stepAttemptsWait : words.stepAttempts,
      note: openAttempts > 0 ? words.stepAttemptsOpen(format.count(openAttempts)) : "",
      isDone: openAttempts === 0,
      mend: undefined,
    },
    {
      name: line.unsynced > 0 ? words.stepSyncWaits : words.stepSync,
      note: line.unsynced > 0 ? words.stepSyncOpen(format.count(line.unsynced)) : "",
      isDone: line.unsynced === 0,
      mend: undefined,
    },
    { name: words.stepCount, note: hasCounted ? countedText : "", isDone: hasCounted, mend: undefined },
    { name: words.stepZ, note: "", isDone: false, mend: undefined },
  ];
  return (
    <ol className={styles.steps}>
      {steps.map(({ name, note, isDone, mend }, index) => (
        <li key={name} className={styles.step} data-done={isDone || undefined}>
          <span className={styles.number} aria-hidden="true">
            {isDone ? "✓" : index + 1}
          </span>
          <span className={styles.name}>
            {name}
            {note !== "" && <span className={styles.note}>{note}</span>}
            {mend}
          </span>
        </li>
      ))}
    </ol>
  );
}
