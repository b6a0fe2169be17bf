// A refund names its receipt: choose what comes back, at most what was not refunded yet. The till decides the tenders.

import type { InferClientOutputs } from "@orpc/client";
import { useEffect, useState } from "react";
import type { Person } from "#core/contract/till.ts";
import { moneyOf, wireMoney } from "#core/contract/values.ts";
import { share, smaller } from "#core/money.ts";
import type { BasketLine } from "#core/sale/basket.ts";
import { totalsOf } from "#core/sale/totals.ts";
import { Amount } from "#renderer/ui/amount.tsx";
import { Button, PrimaryAction } from "#renderer/ui/button.tsx";
import { ErrorPanel } from "#renderer/ui/error-panel.tsx";
import { useFormat } from "#renderer/ui/i18n/language.tsx";
import { Keypad, nextEntry } from "#renderer/ui/keypad.tsx";
import { useKeys } from "#renderer/ui/keys.tsx";
import { Halves, PageFrame } from "#renderer/ui/page-frame.tsx";
import { ReceiptPaper } from "#renderer/ui/receipt-paper.tsx";
import { useTask, useTill, useView } from "./desk.tsx";
import { ManagerApproval } from "./manager-approval.tsx";
import styles from "./refund-page.module.css";
import type { TillClient } from "./till-store.ts";
import { useWords } from "./words.ts";

type Found = InferClientOutputs<TillClient>["receipt"] & Readonly<{ receiptNumber: number }>;

type RefundPageProps = Readonly<{
  onBack: () => void;
  receiptNumber: number | undefined;
  /** Picks among receipts of one number. */
  saleId: string | undefined;
}>;

export function RefundPage({ onBack, receiptNumber, saleId }: RefundPageProps) {
  const till = useTill();
  const task = useTask();
  const [found, setFound] = useState<Found | null>(null);
  const { run } = task;
  const find = async (number: number, ofSale?: string) => {
    const answer = await run(() =>
      till.receipt({ receiptNumber: number, ...(ofSale !== undefined && { saleId: ofSale }) }),
    );
    if (answer !== null) setFound({ ...answer, receiptNumber: number });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked up once, when the page opens with a number
  useEffect(() => {
    if (receiptNumber !== undefined) void find(receiptNumber, saleId);
  }, [receiptNumber, saleId]);

  if (found === null)
    return <FindReceipt onBack={onBack} onFind={find} failure={task.failure} isBusy={task.isBusy} />;
  return (
    <ChooseLines
      found={found}
      onBack={() => (receiptNumber === undefined ? setFound(null) : onBack())}
      onDone={onBack}
    />
  );
}

type FindProps = Readonly<{
  onBack: () => void;
  onFind: (receiptNumber: number) => Promise<void>;
  failure: string | null;
  isBusy: boolean;
}>;

const RECEIPT_DIGITS_MAX = 9;

function FindReceipt({ onBack, onFind, failure, isBusy }: FindProps) {
  const words = useWords();
  const [entry, setEntry] = useState("");
  const onKey = (key: string) => setEntry((before) => nextEntry(before, key, RECEIPT_DIGITS_MAX));
  const find = () => {
    if (entry !== "") void onFind(Number(entry));
  };
  useKeys({
    level: "screen",
    keys: { Escape: onBack, Enter: find, Backspace: () => onKey("Backspace") },
    text: (character) => {
      onKey(character);
      return /\d/.test(character);
    },
  });
  return (
    <PageFrame
      title={words.refundTitle}
      onBack={onBack}
      notice={failure !== null && <ErrorPanel code={failure} />}
      actions={
        <PrimaryAction onPress={find} disabled={entry === "" || isBusy}>
          {words.find}
        </PrimaryAction>
      }
    >
      <div className={styles.find}>
        <output className={styles.number} aria-label={words.refundEnter}>
          {entry === "" ? <span className={styles.hint}>{words.refundEnter}</span> : entry}
        </output>
        <Keypad onKey={onKey} />
      </div>
    </PageFrame>
  );
}

type ChooseProps = Readonly<{ found: Found; onBack: () => void; onDone: () => void }>;
type Back = Readonly<Record<string, number>>;

function ChooseLines({ found, onBack, onDone }: ChooseProps) {
  const words = useWords();
  const format = useFormat();
  const till = useTill();
  const task = useTask();
  const { people } = useView();
  const [back, setBack] = useState<Back>({});
  const [isAskingManager, setAskingManager] = useState(false);
  const [done, setDone] = useState<InferClientOutputs<TillClient>["refund"] | null>(null);
  const lines = Object.entries(back).flatMap(([lineId, quantity]) =>
    quantity > 0 ? [{ lineId, quantity }] : [],
  );
  const amount = refundEstimate(found, back);
  const isOpen = (found.openRefund ?? null) !== null;

  const refund = async (approval: { managerId?: Person["staffId"]; managerPin?: string }) => {
    const answer = await task.once(() =>
      till.refund({ receiptNumber: found.receiptNumber, saleId: found.saleId, lines, ...approval }),
    );
    if (answer === null) return;
    setAskingManager(false);
    setDone(answer);
  };
  useEffect(() => {
    if (task.failure === "MANAGER_REQUIRED") setAskingManager(true);
  }, [task.failure]);
  const start = () => {
    if (lines.length > 0 && !task.isBusy && !isOpen) void refund({});
  };
  useKeys({
    level: "screen",
    keys: { Escape: done === null ? onBack : onDone, Enter: done === null ? start : onDone },
  });

  if (done !== null) {
    return (
      <PageFrame
        title={`${words.refundDone} · ${words.receiptNo(String(done.receiptNumber))}`}
        actions={<PrimaryAction onPress={onDone}>{words.done}</PrimaryAction>}
      >
        <div className={styles.paper}>
          <ReceiptPaper document={done.document} />
        </div>
      </PageFrame>
    );
  }
  return (
    <PageFrame
      title={`${words.refundTitle} · ${words.receiptNo(String(found.receiptNumber))}`}
      onBack={isAskingManager ? undefined : onBack}
      aside={<span className={styles.left}>{words.refundLeft(format.money(found.refundable))}</span>}
      notice={
        !isAskingManager && task.failure !== null ? (
          <ErrorPanel code={task.failure} onDismiss={task.clear} />
        ) : (
          <OpenRefund of={found.openRefund ?? null} />
        )
      }
      actions={
        !isAskingManager && (
          <PrimaryAction onPress={start} disabled={lines.length === 0 || task.isBusy || isOpen}>
            {lines.length === 0 ? words.refund : `${words.refund} ${format.money(wireMoney(amount))}`}
          </PrimaryAction>
        )
      }
    >
      {isAskingManager ? (
        <ManagerApproval
          managers={people.filter(({ role }) => role === "manager")}
          asked={<AskedRefund found={found} back={back} />}
          failure={task.failure}
          onApprove={(managerId, managerPin) => refund({ managerId, managerPin })}
          onCancel={() => {
            task.clear();
            setAskingManager(false);
          }}
        />
      ) : (
        <Halves
          left={
            <>
              <h2 className={styles.which}>{words.refundWhich}</h2>
              <ul className={styles.lines}>
                {found.lines.map((line) => (
                  <RefundLine
                    key={line.lineId}
                    line={line}
                    quantity={back[line.lineId] ?? 0}
                    onQuantity={(quantity) => setBack({ ...back, [line.lineId]: quantity })}
                  />
                ))}
              </ul>
            </>
          }
          right={
            <div className={styles.paper}>
              <ReceiptPaper document={found.document} />
            </div>
          }
        />
      )}
    </PageFrame>
  );
}

/** Nobody gives back twice what a card may have had already. */
export function OpenRefund({ of }: Readonly<{ of: "waiting" | "gone" | null }>) {
  const words = useWords();
  if (of === null) return null;
  return <p className={styles.open}>{of === "gone" ? words.refundGone : words.refundWaiting}</p>;
}

/** What the manager allows: the items that come back, and the sum that is given for them. */
function AskedRefund({ found, back }: Readonly<{ found: Found; back: Back }>) {
  const words = useWords();
  const format = useFormat();
  return (
    <div className={styles.asked}>
      <ul>
        {found.lines
          .filter(({ lineId }) => (back[lineId] ?? 0) > 0)
          .map(({ lineId, name }) => (
            <li key={lineId}>
              {format.local(name)} × {format.count(back[lineId] ?? 0)}
            </li>
          ))}
      </ul>
      <p>{words.refundTotal}</p>
      <Amount of={wireMoney(refundEstimate(found, back))} size="total" />
    </div>
  );
}

type RefundLineProps = Readonly<{
  line: BasketLine;
  quantity: number;
  onQuantity: (quantity: number) => void;
}>;

function RefundLine({ line, quantity, onQuantity }: RefundLineProps) {
  const words = useWords();
  const format = useFormat();
  const name = format.local(line.name);
  return (
    <li className={styles.line} data-chosen={quantity > 0 || undefined}>
      <div className={styles.what}>
        <strong>{name}</strong>
        <span className={styles.of}>
          {format.count(line.quantity)} × <Amount of={line.unitPrice} size="small" bare />
        </span>
      </div>
      <Button
        onPress={() => onQuantity(quantity - 1)}
        disabled={quantity === 0}
        label={`${words.fewer}: ${name}`}
      >
        −
      </Button>
      <output className={styles.quantity} aria-label={`${words.quantity}: ${name}`}>
        {format.count(quantity)}
      </output>
      <Button
        onPress={() => onQuantity(quantity + 1)}
        disabled={quantity === line.quantity}
        label={`${words.more}: ${name}`}
      >
        +
      </Button>
    </li>
  );
}

/** What the chosen lines come to, never more than what is left; the till's own sum is on the refund's receipt. */
function refundEstimate(found: Found, back: Back) {
  const { currency } = moneyOf(found.refundable);
  const part = found.lines.flatMap((line) => {
    const quantity = back[line.lineId] ?? 0;
    if (quantity === 0) return [];
    const rate = { numerator: BigInt(quantity), denominator: BigInt(line.quantity) };
    return [{ ...line, quantity, amount: wireMoney(share(moneyOf(line.amount), rate)) }];
  });
  const gross = moneyOf(totalsOf(part, currency).gross);
  return smaller(gross, moneyOf(found.refundable));
}
