// A page's line to the shell: texts both ways, over a WebSocket (kiosk) or a MessagePort (Electron). See core/contract/wire.ts.
import { CLOSE_CODE, closedMessageSchema, type PageChannel } from "#core/contract/wire.ts";
import { type ErrorCode, FailureError } from "#core/errors.ts";

export type TextLine = Readonly<{
  send(text: string): void;
  onMessage(listen: (text: string) => void): void;
  /** Called once, with why. */
  onClose(listen: (code: ErrorCode) => void): void;
  close(): void;
}>;

/** The shell answers at once or not at all. */
const OPEN_TIMEOUT_MS = 5_000;

/** Opens a channel in whichever shell shows this page. Fails with NOT_READY, PEER_GONE or TIMED_OUT. */
export function openLine(channel: PageChannel): Promise<TextLine> {
  const shell = document.querySelector<HTMLMetaElement>('meta[name="countersign-shell"]')?.content;
  return shell === "electron" ? openPort(channel, window) : openSocket(channel, window.location);
}

function openSocket(channel: PageChannel, { protocol, host }: Location): Promise<TextLine> {
  const socket = new WebSocket(`${protocol === "https:" ? "wss" : "ws"}://${host}/wire?channel=${channel}`);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new FailureError({ code: "TIMED_OUT" }));
      socket.close();
    }, OPEN_TIMEOUT_MS);
    socket.addEventListener("close", ({ code }) => {
      clearTimeout(timer);
      reject(new FailureError({ code: reasonOf(code) }));
    });
    socket.addEventListener("open", () => {
      clearTimeout(timer);
      resolve({
        // What is sent into a line that ended is lost either way; the browser would complain of it as well.
        send: (text) => {
          if (socket.readyState === WebSocket.OPEN) socket.send(text);
        },
        onMessage: (listen) =>
          socket.addEventListener("message", ({ data }) => {
            if (typeof data === "string") listen(data);
          }),
        onClose: (listen) =>
          socket.addEventListener("close", ({ code }) => listen(reasonOf(code)), { once: true }),
        close: () => socket.close(),
      });
    });
  });
}

function openPort(channel: PageChannel, page: Window): Promise<TextLine> {
  const id = crypto.randomUUID();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      page.removeEventListener("message", onAnswer);
      reject(new FailureError({ code: "TIMED_OUT" }));
    }, OPEN_TIMEOUT_MS);
    const onAnswer = ({ data, ports, source }: MessageEvent) => {
      const [port] = ports;
      const isOurs = source === page && data?.kind === "countersign:port" && data.id === id;
      if (!isOurs || port === undefined) return;
      clearTimeout(timer);
      page.removeEventListener("message", onAnswer);
      resolve(lineOfPort(port));
    };
    page.addEventListener("message", onAnswer);
    page.postMessage({ kind: "countersign:open", channel, id }, "/");
  });
}

/** A port as a line: texts are messages, an object says why the line ended. */
export function lineOfPort(port: MessagePort): TextLine {
  port.start();
  return {
    send: (text) => port.postMessage(text),
    onMessage: (listen) =>
      port.addEventListener("message", ({ data }) => {
        if (typeof data === "string") listen(data);
      }),
    onClose: (listen) => {
      const onEnd = ({ data }: MessageEvent) => {
        const closed = closedMessageSchema.safeParse(data);
        if (!closed.success) return;
        port.removeEventListener("message", onEnd);
        port.close();
        listen(reasonOf(closed.data.code));
      };
      port.addEventListener("message", onEnd);
    },
    close: () => port.close(),
  };
}

function reasonOf(closeCode: number): ErrorCode {
  const reason = Object.entries(CLOSE_CODE).find(([, code]) => code === closeCode)?.[0];
  return (reason as keyof typeof CLOSE_CODE | undefined) ?? "PEER_GONE";
}
