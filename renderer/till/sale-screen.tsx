// Selling: the ticket on the left, what to sell on the right, the keypad and the tenders under the hand.
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import type { CatalogueItem } from "#core/contract/terminal.ts";
import type { Person } from "#core/contract/till.ts";
import type { BasketLine } from "#core/sale/basket.ts";
import { useFormat } from "#renderer/ui/i18n/language.tsx";
import { useKeys } from "#renderer/ui/keys.tsx";
import { useEntry } from "#renderer/ui/use-entry.ts";
import { useScan } from "#renderer/ui/use-scan.ts";
import { AskedConsent } from "./asked-consent.tsx";
import { changedLine, lineBeside } from "./changed-line.ts";
import { useTask, useTill, useView } from "./desk.tsx";
import { EntryPad } from "./entry-pad.tsx";
import { Items, type ItemTabsHandle } from "./items.tsx";
import { type LineEdit, useLineEdit } from "./line-edit.ts";
import { ManagerApproval } from "./manager-approval.tsx";
import type { Go } from "./pages.ts";
import { ReasonPanel } from "./reason-panel.tsx";
import styles from "./sale-screen.module.css";
import { SearchBox } from "./search-box.tsx";
import { useStartPaying } from "./start-paying.tsx";
import { TenderRow } from "./tender-row.tsx";
import { Ticket } from "./ticket.tsx";
import { useItemSearch } from "./use-item-search.ts";
import { useNotice } from "./use-notice.ts";
import { useWords } from "./words.ts";

const NO_LINES: readonly BasketLine[] = [];
/** A barcode of 13 digits and a digit in hand. */
const ENTRY_DIGITS_MAX = 14;
const QUANTITY_DIGITS_MAX = 3;

export function SaleScreen({ go }: Readonly<{ go: Go }>) {
  const view = useView();
  const words = useWords();
  const format = useFormat();
  const till = useTill();
  const task = useTask();
  useNotice(task);
  const search = useItemSearch(task);
  const tabs = useRef<ItemTabsHandle>(null);
  const entry = useEntry();
  const [isVoiding, setVoiding] = useState(false);
  const lines = view.sale?.lines ?? NO_LINES;
  const [selected, setSelected] = useSelectedLine(lines);
  const line = lines.find(({ lineId }) => lineId === selected) ?? null;
  const edit = useLineEdit({ task, line, entry });
  const pay = useStartPaying(task);

  const takeQuantity = (): number => {
    const digits = entry.take();
    const isQuantity = digits.length <= QUANTITY_DIGITS_MAX && Number(digits) > 0;
    return isQuantity ? Number(digits) : 1;
  };
  const add = (item: CatalogueItem) => {
    const quantity = takeQuantity();
    search.clear();
    void task.run(() => till.addItem({ itemId: item.itemId, quantity }));
  };
  const scan = (barcode: string, quantity = takeQuantity()) => {
    search.clear();
    void task.run(() => till.scan({ barcode, quantity }));
  };
  const type = (text: string) => {
    if (/^\d+$/.test(text)) entry.set((entry.read() + text).slice(0, ENTRY_DIGITS_MAX));
    // Letters can only mean a search, so they begin one.
    else if (text.trim() !== "") search.begin(text);
  };
  const erase = () => entry.set(entry.read().slice(0, -1));
  const primary = () => {
    const code = entry.take();
    if (code !== "") scan(code, 1);
    else if (lines.length > 0) pay.start(null);
  };
  const stepBack = () => {
    if (task.failure !== null) task.clear();
    else if (search.isOpen) search.clear();
    else {
      entry.set("");
      edit.forget();
    }
  };

  const scanning = useScan(type, (barcode, typedOfIt) => {
    // A scanner that stuttered had its first characters taken for typing.
    entry.set(entry.read().slice(0, Math.max(0, entry.read().length - typedOfIt)));
    scan(barcode);
  });
  const isAsking = isVoiding || edit.asking !== null;
  useKeys({
    level: "screen",
    text: (character, atMs) => {
      if (character === "?") return false;
      const act = character === "/" ? () => search.begin("") : edit.byKey.get(character);
      if (act === undefined) scanning.text(character, atMs);
      else {
        scanning.settle();
        act();
      }
      return true;
    },
    enter: scanning.enter,
    keys: {
      Enter: primary,
      Escape: stepBack,
      Backspace: erase,
      Delete: edit.voidLine,
      ArrowUp: () => setSelected(lineBeside(lines, selected, -1)),
      ArrowDown: () => setSelected(lineBeside(lines, selected, 1)),
      ArrowRight: () => tabs.current?.focusFirst(),
      PageDown: () => tabs.current?.step(1),
      PageUp: () => tabs.current?.step(-1),
      F1: lines.length > 0 ? () => pay.start("cash") : undefined,
      F3: lines.length > 0 ? () => pay.start("prepaid") : undefined,
      F5: () => void (lines.length > 0 && task.once(() => till.parkSale())),
    },
  });

  return (
    <div className={styles.sale}>
      <SearchBox search={search} onScan={(code) => scan(code)} onAdd={add} />
      <Ticket
        lines={lines}
        totals={view.sale?.totals ?? null}
        selected={selected}
        onSelect={setSelected}
        failure={isAsking ? null : task.failure}
        onDismiss={task.clear}
        onPark={() => void task.once(() => till.parkSale())}
        onParked={() => go({ name: "parked" })}
        onVoid={() => setVoiding(true)}
      />
      <div className={styles.right}>
        {isVoiding ? (
          <div className={styles.asking}>
            <ReasonPanel
              title={words.whyVoid}
              reasons={words.voidReasons}
              onReason={(reason) => {
                setVoiding(false);
                void task.once(() => till.abandonSale({ reason }));
              }}
              onBack={() => setVoiding(false)}
            />
          </div>
        ) : (
          <Asking
            edit={edit}
            managers={view.people.filter(({ role }) => role === "manager")}
            failure={task.failure}
          >
            <Items ref={tabs} search={search} onAdd={add} />
            <EntryPad
              entry={entry.shown}
              line={line}
              onKey={(key) => (key === "Backspace" ? erase() : type(key))}
              edit={edit}
            />
          </Asking>
        )}
        <TenderRow
          isEmpty={lines.length === 0}
          isBusy={task.isBusy || isAsking}
          totalText={view.sale === null ? null : format.money(view.sale.due)}
          onTender={pay.start}
          onPay={primary}
        />
      </div>
    </div>
  );
}

type AskingProps = Readonly<{
  edit: LineEdit;
  managers: readonly Person[];
  failure: string | null;
  children: ReactNode;
}>;

/** A question about the selected line takes the place of the items, never of the ticket. */
function Asking({ edit, managers, failure, children }: AskingProps) {
  const words = useWords();
  const { asking } = edit;
  if (asking === null) return children;
  return (
    <div className={styles.asking}>
      {asking.kind === "reason" ? (
        <ReasonPanel
          title={words.whyDiscount(asking.percentText)}
          reasons={words.discountReasons}
          onReason={edit.giveReason}
          onBack={edit.cancel}
        />
      ) : (
        <ManagerApproval
          managers={managers}
          asked={<AskedConsent consent={asking.consent} />}
          failure={failure}
          onApprove={edit.approve}
          onCancel={edit.cancel}
        />
      )}
    </div>
  );
}

/** The selected line follows the last change, until a person chooses another. */
function useSelectedLine(lines: readonly BasketLine[]) {
  const [selected, setSelected] = useState<string | null>(null);
  const before = useRef(lines);
  useEffect(() => {
    const changed = changedLine(before.current, lines);
    before.current = lines;
    if (changed !== null) setSelected(changed);
  }, [lines]);
  const known = useMemo(() => lines.some((line) => line.lineId === selected), [lines, selected]);
  return [known ? selected : (lines.at(-1)?.lineId ?? null), setSelected] as const;
}
