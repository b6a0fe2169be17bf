// What the demo's Devices sheet says to the simulators. Every press here goes over the same wire as the real thing:
// a swipe is bytes to the reader driver, a cut line is a reset connection.
import { eventIterator, oc } from "@orpc/contract";
import { z } from "zod";
import { DeviceId, PAPER_STATES } from "./devices.ts";
import { demoCardSchema, deviceAddressSchema } from "./process.ts";

/** How a swipe may go wrong on its way. */
export const SWIPE_FAULTS = ["none", "noise", "bad-lrc", "fragmented", "two-in-one-chunk", "half"] as const;
export type SwipeFault = (typeof SWIPE_FAULTS)[number];

/** `silent` takes bytes, prints nothing and answers nothing; `dead-status` prints but answers no question. */
export const PRINTER_FAULTS = ["none", "silent", "dead-status"] as const;
export type PrinterFault = (typeof PRINTER_FAULTS)[number];

/** How the sandbox bank answers the files it is sent. */
export const BankBehaviour = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("honest") }),
  /** Rejects the nth payment of each file, counted from 1. */
  z.object({ kind: z.literal("rejectNth"), nth: z.number().int().min(1).max(100_000) }),
  z.object({ kind: z.literal("rejectAll") }),
  /** Takes files and answers nothing. */
  z.object({ kind: z.literal("silent") }),
  /** Answers with a file that breaks its schema. */
  z.object({ kind: z.literal("malformed") }),
  /** Sends every answer twice. */
  z.object({ kind: z.literal("duplicate") }),
]);
export type BankBehaviour = z.infer<typeof BankBehaviour>;

const count = z.number().int().min(0);

export const SimulatedPaper = z.enum(PAPER_STATES).exclude(["unknown"]);
export type SimulatedPaper = z.infer<typeof SimulatedPaper>;

const device = {
  id: DeviceId,
  address: deviceAddressSchema,
  /** An unplugged device refuses connections and has dropped those it had. */
  plugged: z.boolean(),
  /** Whether a driver is connected now. */
  connected: z.boolean(),
};

export const SimulatedDevice = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("card-reader"), ...device, swipes: count }),
  z.object({ kind: z.literal("scanner"), ...device, scans: count }),
  z.object({
    kind: z.literal("printer"),
    ...device,
    paper: SimulatedPaper,
    cover: z.enum(["closed", "open"]),
    fault: z.enum(PRINTER_FAULTS),
    receipts: count,
    drawerKicks: count,
  }),
]);
export type SimulatedDevice = z.infer<typeof SimulatedDevice>;

export const LINE_STATES = ["up", "cut"] as const;
export type LineState = (typeof LINE_STATES)[number];

export const SimulatorsState = z.object({
  devices: z.array(SimulatedDevice),
  line: z.object({ state: z.enum(LINE_STATES), connections: count }),
  bank: BankBehaviour,
  /** The cards of the demo with their passwords, as the shell handed them over; for the Devices sheet alone. */
  cards: z.array(demoCardSchema).max(200).optional(),
});
export type SimulatorsState = z.infer<typeof SimulatorsState>;

/** The most that a printer takes for one picture, drawn out to twice its height, as base64. */
const PICTURE_CHARACTERS_MAX = 44_000;

/** Dots that a printer was sent where it has no characters of its own. */
export const PrintedPicture = z.object({
  /** Where in its row it begins; the text of the row has spaces there. */
  column: count,
  widthDots: count,
  heightDots: count,
  /** Row by row from the top, eight dots a byte, the leftmost in the highest bit; a row begins with a byte of its own. */
  bits: z.base64().max(PICTURE_CHARACTERS_MAX),
});
export type PrintedPicture = z.infer<typeof PrintedPicture>;

/** One piece of paper as the printer cut it. */
export const PrintedReceipt = z.object({
  /** Counted from 1 since the simulator began. */
  number: count,
  rows: z.array(
    z.object({
      text: z.string(),
      bold: z.boolean(),
      tall: z.boolean(),
      pictures: z.array(PrintedPicture).max(100).optional(),
    }),
  ),
  /** False for what has been printed since the last cut. */
  cut: z.boolean(),
});
export type PrintedReceipt = z.infer<typeof PrintedReceipt>;

const Done = z.object({ done: z.literal(true) });
const cardNumber = z.string().regex(/^\d{8,19}$/);

export const simulatorsContract = {
  /** The state now and after every change. */
  watch: oc.output(eventIterator(SimulatorsState)),
  /** DEVICE_ABSENT where the reader is unplugged or no driver listens; the swipe is then lost, as a real one. */
  swipe: oc
    .input(
      z.object({
        reader: DeviceId,
        cardNumber,
        /** "3012"; a card of ours expires at the end of 2030 where none is given. */
        expiry: z
          .string()
          .regex(/^\d{4}$/)
          .optional(),
        fault: z.enum(SWIPE_FAULTS).optional(),
      }),
    )
    .output(Done),
  scan: oc
    .input(
      z.object({
        scanner: DeviceId,
        barcode: z
          .string()
          .min(1)
          .max(60)
          .regex(/^[\x20-\x7e]+$/),
      }),
    )
    .output(Done),
  plug: oc.input(z.object({ device: DeviceId })).output(Done),
  unplug: oc.input(z.object({ device: DeviceId })).output(Done),
  /** The paper that came out of a printer, newest first and all or so many, decoded back from the bytes it was sent. */
  receipts: oc
    .input(z.object({ printer: DeviceId, newest: z.number().int().min(1).max(200).optional() }))
    .output(z.object({ receipts: z.array(PrintedReceipt), drawerKicks: count })),
  paper: oc.input(z.object({ printer: DeviceId, state: SimulatedPaper })).output(Done),
  cover: oc.input(z.object({ printer: DeviceId, state: z.enum(["closed", "open"]) })).output(Done),
  printerFault: oc.input(z.object({ printer: DeviceId, fault: z.enum(PRINTER_FAULTS) })).output(Done),
  /** Cuts or restores the line between till and back office. */
  line: oc.input(z.object({ state: z.enum(LINE_STATES) })).output(Done),
  bank: oc.input(z.object({ behaviour: BankBehaviour })).output(Done),
};
