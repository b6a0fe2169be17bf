// The line between till and back office as something that can be cut: a TCP proxy on this machine.
import { connect, type Socket } from "node:net";
import type { LineState } from "#core/contract/simulators.ts";
import { LOOPBACK, listenOnLoopback } from "../simulated/listening.ts";

export type LineProxy = Readonly<{
  /** What the till is given as the back office's address. */
  url: string;
  state(): LineState;
  connections(): number;
  /** `cut` resets every connection and refuses new ones; `up` takes them again at the same port. */
  set(state: LineState): Promise<void>;
  close(): Promise<void>;
}>;

/**
 * Opens the proxy. Fails with PORT_TAKEN.
 * @param targetUrl where the line leads
 * @param port 0 takes a free one
 */
export async function openLineProxy(
  targetUrl: string,
  port: number,
  onChange: () => void,
): Promise<LineProxy> {
  const target = new URL(targetUrl);
  const isTls = target.protocol === "https:";
  const targetPort = target.port === "" ? (isTls ? 443 : 80) : Number(target.port);
  const host = target.hostname.replace(/^\[|\]$/g, "");
  const listening = await listenOnLoopback(port, {
    connection: (socket) => relay(socket, connect({ host, port: targetPort })),
    change: onChange,
  });
  return {
    url: `${target.protocol}//${LOOPBACK}:${listening.port()}`,
    state: () => (listening.isOpen() ? "up" : "cut"),
    connections: listening.connections,
    set: (state) => (state === "up" ? listening.putBack() : listening.takeAway()),
    close: listening.takeAway,
  };
}

/** What ends one side ends the other: in order where it ended in order, by a reset where it was lost. */
function relay(near: Socket, far: Socket): void {
  near.setNoDelay(true);
  far.setNoDelay(true);
  near.pipe(far);
  far.pipe(near);
  far.on("error", () => near.resetAndDestroy());
  near.on("error", () => far.resetAndDestroy());
  near.once("close", () => far.destroy());
  far.once("close", () => near.destroySoon());
}
