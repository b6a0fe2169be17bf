// The ticket: the lines, the VAT in them, and the total as the largest thing on the screen.
import { useEffect, useRef } from "react";
import type { BasketLine, BasketTotals } from "#core/sale/basket.ts";
import { Amount } from "#renderer/ui/amount.tsx";
import { Button } from "#renderer/ui/button.tsx";
import { ErrorPanel } from "#renderer/ui/error-panel.tsx";
import { HoldButton } from "#renderer/ui/hold-button.tsx";
import { useFormat } from "#renderer/ui/i18n/language.tsx";
import { useView } from "./desk.tsx";
import styles from "./ticket.module.css";
import { useWords } from "./words.ts";

type TicketProps = Readonly<{
  lines: readonly BasketLine[];
  totals: BasketTotals | null;
  selected: string | null;
  onSelect: (lineId: string) => void;
  failure: string | null;
  onDismiss: () => void;
  onPark: () => void;
  onParked: () => void;
  onVoid: () => void;
}>;

export function Ticket(props: TicketProps) {
  const { lines, totals, failure } = props;
  const words = useWords();
  const format = useFormat();
  const { parked } = useView();
  const isEmpty = lines.length === 0;
  return (
    <section className={styles.ticket} aria-label={words.ticket}>
      <header className={styles.head}>
        <h2>{isEmpty ? words.newSale : words.lines(format.count(lines.length))}</h2>
        {parked.length > 0 && (
          <Button look="quiet" onPress={props.onParked} keyName="F6">
            {words.parked(format.count(parked.length))}
          </Button>
        )}
      </header>
      <TicketLines {...props} />
      {failure !== null && (
        <div className={styles.notice}>
          <ErrorPanel code={failure} onDismiss={props.onDismiss} />
        </div>
      )}
      <Totals totals={totals} />
      <div className={styles.actions}>
        <Button onPress={props.onPark} disabled={isEmpty} keyName="F5">
          {words.park}
        </Button>
        <HoldButton onHeld={props.onVoid} disabled={isEmpty}>
          {words.voidSale}
        </HoldButton>
      </div>
    </section>
  );
}

function TicketLines({ lines, selected, onSelect }: TicketProps) {
  const words = useWords();
  const list = useRef<HTMLDivElement>(null);
  const isEmpty = lines.length === 0;
  useEffect(() => {
    const box = list.current;
    if (selected === null || isEmpty || box === null) return;
    const show = () => box.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
    show();
    // A message beneath the list makes it shorter: the line that it speaks of stays in sight.
    const size = new ResizeObserver(show);
    size.observe(box);
    return () => size.disconnect();
  }, [selected, isEmpty]);
  if (isEmpty) return <p className={styles.empty}>{words.emptyTicket}</p>;
  return (
    <div className={styles.lines} role="listbox" aria-label={words.ticket} ref={list} tabIndex={-1}>
      {lines.map((line) => (
        <TicketLine
          key={line.lineId}
          line={line}
          isSelected={line.lineId === selected}
          onSelect={() => onSelect(line.lineId)}
        />
      ))}
    </div>
  );
}

type TicketLineProps = Readonly<{ line: BasketLine; isSelected: boolean; onSelect: () => void }>;

function TicketLine({ line, isSelected, onSelect }: TicketLineProps) {
  const format = useFormat();
  const words = useWords();
  const isPlain = line.quantity === 1 && line.discountBasisPoints === 0;
  return (
    // Arrow keys choose the line from anywhere on the screen, so a line needs no focus of its own.
    // biome-ignore lint/a11y/useKeyWithClickEvents: the arrow keys of the screen do the same
    <div className={styles.line} role="option" aria-selected={isSelected} tabIndex={-1} onClick={onSelect}>
      <span className={styles.name}>{format.local(line.name)}</span>
      <span className={styles.quantity}>{format.count(line.quantity)}</span>
      <Amount of={line.amount} bare />
      {!isPlain && (
        <span className={styles.detail}>
          {words.each} {format.amount(line.unitPrice)}
          {line.discountBasisPoints > 0 && (
            <strong className={styles.off}> −{format.rate(line.discountBasisPoints)}</strong>
          )}
        </span>
      )}
    </div>
  );
}

function Totals({ totals }: Readonly<{ totals: BasketTotals | null }>) {
  const words = useWords();
  const format = useFormat();
  const { currency } = useView();
  const gross = totals?.gross ?? { minor: "0", currency };
  const rates = totals?.vatByRate.filter(({ vat }) => vat.minor !== "0") ?? [];
  const hasDiscount = totals !== null && totals.discount.minor !== "0";
  return (
    <dl className={styles.totals}>
      {hasDiscount && (
        <div className={styles.minor}>
          <dt>{words.discount}</dt>
          <dd>
            −<Amount of={totals.discount} size="small" bare />
          </dd>
        </div>
      )}
      {rates.slice(0, 2).map(({ rateBasisPoints, vat }) => (
        <div key={rateBasisPoints} className={styles.minor}>
          <dt>{words.vatAt(format.rate(rateBasisPoints))}</dt>
          <dd>
            <Amount of={vat} size="small" bare />
          </dd>
        </div>
      ))}
      <div className={styles.total}>
        <dt>{words.total}</dt>
        <dd>
          <Amount of={gross} size="total" />
        </dd>
      </div>
    </dl>
  );
}
