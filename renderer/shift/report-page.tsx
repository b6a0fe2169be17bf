// The X: how the shift stands, as often as one likes. It changes nothing.
import { useEffect, useState } from "react";
import type { ZReport } from "#core/contract/shift-report.ts";
import { useTask, useTill } from "#renderer/till/desk.tsx";
import { PrimaryAction } from "#renderer/ui/button.tsx";
import { ErrorPanel } from "#renderer/ui/error-panel.tsx";
import { kitWords } from "#renderer/ui/i18n/kit-words.ts";
import { useMessages } from "#renderer/ui/i18n/language.tsx";
import { useKeys } from "#renderer/ui/keys.tsx";
import { PageFrame } from "#renderer/ui/page-frame.tsx";
import { ProgressWithCancel } from "#renderer/ui/progress.tsx";
import { ReportFigures } from "./report-figures.tsx";
import { useShiftWords } from "./words.ts";

export function ReportPage({ onBack }: Readonly<{ onBack: () => void }>) {
  const words = useShiftWords();
  const kit = useMessages(kitWords);
  const till = useTill();
  const task = useTask();
  const [report, setReport] = useState<ZReport | null>(null);
  const [isPrinted, setPrinted] = useState(false);
  const { run } = task;
  useEffect(() => {
    void run(() => till.report()).then(setReport);
  }, [run, till]);
  const print = async () => {
    const done = await task.once(() => till.printReport());
    setPrinted(done !== null);
  };
  useKeys({ level: "screen", keys: { Escape: onBack, Enter: () => void print() } });
  return (
    <PageFrame
      title={words.xTitle}
      onBack={onBack}
      aside={<p>{isPrinted ? words.printed : words.xSays}</p>}
      notice={task.failure !== null && <ErrorPanel code={task.failure} onDismiss={task.clear} />}
      actions={
        <PrimaryAction onPress={() => void print()} disabled={report === null || task.isBusy}>
          {words.print}
        </PrimaryAction>
      }
    >
      {report !== null ? (
        <ReportFigures report={report} />
      ) : (
        task.isBusy && <ProgressWithCancel onCancel={onBack}>{kit.working}</ProgressWithCancel>
      )}
    </PageFrame>
  );
}
