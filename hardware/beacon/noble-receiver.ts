// This machine's Bluetooth radio, through noble. Most tills have none, and noble throws while it is being loaded
// where there is no Bluetooth socket: that is a normal state here, told as absent with its reason.
import { z } from "zod";
import type { Clock } from "#core/time.ts";
import { absent } from "../stream/byte-stream.ts";
import { CODE_BYTES_MAX, type OpenBeaconReceiver, type ReceiverEvents, TAG_SERVICE } from "./receiver.ts";

/** The part of noble that is used; a test or a virtual radio gives its own. */
export type Radio = Readonly<{
  on(event: string, listener: (value: unknown) => void): unknown;
  removeAllListeners(event?: string): unknown;
  startScanningAsync(services: string[], allowDuplicates: boolean): Promise<void>;
  stopScanningAsync(): Promise<void>;
}>;
export type LoadRadio = () => Promise<Radio>;

/** What is taken of an advertisement. Anyone on the street can send one, so it is decoded like all that comes from outside. */
const advertSchema = z.object({
  rssi: z.number().int().min(-127).max(20),
  advertisement: z.object({
    serviceData: z.array(
      z.object({
        uuid: z.string(),
        data: z.instanceof(Uint8Array).refine(({ length }) => length > 0 && length <= CODE_BYTES_MAX),
      }),
    ),
  }),
});

/** noble is an optional dependency: where it could not be installed the till runs without a receiver. */
async function loadNoble(): Promise<Radio> {
  const loaded: unknown = await import("@abandonware/noble");
  const withDefault = loaded as { default?: Radio };
  return withDefault.default ?? (loaded as Radio);
}

export function nobleReceiver(clock: Clock, load: LoadRadio = loadNoble): OpenBeaconReceiver {
  return (on) => {
    let radio: Radio | undefined;
    let isClosed = false;
    load().then(
      (loaded) => {
        if (isClosed) return;
        radio = loaded;
        scanWith(loaded, clock, on);
      },
      (error: unknown) => {
        if (!isClosed) on.trouble(absent(isMissing(error) ? "no-driver" : "no-radio"));
      },
    );
    return {
      close: () => {
        isClosed = true;
        radio?.removeAllListeners("discover");
        radio?.removeAllListeners("stateChange");
        radio?.stopScanningAsync().catch(() => undefined);
      },
    };
  };
}

const isMissing = (error: unknown) =>
  /MODULE_NOT_FOUND/.test(String((error as { code?: unknown } | undefined)?.code));

function scanWith(radio: Radio, clock: Clock, on: ReceiverEvents): void {
  radio.on("stateChange", (state) => {
    if (state !== "poweredOn") on.trouble(absent(state === "unauthorized" ? "not-permitted" : "no-radio"));
    else radio.startScanningAsync([TAG_SERVICE], true).then(on.ready, () => on.trouble(absent("no-radio")));
  });
  radio.on("discover", (found) => {
    const advert = advertSchema.safeParse(found);
    if (!advert.success) return;
    const tag = advert.data.advertisement.serviceData.find(({ uuid }) => uuid === TAG_SERVICE);
    if (tag === undefined) return;
    on.heard({
      code: Buffer.from(tag.data).toString("hex"),
      rssiDbm: advert.data.rssi,
      at: clock.now(),
    });
  });
}
