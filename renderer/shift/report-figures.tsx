// The figures of an X or a Z in blocks that are read one by one.
import type { ReactNode } from "react";
import type { ZReport } from "#core/contract/shift-report.ts";
import type { WireMoney } from "#core/contract/values.ts";
import { useCategoryName } from "#renderer/till/category-name.ts";
import { useView } from "#renderer/till/desk.tsx";
import { Amount } from "#renderer/ui/amount.tsx";
import { useFormat } from "#renderer/ui/i18n/language.tsx";
import styles from "./report-figures.module.css";
import { useShiftWords } from "./words.ts";

export function ReportFigures({ report }: Readonly<{ report: ZReport }>) {
  const words = useShiftWords();
  const format = useFormat();
  const { utcOffsetMinutes } = useView();
  const nameOf = useCategoryName();
  const { sales, receipts, cash } = report;
  const isHidden = cash === null;
  return (
    <div className={styles.report}>
      <p className={styles.opened}>
        {words.opened(format.dateTime(report.openedAt, utcOffsetMinutes), report.openedBy)}
      </p>
      <div className={styles.blocks}>
        <Block title={words.sales}>
          <Sum name={words.gross} of={sales.gross} />
          <Sum name={words.discounts} of={sales.discount} />
          <Sum name={words.refunds} of={sales.refunds} />
          <Sum name={words.net} of={sales.net} isStrong />
          <Row name={words.receipts} value={format.count(receipts.count)} />
          {receipts.first !== null && receipts.last !== null && (
            <Row name={words.receiptRange} value={`${receipts.first} – ${receipts.last}`} />
          )}
          <Row name={words.lineVoids} value={format.count(sales.lineVoids)} />
          <Row name={words.drawerOpens} value={format.count(sales.noSaleOpens)} />
          <Row name={words.reprints} value={format.count(sales.reprints)} />
        </Block>
        <Block title={words.tenders}>
          {isHidden && <p className={styles.hidden}>{words.hidden}</p>}
          {report.tenders.map(({ method, route, count, sales: sum, refunds }) => (
            <div key={`${method} ${route}`} className={styles.group}>
              <Sum
                name={`${method === "cash" ? words.cash : `${words.prepaid} ${words[route]}`} · ${format.count(count)}`}
                of={sum}
              />
              {refunds.minor !== "0" && <Sum name={words.refunds} of={refunds} />}
            </div>
          ))}
        </Block>
        <Block title={words.drawer}>
          {cash === null ? (
            <p className={styles.hidden}>{words.hidden}</p>
          ) : (
            <>
              <Sum name={words.float} of={cash.float} />
              <Sum name={words.drawerSales} of={cash.sales} />
              <Sum name={words.drawerRefunds} of={cash.refunds} />
              <Sum name={words.paidInSum} of={cash.paidIn} />
              <Sum name={words.paidOutSum} of={cash.paidOut} />
              <Sum name={words.dropsSum} of={cash.drops} />
              <Sum name={words.expected} of={cash.expected} isStrong />
            </>
          )}
        </Block>
        <Block title={words.categories}>
          {isHidden && <p className={styles.hidden}>{words.hidden}</p>}
          {report.categories.map(({ category, quantity, gross }) => (
            <Sum key={category} name={`${nameOf(category)} · ${format.count(quantity)}`} of={gross} />
          ))}
        </Block>
        <Block title={words.vat}>
          {isHidden && <p className={styles.hidden}>{words.hidden}</p>}
          {report.vat.map(({ rateBasisPoints, vat }) => (
            <Sum key={rateBasisPoints} name={format.rate(rateBasisPoints)} of={vat} />
          ))}
        </Block>
        <Block title={words.chain}>
          <Sum name={words.perpetual} of={report.perpetualGross} />
          <Row name={words.unsynced} value={format.count(report.sync.unsynced)} />
          <p className={styles.hash}>{report.headHash}</p>
        </Block>
      </div>
    </div>
  );
}

function Block({ title, children }: Readonly<{ title: string; children: ReactNode }>) {
  return (
    <section className={styles.block} aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

type SumProps = Readonly<{
  name: string;
  /** Null where it is hidden from who looks: the row is left out. */
  of: WireMoney | null;
  isStrong?: boolean;
}>;

function Sum({ name, of, isStrong = false }: SumProps) {
  if (of === null) return null;
  return (
    <p className={styles.row} data-strong={isStrong || undefined}>
      <span>{name}</span>
      <Amount of={of} size={isStrong ? "list" : "small"} bare />
    </p>
  );
}

function Row({ name, value }: Readonly<{ name: string; value: string }>) {
  return (
    <p className={styles.row}>
      <span>{name}</span>
      <span>{value}</span>
    </p>
  );
}
