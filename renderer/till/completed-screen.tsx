// Done: the change or the balance in large, the receipt as it printed or is offered, and the next customer.
import type { SaleView } from "#core/contract/till.ts";
import { Amount } from "#renderer/ui/amount.tsx";
import { Button, PrimaryAction } from "#renderer/ui/button.tsx";
import { ErrorPanel } from "#renderer/ui/error-panel.tsx";
import { useKeys } from "#renderer/ui/keys.tsx";
import { ReceiptPaper } from "#renderer/ui/receipt-paper.tsx";
import { useScan } from "#renderer/ui/use-scan.ts";
import styles from "./completed-screen.module.css";
import { useTask, useTill } from "./desk.tsx";
import { TenderList } from "./due-side.tsx";
import { useNotice } from "./use-notice.ts";
import { useWords } from "./words.ts";

export function CompletedScreen({ sale }: Readonly<{ sale: SaleView }>) {
  const words = useWords();
  const till = useTill();
  const task = useTask();
  useNotice(task);
  const { receiptNumber } = sale;
  const next = () => void task.once(() => till.nextSale());
  const isChoosing = sale.printed === "choosing";
  const print = () => void task.once(() => till.printReceipt());
  const printAgain = () => {
    if (receiptNumber !== null) void task.once(() => till.reprint({ receiptNumber }));
  };
  // The next customer's first item ends this sale as well as any key.
  const scanning = useScan(
    () => undefined,
    (barcode) => void task.run(() => till.scan({ barcode, quantity: 1 })),
  );
  useKeys({
    level: "screen",
    keys: { Enter: next, F9: isChoosing ? print : printAgain },
    enter: scanning.enter,
    text: (character, atMs) => {
      if (character === "?") return false;
      scanning.text(character, atMs);
      return true;
    },
  });
  const hasChange = sale.change.minor !== "0";
  const isOnPaper = sale.printed === "printed" || sale.printed === "printing";
  const printWords = {
    printed: words.printed,
    printing: words.printing,
    failed: words.notPrinted,
    none: words.noPrinter,
    choosing: words.receiptAsked,
  }[sale.printed];
  return (
    <div className={styles.completed}>
      <section className={styles.sum} aria-label={words.paid}>
        <p className={styles.done}>
          <span className={styles.tick} aria-hidden="true">
            ✓
          </span>
          {words.paid}
          {receiptNumber !== null && (
            <span className={styles.receiptNumber}>{words.receiptNo(String(receiptNumber))}</span>
          )}
        </p>
        <h1 className={styles.title}>{hasChange ? words.change : words.total}</h1>
        <Amount of={hasChange ? sale.change : sale.totals.gross} size="hero" />
        <div className={styles.tenders}>
          <TenderList tenders={sale.tenders.filter(({ state }) => state === "approved")} />
          {hasChange && (
            <p className={styles.total}>
              {words.total} <Amount of={sale.totals.gross} />
            </p>
          )}
        </div>
        <p className={styles.print} data-print={sale.printed} role="status">
          {printWords}
        </p>
        {task.failure !== null && <ErrorPanel code={task.failure} onDismiss={task.clear} />}
      </section>
      <div className={styles.right}>
        <div className={styles.paper}>
          {sale.receipt !== null && <ReceiptPaper document={sale.receipt} />}
        </div>
        {isChoosing ? (
          <div className={styles.choice}>
            <Button onPress={print} disabled={task.isBusy} keyName="F9">
              {words.receiptPrint}
            </Button>
            <PrimaryAction onPress={next} disabled={task.isBusy}>
              {words.receiptNone}
            </PrimaryAction>
          </div>
        ) : (
          <div className={styles.actions}>
            <Button onPress={printAgain} disabled={receiptNumber === null || task.isBusy} keyName="F9">
              {words.printAgain}
            </Button>
            <PrimaryAction onPress={next} disabled={task.isBusy}>
              {isOnPaper ? words.nextCustomer : words.nextNoReceipt}
            </PrimaryAction>
          </div>
        )}
      </div>
    </div>
  );
}
