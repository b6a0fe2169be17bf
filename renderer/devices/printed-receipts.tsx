// What came out of the simulated printer, decoded back from the bytes it was sent.
import { useEffect, useState } from "react";
import type { PrintedReceipt, SimulatedDevice } from "#core/contract/simulators.ts";
import { useFormat, useMessages } from "#renderer/ui/i18n/language.tsx";
import { Paper } from "#renderer/ui/receipt-paper.tsx";
import styles from "./devices-sheet.module.css";
import type { SimulatorsClient } from "./simulators-store.ts";
import { devicesWords } from "./words.ts";

type PrintedReceiptsProps = Readonly<{
  printer: Extract<SimulatedDevice, { kind: "printer" }>;
  client: SimulatorsClient;
}>;

const SHOWN_MAX = 3;

export function PrintedReceipts({ printer, client }: PrintedReceiptsProps) {
  const words = useMessages(devicesWords);
  const format = useFormat();
  const [receipts, setReceipts] = useState<readonly PrintedReceipt[]>([]);
  const { id, receipts: count, drawerKicks } = printer;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new count means that there is new paper to read
  useEffect(() => {
    let isCurrent = true;
    client.receipts({ printer: id, newest: SHOWN_MAX }).then(
      (answer) => {
        if (isCurrent) setReceipts(answer.receipts);
      },
      // The next piece of paper asks again.
      () => undefined,
    );
    return () => {
      isCurrent = false;
    };
  }, [client, id, count]);
  return (
    <section className={styles.block} aria-label={words.receipts}>
      <h3>{words.receipts}</h3>
      <p className={styles.says}>{words.kicks(format.count(drawerKicks))}</p>
      {receipts.length === 0 && <p className={styles.says}>{words.noReceipts}</p>}
      {receipts.map(({ number, rows }) => (
        <Paper key={number} rows={rows} label={words.printed(format.count(number))} />
      ))}
    </section>
  );
}
