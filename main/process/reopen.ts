// Keeps a channel to another process of the station open across that process's restarts.
import type { ChannelName } from "#core/contract/wire.ts";
import { waitBeforeTry } from "./backoff.ts";
import type { Channels, TextWire } from "./channels.ts";

/** A session that lasted this long was a good one: the next wait is the first again. */
const STEADY_MS = 5_000;

export type Reopening = Readonly<{
  /** The session of this moment; closed while the peer is away. */
  current(): TextWire;
  stop(): void;
}>;

/**
 * Opens a channel, and again with bounded back-off whenever it closes.
 * @param onOpen told of every new session: make a new client on it
 */
export function keepOpen(
  channels: Channels,
  channel: ChannelName,
  onOpen: (session: TextWire) => void,
): Reopening {
  let tries = 0;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const begin = (): TextWire => {
    const session = channels.open(channel);
    const openedAtMs = performance.now();
    session.onClose(() => {
      if (isStopped) return;
      if (performance.now() - openedAtMs > STEADY_MS) tries = 0;
      timer = setTimeout(() => {
        latest = begin();
      }, waitBeforeTry(tries));
      tries += 1;
    });
    onOpen(session);
    return session;
  };
  let latest = begin();

  return {
    current: () => latest,
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
      latest.close();
    },
  };
}
