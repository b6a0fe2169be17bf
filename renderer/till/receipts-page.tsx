// Receipts of this till: search by number or amount, look, print again, refund.

import type { InferClientOutputs } from "@orpc/client";
import { useEffect, useState } from "react";
import { Amount } from "#renderer/ui/amount.tsx";
import { Button, PrimaryAction } from "#renderer/ui/button.tsx";
import { ErrorPanel } from "#renderer/ui/error-panel.tsx";
import { useFormat } from "#renderer/ui/i18n/language.tsx";
import { useKeys } from "#renderer/ui/keys.tsx";
import { Halves, PageFrame } from "#renderer/ui/page-frame.tsx";
import { ReceiptPaper } from "#renderer/ui/receipt-paper.tsx";
import { useTask, useTill, useView } from "./desk.tsx";
import type { Go } from "./pages.ts";
import styles from "./receipts-page.module.css";
import type { TillClient } from "./till-store.ts";
import { useWords } from "./words.ts";

type Listed = InferClientOutputs<TillClient>["receipts"];
type Row = Listed["rows"][number];
/** As many as the till sends at a time. */
const ROWS_A_PAGE = 20;

/** A receipt number alone may name two receipts once a till has been restored. */
const keyOf = ({ receiptNumber, saleId }: Row) => ({ receiptNumber, saleId });
/** A refund bears the sale of what it refunds, and a number of its own. */
const isSame = (row: Row, other: Row | null) =>
  other !== null && row.saleId === other.saleId && row.receiptNumber === other.receiptNumber;

type Shown = InferClientOutputs<TillClient>["receipt"];

export function ReceiptsPage({ onBack, go }: Readonly<{ onBack: () => void; go: Go }>) {
  const words = useWords();
  const till = useTill();
  const task = useTask();
  const [query, setQuery] = useState("");
  const [page, setPage] = useState(0);
  const [listed, setListed] = useState<Listed | null>(null);
  const [chosen, setChosen] = useState<Row | null>(null);
  const [shown, setShown] = useState<Shown | null>(null);
  const { run } = task;

  useEffect(() => {
    let isCurrent = true;
    void run(() => till.receipts({ query, page })).then((answer) => {
      if (!isCurrent || answer === null) return;
      setListed(answer);
      setChosen(answer.rows[0] ?? null);
    });
    return () => {
      isCurrent = false;
    };
  }, [query, page, till, run]);

  useEffect(() => {
    let isCurrent = true;
    setShown(null);
    if (chosen === null) return;
    void run(() => till.receipt(keyOf(chosen))).then((answer) => {
      if (isCurrent) setShown(answer);
    });
    return () => {
      isCurrent = false;
    };
  }, [chosen, till, run]);

  const rows = listed?.rows ?? [];
  const step = (by: number) => {
    const at = rows.findIndex((row) => isSame(row, chosen)) + by;
    const row = rows[Math.min(Math.max(at, 0), rows.length - 1)];
    if (row !== undefined) setChosen(row);
  };
  const search = (text: string) => {
    setQuery(text);
    setPage(0);
  };
  const printAgain = () => {
    if (chosen !== null) void task.once(() => till.reprint(keyOf(chosen)));
  };
  const refund = () => {
    if (chosen !== null) go({ name: "refund", ...keyOf(chosen) });
  };
  const isRefundable = shown !== null && shown.refundable.minor !== "0";
  useKeys({
    level: "screen",
    keys: {
      Escape: onBack,
      ArrowDown: () => step(1),
      ArrowUp: () => step(-1),
      F9: printAgain,
      Enter: isRefundable ? refund : undefined,
      Backspace: () => search(query.slice(0, -1)),
    },
    text: (character) => {
      if (!/\d/.test(character)) return false;
      search(query + character);
      return true;
    },
  });

  return (
    <PageFrame
      title={words.receipts}
      onBack={onBack}
      aside={
        <input
          className={styles.search}
          type="search"
          inputMode="numeric"
          maxLength={60}
          aria-label={words.receiptSearch}
          placeholder={words.receiptSearch}
          value={query}
          onChange={(event) => search(event.currentTarget.value)}
        />
      }
      notice={task.failure !== null && <ErrorPanel code={task.failure} onDismiss={task.clear} />}
      actions={
        <>
          <Button onPress={printAgain} disabled={shown === null || task.isBusy} keyName="F9">
            {words.printAgain}
          </Button>
          <PrimaryAction onPress={refund} disabled={!isRefundable}>
            {words.refund}
          </PrimaryAction>
        </>
      }
    >
      <Halves
        left={<Rows listed={listed} chosen={chosen} onChoose={setChosen} page={page} onPage={setPage} />}
        right={
          <div className={styles.paper}>{shown !== null && <ReceiptPaper document={shown.document} />}</div>
        }
      />
    </PageFrame>
  );
}

type RowsProps = Readonly<{
  listed: Listed | null;
  chosen: Row | null;
  onChoose: (row: Row) => void;
  page: number;
  onPage: (page: number) => void;
}>;

function Rows({ listed, chosen, onChoose, page, onPage }: RowsProps) {
  const words = useWords();
  if (listed === null) return null;
  if (listed.rows.length === 0) return <p className={styles.none}>{words.noReceipts}</p>;
  const isLast = page * ROWS_A_PAGE + listed.rows.length >= listed.total;
  return (
    <>
      <ul className={styles.rows} aria-label={words.receipts}>
        {listed.rows.map((row) => (
          <li key={`${row.saleId} ${row.receiptNumber}`}>
            <ReceiptRow row={row} isChosen={isSame(row, chosen)} onChoose={() => onChoose(row)} />
          </li>
        ))}
      </ul>
      {(page > 0 || !isLast) && (
        <div className={styles.paging}>
          <Button onPress={() => onPage(page - 1)} disabled={page === 0}>
            {words.previous}
          </Button>
          <Button onPress={() => onPage(page + 1)} disabled={isLast}>
            {words.next}
          </Button>
        </div>
      )}
    </>
  );
}

function ReceiptRow({
  row,
  isChosen,
  onChoose,
}: Readonly<{ row: Row; isChosen: boolean; onChoose: () => void }>) {
  const words = useWords();
  const format = useFormat();
  const { utcOffsetMinutes } = useView();
  return (
    <button type="button" className={styles.row} aria-pressed={isChosen} onClick={onChoose}>
      <span className={styles.number}>
        {row.receiptNumber}
        {row.kind === "refund" && <span className={styles.kind}>{words.refundKind}</span>}
        {row.refunded.minor !== "0" && (
          <span className={styles.kind}>
            {row.refunded.minor === row.total.minor
              ? words.fullyRefunded
              : words.refundedMark(format.money(row.refunded))}
          </span>
        )}
      </span>
      <span className={styles.at}>
        {format.dateTime(row.at, utcOffsetMinutes)} ·{" "}
        {row.synced ? words.synced : <strong className={styles.waits}>{words.notSynced}</strong>}
      </span>
      <Amount of={row.total} />
    </button>
  );
}
