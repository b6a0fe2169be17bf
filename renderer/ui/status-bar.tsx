// Always at the foot: the line, what is not synced and for how long, what is limited, and the devices. In words.
import type { ReactNode } from "react";
import type { DeviceView, LineView } from "#core/contract/till.ts";
import { instantOf } from "#core/contract/values.ts";
import { errorText } from "./i18n/error-text.ts";
import { kitWords } from "./i18n/kit-words.ts";
import { useFormat, useLanguage, useMessages } from "./i18n/language.tsx";
import styles from "./status-bar.module.css";

type StatusBarProps = Readonly<{
  line: LineView;
  devices: readonly DeviceView[];
  /** The till's time now, in ms. */
  nowMs: number;
  utcOffsetMinutes: number;
  openAttempts: number;
  /** A condition that stays until it is mended: an error code. */
  alarm: string | null;
  children?: ReactNode;
}>;

export function StatusBar(props: StatusBarProps) {
  const { line, devices, nowMs, utcOffsetMinutes, openAttempts, alarm, children } = props;
  const { language } = useLanguage();
  const words = useMessages(kitWords);
  const format = useFormat();
  const ageOf = (at: string) => format.age(nowMs - instantOf(at));
  const isOnline = line.state === "online";
  const isUnsynced = line.unsynced > 0 && line.oldestUnsyncedAt !== null;
  // A device that this till never had is named where nothing else needs the room.
  const isNothingWrong = isOnline && alarm === null && openAttempts === 0;
  const says = { online: words.online, offline: words.offline, "cash-only": words.cashOnly }[line.state];
  return (
    <section className={styles.bar} data-line={line.state} aria-label={words.statusBar}>
      <span className={styles.line} role="status">
        <span className={styles.mark} data-line={line.state} aria-hidden="true" />
        <strong>{says}</strong>
        {!isOnline && (
          <span className={isUnsynced ? styles.since : undefined}>
            {words.offlineSince(ageOf(line.since))}
          </span>
        )}
      </span>
      <span>
        {isUnsynced && line.oldestUnsyncedAt !== null
          ? words.unsynced(format.count(line.unsynced), ageOf(line.oldestUnsyncedAt))
          : line.lastSyncAt === null
            ? words.neverSynced
            : words.synced(format.time(line.lastSyncAt, utcOffsetMinutes))}
      </span>
      {line.state === "offline" && (
        <span>
          {words.offlineUpTo(format.money(line.offlinePaymentMax))} ·{" "}
          {words.offlineLeft(format.money(line.offlineLeft))}
        </span>
      )}
      {alarm !== null && (
        <strong className={styles.alarm} role="alert">
          {errorText(alarm, language).happened}
        </strong>
      )}
      {openAttempts > 0 && <strong>{words.openAttempts(format.count(openAttempts))}</strong>}
      <span className={styles.devices}>
        {devices
          .filter((device) => device.state !== "none" || isNothingWrong)
          .map((device) => (
            <DeviceMark key={device.id} device={device} />
          ))}
        {children}
      </span>
    </section>
  );
}

const SIGN = { ready: "✓", absent: "–", failed: "!", none: "–" } as const satisfies Record<
  DeviceView["state"],
  string
>;

function DeviceMark({ device }: Readonly<{ device: DeviceView }>) {
  const words = useMessages(kitWords);
  const name = {
    "card-reader": words.reader,
    printer: words.printer,
    drawer: words.drawer,
    scanner: words.scanner,
    beacon: words.beacon,
    display: words.display,
  }[device.kind];
  const state = useDeviceWords(device);
  const isWell = device.state === "ready" && device.reason === null;
  const isQuiet = isWell || device.state === "none";
  return (
    <span
      className={styles.device}
      data-state={isWell ? "ready" : device.state === "ready" ? "absent" : device.state}
    >
      {name} {isQuiet ? <span aria-hidden="true">{SIGN[device.state]}</span> : <strong>{state}</strong>}
      {isQuiet && <span className="visually-hidden">{state}</span>}
    </span>
  );
}

/** The state of a device in words: why it is not well, where that is known. */
export function useDeviceWords({ state, reason }: Pick<DeviceView, "state" | "reason">): string {
  const words = useMessages(kitWords);
  const reasons: Readonly<Record<string, string>> = {
    "paper-out": words.paperOut,
    "paper-low": words.paperLow,
    "paper-near-end": words.paperLow,
    "cover-open": words.coverOpen,
    "no-pictures": words.noPictures,
  };
  const known = reason === null ? undefined : reasons[reason];
  const plain = {
    ready: words.deviceReady,
    absent: words.deviceAbsent,
    failed: words.deviceFailed,
    none: words.deviceNone,
  }[state];
  return known ?? plain;
}
