// A till that is not enrolled yet, or whose keys the other shell sealed: its screen asks for the one-time code.
import { implement } from "@orpc/server";
import type { TillConfig } from "#core/contract/process.ts";
import { type TillView, tillContract } from "#core/contract/till.ts";
import { wireMoney } from "#core/contract/values.ts";
import type { ErrorCode } from "#core/errors.ts";
import { krw } from "#core/money.ts";
import { isoOf } from "#core/time.ts";
import { makeLatest } from "../till/latest.ts";
import { systemClock } from "./surroundings.ts";

/** Korea's time until the back office names the station's own. */
const UTC_OFFSET_MINUTES = 540;

/**
 * Answers `watch` and `enrol`; everything else is NOT_FOUND until there is a till.
 * @param alarm why it waits, where that is not its first start: KEY_SEALED
 * @param enrol takes the code; fails as an enrolment does
 */
export function waitingRoom(
  config: TillConfig,
  alarm: ErrorCode | null,
  enrol: (code: string) => Promise<void>,
) {
  const os = implement(tillContract);
  const views = makeLatest(
    () => viewOf(config, alarm),
    () => 0,
  );
  return {
    watch: os.watch.handler(({ signal }) => views.watch(signal)),
    enrol: os.enrol.handler(async ({ input }) => {
      await enrol(input.code);
      return { done: true } as const;
    }),
  };
}

function viewOf({ mode, stationName, tillName }: TillConfig, alarm: ErrorCode | null): TillView {
  const now = isoOf(systemClock.now());
  const nothing = wireMoney(krw(0));
  return {
    revision: 0,
    demo: mode === "demo",
    enrolled: false,
    stationName,
    terminalName: tillName,
    terminalId: "",
    currency: "KRW",
    epoch: "",
    now,
    utcOffsetMinutes: UTC_OFFSET_MINUTES,
    person: null,
    people: [],
    shift: null,
    sale: null,
    parked: [],
    line: {
      state: "offline",
      since: now,
      unsynced: 0,
      oldestUnsyncedAt: null,
      lastSyncAt: null,
      offlinePaymentMax: nothing,
      offlineLeft: nothing,
      offlineUsed: nothing,
    },
    devices: [],
    catalogueVersion: 0,
    receiptChoice: "always",
    openAttempts: 0,
    enquiry: null,
    alarm,
  };
}
