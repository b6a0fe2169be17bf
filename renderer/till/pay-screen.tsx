// Paying: what is due is huge on the left with the tenders so far; on the right the one tender at work.
import { useEffect, useRef, useState } from "react";
import type { SaleView } from "#core/contract/till.ts";
import { moneyOf } from "#core/contract/values.ts";
import { exceeds } from "#core/money.ts";
import { Button } from "#renderer/ui/button.tsx";
import { ChoiceGroup } from "#renderer/ui/choice-group.tsx";
import { useKeys } from "#renderer/ui/keys.tsx";
import { CashTender } from "./cash-tender.tsx";
import { useTask, useTill, useView } from "./desk.tsx";
import { DueSide } from "./due-side.tsx";
import styles from "./pay-screen.module.css";
import { PrepaidAmount } from "./prepaid-amount.tsx";
import { PrepaidAtWork } from "./prepaid-at-work.tsx";
import { type TenderChoice, useChosenTender } from "./start-paying.tsx";
import { useNotice } from "./use-notice.ts";
import { useWords } from "./words.ts";

export function PayScreen({ sale }: Readonly<{ sale: SaleView }>) {
  const words = useWords();
  const till = useTill();
  const { line } = useView();
  const task = useTask();
  useNotice(task);
  const { choice, setChoice } = useChosenTender();
  const tender: TenderChoice = choice ?? "cash";
  const isAtWork = sale.prepaid !== null;
  useDirectPrepaid(sale, task.once);

  const choose = (next: TenderChoice) => {
    task.clear();
    setChoice(next);
  };
  const isBound = sale.tenders.some(
    ({ state }) => state === "approved" || state === "unknown" || state === "asking",
  );
  const back = () => void task.once(() => till.backToBasket());
  useKeys({
    level: "screen",
    keys: isAtWork
      ? {}
      : {
          F1: () => choose("cash"),
          F3: line.state === "cash-only" ? undefined : () => choose("prepaid"),
          Escape: task.failure !== null ? task.clear : isBound ? undefined : back,
        },
  });

  return (
    <div className={styles.pay}>
      <DueSide sale={sale} task={task} onBack={isBound || isAtWork ? undefined : back} />
      <div className={styles.work}>
        {sale.prepaid !== null ? (
          <PrepaidAtWork step={sale.prepaid} task={task} onOther={() => setChoice("cash")} />
        ) : (
          <>
            <ChoiceGroup label={words.tenders} className={styles.choices}>
              <Button look="tender" keyName="F1" pressed={tender === "cash"} onPress={() => choose("cash")}>
                {words.cash}
              </Button>
              <Button
                look="tender"
                keyName="F3"
                pressed={tender === "prepaid"}
                disabled={line.state === "cash-only"}
                onPress={() => choose("prepaid")}
              >
                {words.prepaid}
              </Button>
            </ChoiceGroup>
            {tender === "cash" ? (
              <CashTender key={sale.due.minor} due={sale.due} task={task} />
            ) : (
              <PrepaidAmount key={sale.due.minor} due={sale.due} task={task} />
            )}
          </>
        )}
      </div>
    </div>
  );
}

/** Prepaid pressed on the sale goes straight to the card, unless the limit offline asks for a smaller amount. */
function useDirectPrepaid(sale: SaleView, once: (act: () => Promise<unknown>) => Promise<unknown>): void {
  const till = useTill();
  const { line } = useView();
  const { choice } = useChosenTender();
  const [isAllowed] = useState(
    () =>
      choice === "prepaid" &&
      sale.prepaid === null &&
      sale.tenders.length === 0 &&
      (line.state === "online" || !exceeds(moneyOf(sale.due), moneyOf(line.offlinePaymentMax))),
  );
  const isStarted = useRef(false);
  useEffect(() => {
    if (!isAllowed || isStarted.current) return;
    isStarted.current = true;
    void once(() => till.startPrepaid({ amount: sale.due }));
  }, [isAllowed, once, sale.due, till]);
}
