// One simulated device: its plug, and for the printer its paper, its cover and its faults.
import {
  PRINTER_FAULTS,
  type PrinterFault,
  type SimulatedDevice,
  type SimulatedPaper,
} from "#core/contract/simulators.ts";
import type { Task } from "#renderer/till/desk.tsx";
import { Button } from "#renderer/ui/button.tsx";
import { ChoiceGroup } from "#renderer/ui/choice-group.tsx";
import { useMessages } from "#renderer/ui/i18n/language.tsx";
import styles from "./device-plug.module.css";
import type { SimulatorsClient } from "./simulators-store.ts";
import { devicesWords } from "./words.ts";

const PAPERS: readonly SimulatedPaper[] = ["ok", "low", "out"];

type DevicePlugProps = Readonly<{ device: SimulatedDevice; client: SimulatorsClient; task: Task }>;

export function DevicePlug({ device, client, task }: DevicePlugProps) {
  const words = useMessages(devicesWords);
  const { id, kind, plugged, connected } = device;
  const toggle = () =>
    void task.once(() => (plugged ? client.unplug({ device: id }) : client.plug({ device: id })));
  const faultWords = {
    none: words.faultNone,
    silent: words.faultSilent,
    "dead-status": words.faultDeadStatus,
  } as const satisfies Record<PrinterFault, string>;
  return (
    <div className={styles.device}>
      <span className={styles.name}>
        {words[kind]}
        <small>{plugged ? (connected ? words.plugged : words.notListening) : words.unplugged}</small>
      </span>
      <Button small onPress={toggle} label={`${words[kind]}: ${plugged ? words.unplug : words.plug}`}>
        {plugged ? words.unplug : words.plug}
      </Button>
      {device.kind === "printer" && (
        <div className={styles.printer}>
          <ChoiceGroup label={words.paper} className={styles.papers}>
            <span>{words.paper}</span>
            {PAPERS.map((state) => (
              <Button
                key={state}
                small
                pressed={device.paper === state}
                onPress={() => void task.once(() => client.paper({ printer: id, state }))}
              >
                {words[state]}
              </Button>
            ))}
          </ChoiceGroup>
          <ChoiceGroup label={words.printerFault} className={styles.papers}>
            <span>{words.printerFault}</span>
            {PRINTER_FAULTS.map((fault) => (
              <Button
                key={fault}
                small
                pressed={device.fault === fault}
                onPress={() => void task.once(() => client.printerFault({ printer: id, fault }))}
              >
                {faultWords[fault]}
              </Button>
            ))}
          </ChoiceGroup>
          <Button
            small
            wide
            onPress={() =>
              void task.once(() =>
                client.cover({ printer: id, state: device.cover === "closed" ? "open" : "closed" }),
              )
            }
          >
            {device.cover === "closed" ? words.openCover : words.closeCover}
          </Button>
        </div>
      )}
    </div>
  );
}
