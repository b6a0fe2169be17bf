// The port of a beacon receiver: which codes are heard, how strongly and when. Who they belong to, only the server knows.
import type { Instant } from "#core/time.ts";
import type { Trouble } from "../stream/byte-stream.ts";

/** The service under which a tag broadcasts its code as service data. */
export const TAG_SERVICE = "c0de7a6b5167436e9d0f2e8b4a1c7d30";

/** A code is at most what fits in one advertisement beside the service's id. */
export const CODE_BYTES_MAX = 24;

export type HeardBeacon = Readonly<{
  /** The broadcast bytes in hexadecimal. */
  code: string;
  rssiDbm: number;
  at: Instant;
}>;

export type ReceiverEvents = Readonly<{
  ready(): void;
  trouble(trouble: Trouble): void;
  heard(beacon: HeardBeacon): void;
}>;

export type BeaconReceiver = Readonly<{ close(): void }>;

/** Opens a receiver. Never throws: a machine without a radio is one whose receiver is absent. */
export type OpenBeaconReceiver = (on: ReceiverEvents) => BeaconReceiver;
