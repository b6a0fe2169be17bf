// A line between two processes of a station: anything that carries messages both ways and can end.

/** Messages to and from one peer. Closing is final; a peer that comes back is a new wire. */
export type Wire<Message> = Readonly<{
  /** Sends, or does nothing once the wire is closed: the sender learns of it through `onClose`. */
  send(message: Message): void;
  /** Messages that came before the first listener are kept for it. */
  onMessage(listen: (message: Message) => void): void;
  /** Told once; at once when the wire is closed already. */
  onClose(listen: () => void): void;
  close(): void;
  isClosed(): boolean;
}>;

/** How many messages wait for a first listener; one that never listens is a defect, not a reason to fill the memory. */
const WAITING_MAX = 1_000;

/** A wire and the ends that its carrier drives: what arrived, and that it ended. */
export type WireEnds<Message> = Readonly<{
  wire: Wire<Message>;
  arrived(message: Message): void;
  ended(): void;
}>;

/**
 * Builds a wire over a carrier.
 * @param send hands one message to the carrier
 * @param hangUp ends the carrier; called once, and not when the carrier ended by itself
 */
export function makeWire<Message>(send: (message: Message) => void, hangUp: () => void): WireEnds<Message> {
  const messageListeners: ((message: Message) => void)[] = [];
  const closeListeners: (() => void)[] = [];
  let waiting: Message[] = [];
  let closed = false;

  const end = () => {
    closed = true;
    waiting = [];
    for (const listen of closeListeners.splice(0)) listen();
  };
  const wire: Wire<Message> = {
    send: (message) => {
      if (!closed) send(message);
    },
    onMessage: (listen) => {
      messageListeners.push(listen);
      const early = waiting;
      waiting = [];
      for (const message of early) listen(message);
    },
    onClose: (listen) => {
      if (closed) listen();
      else closeListeners.push(listen);
    },
    close: () => {
      if (closed) return;
      hangUp();
      end();
    },
    isClosed: () => closed,
  };
  return {
    wire,
    arrived: (message) => {
      if (closed) return;
      if (messageListeners.length > 0) for (const listen of messageListeners) listen(message);
      else if (waiting.length < WAITING_MAX) waiting.push(message);
      else wire.close();
    },
    ended: () => {
      if (!closed) end();
    },
  };
}

/** Joins two wires: what comes on one goes out on the other, and the end of one ends the other. */
export function join<Message>(one: Wire<Message>, other: Wire<Message>): void {
  one.onMessage((message) => other.send(message));
  other.onMessage((message) => one.send(message));
  one.onClose(() => other.close());
  other.onClose(() => one.close());
}
