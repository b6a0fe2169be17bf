// The close: a list that fills itself, the count, and where it differs a second person. The Z comes after.
import type { InferClientOutputs } from "@orpc/client";
import { useState } from "react";
import type { Person } from "#core/contract/till.ts";
import { wireMoney } from "#core/contract/values.ts";
import { useTask, useTill, useView } from "#renderer/till/desk.tsx";
import { ManagerApproval } from "#renderer/till/manager-approval.tsx";
import type { TillClient } from "#renderer/till/till-store.ts";
import { useWords } from "#renderer/till/words.ts";
import { Button } from "#renderer/ui/button.tsx";
import { ErrorPanel } from "#renderer/ui/error-panel.tsx";
import { useFormat } from "#renderer/ui/i18n/language.tsx";
import { PageFrame } from "#renderer/ui/page-frame.tsx";
import styles from "./close-shift-page.module.css";
import { CountCash } from "./count-cash.tsx";
import { type Counts, countedSum, wireCounts } from "./denominations.ts";
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

export function CloseShiftPage({ counts, onCounts, onBack, onParked, onClosed }: CloseShiftPageProps) {
  const words = useShiftWords();
  const format = useFormat();
  const till = useTill();
  const task = useTask();
  const { currency, people, person, sale } = useView();
  const [isLast, setLast] = useState(false);
  const [wasCounted] = useState(() => Object.values(counts).some((pieces) => pieces !== ""));
  const counted = wireMoney(countedSum(counts, currency));
  const needsManager = task.failure === "MANAGER_REQUIRED" || task.failure === "SIGN_IN_REFUSED";
  const hasOpenSale = sale !== null && sale.stage !== "completed" && sale.lines.length > 0;

  const close = async (approval: { managerId?: Person["staffId"]; managerPin?: string }) => {
    if (hasOpenSale) return task.refuse("SALE_PAYING");
    const closed = await task.once(() => till.closeShift({ counts: wireCounts(counts), ...approval }));
    if (closed !== null) onClosed(closed);
  };

  if (needsManager) {
    return (
      <PageFrame title={words.closeTitle} aside={<p>{words.differs}</p>}>
        <div className={styles.manager}>
          <ManagerApproval
            managers={people.filter(({ role }) => role === "manager")}
            failure={task.failure}
            onApprove={(managerId, managerPin) => close({ managerId, managerPin })}
            onCancel={task.clear}
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
      notice={task.failure !== null && <ErrorPanel code={task.failure} onDismiss={task.clear} />}
      actions={
        <Button
          look="primary"
          keyName={isLast ? "Enter" : undefined}
          onPress={() => void close({})}
          disabled={task.isBusy || hasOpenSale}
        >
          {`${words.closeAction} · ${format.money(counted)}`}
        </Button>
      }
    >
      <div className={styles.close}>
        <Steps
          hasOpenSale={hasOpenSale}
          onParked={onParked}
          countedText={format.money(counted)}
          hasCounted={counted.minor !== "0"}
        />
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

type StepsProps = Readonly<{
  hasOpenSale: boolean;
  onParked: () => void;
  countedText: string;
  hasCounted: boolean;
}>;

/** What is done has its figure; what is open says what is missing, and leads there where a person can mend it. */
function Steps({ hasOpenSale, onParked, countedText, hasCounted }: StepsProps) {
  const words = useShiftWords();
  const till = useWords();
  const format = useFormat();
  const { parked, line, openAttempts } = useView();
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
