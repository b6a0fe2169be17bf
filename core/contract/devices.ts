// What the till and the device host say to one another. The host owns every driver; the till only knows these messages.
import { eventIterator, oc } from "@orpc/contract";
import { z } from "zod";
import { ERRORS, type ErrorCode } from "../errors.ts";
import { ReceiptDocument } from "../receipt/document.ts";
import { type DeviceAddresses, deviceAddressSchema } from "./process.ts";
import { WireInstant } from "./values.ts";

export const DEVICE_KINDS = ["card-reader", "printer", "beacon", "scanner"] as const;
export type DeviceKind = (typeof DEVICE_KINDS)[number];

/** A counter has a handful of devices; more is a mistake in the configuration. */
const DEVICES_MAX = 16;

export const DeviceId = z
  .string()
  .min(1)
  .max(60)
  .regex(/^[\w.-]+$/);

/** `serial:/dev/ttyUSB0?baud=9600`, `tcp://host:port`, or `none`. A beacon receiver is this machine's radio: `radio`. */
export const DeviceAddress = z.union([deviceAddressSchema, z.enum(["none", "radio"])]);
export type DeviceAddress = z.infer<typeof DeviceAddress>;

export const DeviceConfig = z.object({ id: DeviceId, kind: z.enum(DEVICE_KINDS), address: DeviceAddress });
export type DeviceConfig = z.infer<typeof DeviceConfig>;

/** Why a device is not ready, as a word that the screen translates; `code` says what may be tried. */
export const DEVICE_REASONS = [
  // Absent
  "not-found",
  "refused",
  "no-answer",
  "unplugged",
  "not-permitted",
  "no-radio",
  "no-driver",
  // Failed
  "paper-out",
  "cover-open",
  "printer-error",
  "silent",
  "address-invalid",
  "driver-crashed",
] as const;
export type DeviceReason = (typeof DEVICE_REASONS)[number];

const code = z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]);
const trouble = { since: WireInstant, code, reason: z.enum(DEVICE_REASONS) };

export const DeviceState = z.discriminatedUnion("kind", [
  /** Configured as `none`: this till does not have one. */
  z.object({ kind: z.literal("none"), since: WireInstant }),
  z.object({ kind: z.literal("ready"), since: WireInstant }),
  /** Not there. The host keeps looking for it. */
  z.object({ kind: z.literal("absent"), ...trouble }),
  /** There, but it does not do its work. */
  z.object({ kind: z.literal("failed"), ...trouble }),
]);
export type DeviceState = z.infer<typeof DeviceState>;

export const PAPER_STATES = ["ok", "low", "out", "unknown"] as const;
export type PaperState = (typeof PAPER_STATES)[number];

export const DeviceStatus = z.object({
  id: DeviceId,
  kind: z.enum(DEVICE_KINDS),
  state: DeviceState,
  /** Printers only; `unknown` until the printer has answered. */
  paper: z.enum(PAPER_STATES).nullable(),
  /** `pictures`: a printer without Korean, and nothing to draw it with, so that it prints question marks. */
  lacks: z.enum(["pictures"]).nullable(),
});
export type DeviceStatus = z.infer<typeof DeviceStatus>;

/** Why a swipe gave no number. */
export const SWIPE_PROBLEMS = ["bad-lrc", "bad-syntax", "bad-check-digit", "incomplete", "too-long"] as const;
export type SwipeProblem = (typeof SWIPE_PROBLEMS)[number];

export const DeviceEvent = z.discriminatedUnion("kind", [
  /** The state of one device; each is sent once when listening begins, then whenever it changes. */
  z.object({ kind: z.literal("status"), device: DeviceStatus }),
  /**
   * A card was swiped. The number is the only part of a track that leaves the reader's codec, and this is the only
   * message that holds it plainly: whoever receives it wraps it with `masked` at once.
   */
  z.object({
    kind: z.literal("card-swiped"),
    reader: DeviceId,
    cardNumber: z.string().regex(/^\d{8,19}$/),
    /** "3012" is December 2030; null where the track holds none. */
    expiry: z
      .string()
      .regex(/^\d{4}$/)
      .nullable(),
    track: z.literal([1, 2]),
    /** The letter after track 1's start sentinel: `B` is a bank card. Track 2 has none. */
    formatCode: z
      .string()
      .regex(/^[A-Z]$/)
      .nullable(),
    at: WireInstant,
  }),
  /** CARD_UNREADABLE where the swipe was bad, FRAME_INVALID where what came cannot be a card at all. */
  z.object({
    kind: z.literal("card-unreadable"),
    reader: DeviceId,
    code: z.enum(["CARD_UNREADABLE", "FRAME_INVALID"]),
    problem: z.enum(SWIPE_PROBLEMS),
    at: WireInstant,
  }),
  z.object({
    kind: z.literal("scanned"),
    scanner: DeviceId,
    barcode: z.string().min(1).max(128),
    at: WireInstant,
  }),
  z.object({
    kind: z.literal("beacon-heard"),
    receiver: DeviceId,
    code: z.string().min(1).max(128),
    rssiDbm: z.number().int().min(-127).max(20),
    at: WireInstant,
  }),
]);
export type DeviceEvent = z.infer<typeof DeviceEvent>;

const Done = z.object({ done: z.literal(true) });

export const devicesContract = {
  /** Replaces the list of devices: those with the same id, kind and address stay open, the others are closed or opened. */
  configure: oc.input(z.object({ devices: z.array(DeviceConfig).max(DEVICES_MAX) })).output(Done),
  /** The state of every device, then all that happens. A listener that does not keep up is ended with BUSY. */
  events: oc.output(eventIterator(DeviceEvent)),
  status: oc.output(z.object({ devices: z.array(DeviceStatus) })),
  /**
   * Answers when the printer says that all is on paper; where it cannot say, when the wire has taken every byte and it
   * is still well. A drawer kick goes first, so a drawer opens even where paper is out.
   * NOT_FOUND no such printer; DEVICE_ABSENT; DEVICE_FAILED with the reason as detail; TIMED_OUT the printer took no
   * bytes, or came to no end, in time (it may have printed a part); BUSY too many jobs wait.
   */
  print: oc
    .input(z.object({ printer: DeviceId, document: ReceiptDocument, kickDrawer: z.boolean().optional() }))
    .output(Done),
  /** The serial ports that the system lists, for choosing one; empty where it cannot tell. */
  serialPorts: oc.output(
    z.object({
      ports: z.array(z.object({ path: z.string().max(200), maker: z.string().max(200).nullable() })).max(100),
    }),
  ),
  /** As `print`, without paper. */
  openDrawer: oc.input(z.object({ printer: DeviceId })).output(Done),
};

/** The ids of a station's devices: it has one of each kind. */
export const STATION_DEVICE = {
  cardReader: "card-reader",
  printer: "printer",
  scanner: "scanner",
  beacon: "beacon",
} as const;

/** A station's devices by its addresses; those without one are shown as `none`, the beacon looks for the radio. */
export function stationDevices(addresses: DeviceAddresses): readonly DeviceConfig[] {
  return [
    { id: STATION_DEVICE.cardReader, kind: "card-reader", address: addresses.cardReader ?? "none" },
    { id: STATION_DEVICE.printer, kind: "printer", address: addresses.printer ?? "none" },
    { id: STATION_DEVICE.scanner, kind: "scanner", address: addresses.scanner ?? "none" },
    { id: STATION_DEVICE.beacon, kind: "beacon", address: "radio" },
  ];
}
