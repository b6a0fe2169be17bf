// The page's lines to the till in Electron: a port per line, handed over by the preload (core/contract/wire.ts).
import { z } from "zod";
import { CLOSE_CODE, MESSAGE_CHARS_MAX, openRequestSchema, type PageChannel } from "#core/contract/wire.ts";
import type { TextWire } from "../process/channels.ts";
import { isOwnUrl } from "./session-rules.ts";

/** The one message that the preload sends to the main process. */
export const OPEN_MESSAGE = "countersign:open";

/** Open lines of one page: it needs two, and one more of each while it makes new ones. */
const LINES_MAX = 16;

/** The parts of a MessagePortMain used here. */
export type PortLike = Readonly<{
  on(event: "message", listen: (event: { data: unknown }) => void): unknown;
  on(event: "close", listen: () => void): unknown;
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
}>;

/** The parts of an IPC event used here. */
export type OpenEvent = Readonly<{
  senderFrame: Readonly<{ url: string; parent: unknown }> | null;
  ports: readonly PortLike[];
}>;

export type IpcMainLike = Readonly<{
  on(channel: string, listen: (event: OpenEvent, message: unknown) => void): unknown;
}>;

const textSchema = z.string().max(MESSAGE_CHARS_MAX);

/**
 * Serves lines to the app's own main frame, and to nobody else.
 * @param openPage a line to the process behind a channel, or undefined while that is not up
 * @param onRefused told of what was refused, for the log
 */
export function servePageLines(
  ipc: IpcMainLike,
  appOrigin: string,
  openPage: (channel: PageChannel) => TextWire | undefined,
  onRefused: (why: "ORIGIN_REFUSED" | "REQUEST_INVALID" | "BUSY") => void,
): void {
  let open = 0;
  ipc.on(OPEN_MESSAGE, ({ senderFrame, ports }, message) => {
    const [port] = ports;
    const refuse = (why: "ORIGIN_REFUSED" | "REQUEST_INVALID" | "BUSY") => {
      onRefused(why);
      for (const each of ports) each.close();
    };
    if (!isOwnMainFrame(senderFrame, appOrigin)) return refuse("ORIGIN_REFUSED");
    const request = openRequestSchema.safeParse(message);
    if (!request.success || port === undefined || ports.length !== 1) return refuse("REQUEST_INVALID");
    if (open >= LINES_MAX) return refuse("BUSY");
    open += 1;
    joinPort(port, openPage(request.data.channel), () => {
      open -= 1;
    });
  });
}

function isOwnMainFrame(frame: OpenEvent["senderFrame"], appOrigin: string): boolean {
  return frame !== null && frame.parent === null && isOwnUrl(frame.url, appOrigin);
}

function joinPort(port: PortLike, wire: TextWire | undefined, onEnd: () => void): void {
  let hasEnded = false;
  const end = (code: number) => {
    if (hasEnded) return;
    hasEnded = true;
    onEnd();
    wire?.close();
    port.postMessage({ kind: "closed", code });
    port.close();
  };
  port.on("close", () => end(CLOSE_CODE.PEER_GONE));
  port.on("message", ({ data }) => {
    const text = textSchema.safeParse(data);
    if (text.success) wire?.send(text.data);
    else end(CLOSE_CODE.REQUEST_INVALID);
  });
  wire?.onMessage((text) => port.postMessage(text));
  wire?.onClose((why) => end(CLOSE_CODE[why]));
  port.start();
  if (wire === undefined) end(CLOSE_CODE.NOT_READY);
}
