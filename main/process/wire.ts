// A line between two processes of a station: anything that carries messages both ways and can end.
import type { LineEnd } from "#core/contract/wire.ts";

/** Messages to and from one peer. Closing is final; a peer that comes back is a new wire. */
export type Wire<Message> = Readonly<{
  /** Sends, or does nothing once the wire is closed: the sender learns of it through `onClose`. */
  send(message: Message): void;
  /** Messages that came before the first listener are kept for it. */
  onMessage(listen: (message: Message) => void): void;
  /** Told once, with the reason; at once when the wire is closed already. */
  onClose(listen: (why: LineEnd) => void): void;
  /** Without a reason it is PEER_GONE. */
  close(why?: LineEnd): void;
  isClosed(): boolean;
}>;

/** How many messages wait for a first listener; one that never listens is a defect, not a reason to fill the memory. */
const WAITING_MAX = 1_000;

/** A wire and the ends that its carrier drives: what arrived, and that it ended. */
export type WireEnds<Message> = Readonly<{
  wire: Wire<Message>;
  arrived(message: Message): void;
  ended(why?: LineEnd): void;
}>;

/**
 * Builds a wire over a carrier.
 * @param send hands one message to the carrier
 * @param hangUp ends the carrier, and tells it why; called once, and not when the carrier ended by itself
 */
export function makeWire<Message>(
  send: (message: Message) => void,
  hangUp: (why: LineEnd) => void,
): WireEnds<Message> {
  const messageListeners: ((message: Message) => void)[] = [];
  const closeListeners: ((why: LineEnd) => void)[] = [];
  let waiting: Message[] = [];
  let closed: LineEnd | null = null;

  const end = (why: LineEnd) => {
    closed = why;
    waiting = [];
    for (const listen of closeListeners.splice(0)) listen(why);
  };
  const wire: Wire<Message> = {
    send: (message) => {
      if (closed === null) send(message);
    },
    onMessage: (listen) => {
      messageListeners.push(listen);
      const early = waiting;
      waiting = [];
      for (const message of early) listen(message);
    },
    onClose: (listen) => {
      if (closed !== null) listen(closed);
      else closeListeners.push(listen);
    },
    close: (why = "PEER_GONE") => {
      if (closed !== null) return;
      hangUp(why);
      end(why);
    },
    isClosed: () => closed !== null,
  };
  return {
    wire,
    arrived: (message) => {
      if (closed !== null) return;
      if (messageListeners.length > 0) for (const listen of messageListeners) listen(message);
      else if (waiting.length < WAITING_MAX) waiting.push(message);
      else wire.close();
    },
    ended: (why = "PEER_GONE") => {
      if (closed === null) end(why);
    },
  };
}

/** Joins two wires: what comes on one goes out on the other, and the end of one ends the other. */
export function join<Message>(one: Wire<Message>, other: Wire<Message>): void {
  one.onMessage((message) => other.send(message));
  other.onMessage((message) => one.send(message));
  one.onClose((why) => other.close(why));
  other.onClose((why) => one.close(why));
}
