// What is still to pay, and every tender so far with how it went.
import type { SaleView, TenderView } from "#core/contract/till.ts";
import { Amount } from "#renderer/ui/amount.tsx";
import { Button } from "#renderer/ui/button.tsx";
import { ErrorPanel } from "#renderer/ui/error-panel.tsx";
import { HoldButton } from "#renderer/ui/hold-button.tsx";
import { useFormat } from "#renderer/ui/i18n/language.tsx";
import { type Task, useTill } from "./desk.tsx";
import styles from "./due-side.module.css";
import { useWords } from "./words.ts";

type DueSideProps = Readonly<{ sale: SaleView; task: Task; onBack: (() => void) | undefined }>;

export function DueSide({ sale, task, onBack }: DueSideProps) {
  const words = useWords();
  const format = useFormat();
  const till = useTill();
  return (
    <section className={styles.due} aria-label={words.due}>
      <div className={styles.sum}>
        <h1 className={styles.title}>{words.due}</h1>
        <Amount of={sale.due} size="hero" />
        {sale.tenders.length > 0 && (
          <p className={styles.of}>
            {words.total} <Amount of={sale.totals.gross} size="list" />
          </p>
        )}
      </div>
      <div className={styles.tenders}>
        <h2 className={styles.heading}>{words.paidSoFar}</h2>
        {sale.tenders.length === 0 ? (
          <p className={styles.none}>{words.nothingPaid}</p>
        ) : (
          <TenderList
            tenders={sale.tenders}
            onVoid={(tenderId) => void task.once(() => till.voidTender({ tenderId }))}
          />
        )}
        <h2 className={styles.heading}>{words.ticket}</h2>
        <ul>
          {sale.lines.map((line) => (
            <li key={line.lineId} className={styles.line}>
              <span>{format.local(line.name)}</span>
              <span>{format.count(line.quantity)}</span>
              <Amount of={line.amount} size="small" bare />
            </li>
          ))}
        </ul>
      </div>
      <div className={styles.notice}>
        {task.failure !== null && <ErrorPanel code={task.failure} onDismiss={task.clear} />}
      </div>
      <div className={styles.back}>
        {onBack !== undefined && (
          <Button onPress={onBack} keyName="Esc">
            {words.backToSale}
          </Button>
        )}
      </div>
    </section>
  );
}

type TenderListProps = Readonly<{
  tenders: readonly TenderView[];
  onVoid?: (tenderId: string) => void;
}>;

export function TenderList({ tenders, onVoid }: TenderListProps) {
  const words = useWords();
  const format = useFormat();
  const mark = {
    approved: null,
    asking: words.askingMark,
    declined: words.declinedMark,
    unknown: words.unknownMark,
    voided: words.voidedMark,
  } as const satisfies Record<TenderView["state"], string | null>;
  return (
    <ul className={styles.list}>
      {tenders.map((tender) => (
        <li key={tender.tenderId} className={styles.tender} data-state={tender.state}>
          <div className={styles.what}>
            <strong>{tender.method === "cash" ? words.cash : words.prepaid}</strong>
            {tender.masked !== null && <span className={styles.masked}>{tender.masked}</span>}
            <span className={styles.marks}>
              {mark[tender.state] !== null && <span className={styles.mark}>{mark[tender.state]}</span>}
              {tender.offline && <span className={styles.offline}>{words.offlineMark}</span>}
              {tender.balanceAfter !== null && (
                <span className={styles.left}>{words.leftOnCard(format.money(tender.balanceAfter))}</span>
              )}
            </span>
          </div>
          <Amount of={tender.amount} />
          {onVoid !== undefined && tender.state === "approved" && (
            <HoldButton onHeld={() => onVoid(tender.tenderId)}>{words.takeBack}</HoldButton>
          )}
        </li>
      ))}
    </ul>
  );
}
