// What travels between processes, and how a page gets its line to the till.
//
// Between processes: one wire per child (fork IPC or an Electron utility process), always with the shell at the
// other end. Frames of control (`start`, `ready`, `failed`, `stop`) and of channels share it. A channel is named for the
// contract that is spoken on it; every use of it is a session of its own, opened by one side and ended by either,
// so a page that is loaded again or a child that was restarted never hears the answers meant for the one before.
//
// Between a page and the shell: every message is one text of oRPC's standard peer protocol, unchanged on every leg.
//
//   Kiosk (`<meta name="countersign-shell" content="kiosk">`)
//     new WebSocket(`ws://${location.host}/wire?channel=till`), same origin, cookie set by the launch token.
//     One text frame is one oRPC message, so oRPC's WebSocket link is used as it is. The socket is open only once
//     the till's process is; it is closed with one of CLOSE_CODE, after which the page makes a new
//     socket and a new client (wait 250 ms, doubling, at most 5 s).
//
//   Electron (`<meta name="countersign-shell" content="electron">`)
//     1. the page:    window.postMessage({ kind: "countersign:open", channel: "till", id }, "/")   id: any new text
//     2. the preload: makes a MessageChannel, gives one end to the main process, and answers the page with
//                     window.postMessage({ kind: "countersign:port", channel: "till", id }, "/", [port])
//     3. the page:    takes `event.ports[0]` of the answer with its own id, start()s it, and puts oRPC's MessagePort
//                     link on it. A message { kind: "closed", code } on the port (an object, never a text) says that the
//                     line ended, with the codes and the manners of the kiosk; the port is then of no more use.
//
// Channels a page may open: PAGE_CHANNELS. `simulators` exists in the demo only and is refused elsewhere.
// The nonce for styles: document.querySelector('meta[property="csp-nonce"]').nonce, fresh in every response.
import { z } from "zod";
import { ERRORS, type ErrorCode } from "../errors.ts";
import { processConfigSchema, readySchema } from "./process.ts";

/** The contracts spoken between processes, each on a channel of its name. */
export const CHANNELS = ["till", "devices", "simulators", "keys"] as const;
export type ChannelName = (typeof CHANNELS)[number];

/** The channels a page may ask for. */
export const PAGE_CHANNELS = ["till", "simulators"] as const satisfies readonly ChannelName[];
export type PageChannel = (typeof PAGE_CHANNELS)[number];
export const pageChannelSchema = z.enum(PAGE_CHANNELS);

/** One oRPC message; a full catalogue page with pictures left out is far below this. */
export const MESSAGE_CHARS_MAX = 4 * 1_048_576;

/** Why the shell ended a page's line: WebSocket close codes, and the `code` of Electron's `closed` message. */
export const CLOSE_CODE = {
  /** The till's process ended and is being restarted. */
  PEER_GONE: 4001,
  /** The till's process is not up yet. */
  NOT_READY: 4002,
  /** The page sent something that is no message of this protocol. */
  REQUEST_INVALID: 4003,
  /** The page does not read its messages as fast as they come. */
  BUSY: 4004,
} as const satisfies Partial<Record<ErrorCode, number>>;

/** Why a line ended; PEER_GONE where nothing more is known. */
export type LineEnd = keyof typeof CLOSE_CODE;
const lineEndSchema = z.enum(Object.keys(CLOSE_CODE) as [LineEnd, ...LineEnd[]]);

export const closedMessageSchema = z.strictObject({ kind: z.literal("closed"), code: z.number().int() });

/** What a page says to the preload, and the preload to the main process. */
export const openRequestSchema = z.strictObject({
  kind: z.literal("countersign:open"),
  channel: pageChannelSchema,
  id: z.string().min(1).max(64),
});
export type OpenRequest = z.infer<typeof openRequestSchema>;

export const failureSchema = z.strictObject({
  code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
  detail: z.string().max(2_000).optional(),
});

const sessionSchema = z.string().regex(/^[pc]\d{1,15}$/);
const channelSchema = z.enum(CHANNELS);

/** Everything that one process may say to another, decoded on arrival. */
export const frameSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("start"), config: processConfigSchema }),
  z.strictObject({ kind: z.literal("ready"), ready: readySchema }),
  z.strictObject({ kind: z.literal("failed"), failure: failureSchema }),
  z.strictObject({ kind: z.literal("stop") }),
  z.strictObject({ kind: z.literal("open"), channel: channelSchema, session: sessionSchema }),
  z.strictObject({
    kind: z.literal("message"),
    session: sessionSchema,
    text: z.string().max(MESSAGE_CHARS_MAX),
  }),
  z.strictObject({ kind: z.literal("close"), session: sessionSchema, why: lineEndSchema.optional() }),
]);
export type Frame = z.infer<typeof frameSchema>;
