// The demo's Devices sheet: whoever has no hardware swipes, scans, pulls plugs and cuts the line here.
// Every press goes over the same wire as the real thing; the till beside it, or under it, stays in use.
import { useState } from "react";
import { type SimulatedDevice, SWIPE_FAULTS, type SwipeFault } from "#core/contract/simulators.ts";
import { useTask, useTillState } from "#renderer/till/desk.tsx";
import { Button } from "#renderer/ui/button.tsx";
import { ChoiceGroup } from "#renderer/ui/choice-group.tsx";
import { DemoRibbon } from "#renderer/ui/demo-ribbon.tsx";
import { ErrorPanel } from "#renderer/ui/error-panel.tsx";
import { kitWords } from "#renderer/ui/i18n/kit-words.ts";
import { useFormat, useMessages } from "#renderer/ui/i18n/language.tsx";
import { useKeys } from "#renderer/ui/keys.tsx";
import { BankAnswers } from "./bank-answers.tsx";
import { CardList } from "./card-list.tsx";
import { DevicePlug } from "./device-plug.tsx";
import styles from "./devices-sheet.module.css";
import { PrintedReceipts } from "./printed-receipts.tsx";
import { useSimulators } from "./simulators-store.ts";
import { devicesWords } from "./words.ts";

const SCANNED_ITEMS_MAX = 6;

export default function DevicesSheet({ onClose }: Readonly<{ onClose: () => void }>) {
  const words = useMessages(devicesWords);
  const kit = useMessages(kitWords);
  const simulators = useSimulators();
  useKeys({ level: "page", keys: { F12: onClose } });
  return (
    <aside className={styles.sheet} aria-label={words.title}>
      <header className={styles.head}>
        <div>
          <h2 className={styles.title}>
            {words.title} <DemoRibbon />
          </h2>
          <p className={styles.says}>{words.says}</p>
        </div>
        <Button look="quiet" small onPress={onClose} keyName="F12">
          {kit.close}
        </Button>
      </header>
      {simulators?.state == null ? (
        <p className={styles.says}>{words.connecting}</p>
      ) : (
        <Sheet {...simulators} state={simulators.state} />
      )}
    </aside>
  );
}

type SheetProps = Readonly<{
  client: NonNullable<ReturnType<typeof useSimulators>>["client"];
  state: NonNullable<NonNullable<ReturnType<typeof useSimulators>>["state"]>;
}>;

function Sheet({ client, state }: SheetProps) {
  const words = useMessages(devicesWords);
  const format = useFormat();
  const task = useTask();
  const { items } = useTillState();
  const [fault, setFault] = useState<SwipeFault>("none");
  const find = <Kind extends SimulatedDevice["kind"]>(kind: Kind) =>
    state.devices.find((device): device is Extract<SimulatedDevice, { kind: Kind }> => device.kind === kind);
  const reader = find("card-reader");
  const scanner = find("scanner");
  const printer = find("printer");
  const isUp = state.line.state === "up";
  const scannable = items.filter(({ barcodes }) => barcodes.length > 0).slice(0, SCANNED_ITEMS_MAX);

  return (
    <>
      {task.failure !== null && <ErrorPanel code={task.failure} onDismiss={task.clear} />}
      <section className={styles.block} aria-label={words.line}>
        <h3>
          {words.line}: <span data-state={isUp ? "up" : "cut"}>{isUp ? words.lineUp : words.lineCut}</span>
        </h3>
        <Button small wide onPress={() => void task.once(() => client.line({ state: isUp ? "cut" : "up" }))}>
          {isUp ? words.cut : words.restore}
        </Button>
      </section>
      {reader !== undefined && (
        <section className={styles.block} aria-label={words.cards}>
          <h3>{words.cards}</h3>
          <p className={styles.says}>{words.cardsSay}</p>
          <ChoiceGroup label={words.how} className={styles.chips}>
            {SWIPE_FAULTS.map((kind) => (
              <Button key={kind} small onPress={() => setFault(kind)} pressed={kind === fault}>
                {words[kind]}
              </Button>
            ))}
          </ChoiceGroup>
          <CardList
            cards={state.cards ?? []}
            onSwipe={(cardNumber) =>
              void task.once(() => client.swipe({ reader: reader.id, cardNumber, fault }))
            }
          />
        </section>
      )}
      {scanner !== undefined && scannable.length > 0 && (
        <section className={styles.block} aria-label={words.scan}>
          <h3>{words.scan}</h3>
          <div className={styles.chips}>
            {scannable.map(({ itemId, name, barcodes }) => (
              <Button
                key={itemId}
                small
                onPress={() =>
                  void task.once(() => client.scan({ scanner: scanner.id, barcode: barcodes[0] ?? "" }))
                }
              >
                {format.local(name)}
              </Button>
            ))}
          </div>
        </section>
      )}
      <section className={styles.block} aria-label={words.devices}>
        <h3>{words.devices}</h3>
        {state.devices.map((device) => (
          <DevicePlug key={device.id} device={device} client={client} task={task} />
        ))}
      </section>
      <BankAnswers behaviour={state.bank} client={client} task={task} />
      {printer !== undefined && <PrintedReceipts printer={printer} client={client} />}
    </>
  );
}
