// Several contracts over one wire: each use of a channel is a session, so old answers never reach a new caller.
import type { ChannelName, Frame } from "#core/contract/wire.ts";
import { makeWire, type Wire, type WireEnds } from "./wire.ts";

/** Open sessions of one wire. A station has a handful; a peer that opens more is stopped here. */
const SESSIONS_MAX = 64;

/** A wire of oRPC messages: text both ways. */
export type TextWire = Wire<string>;

export type Channels = Readonly<{
  /** Opens a session. It closes when the peer serves no such channel. */
  open(channel: ChannelName): TextWire;
  /** Serves a channel: told of each session that the peer opens. */
  accept(channel: ChannelName, onOpen: (session: TextWire) => void): void;
}>;

/**
 * Divides a wire into channels. One per wire, as it listens to it.
 * @param side which end this is, so that the two ends never choose the same name for a session
 */
export function channelsOver(wire: Wire<Frame>, side: "parent" | "child"): Channels {
  const sessions = new Map<string, WireEnds<string>>();
  const served = new Map<ChannelName, (session: TextWire) => void>();
  let count = 0;

  const begin = (session: string): TextWire => {
    const ends = makeWire<string>(
      (text) => wire.send({ kind: "message", session, text }),
      (why) => {
        sessions.delete(session);
        wire.send({ kind: "close", session, why });
      },
    );
    sessions.set(session, ends);
    return ends.wire;
  };

  wire.onMessage((frame) => {
    if (frame.kind === "message") sessions.get(frame.session)?.arrived(frame.text);
    else if (frame.kind === "close") {
      const ends = sessions.get(frame.session);
      sessions.delete(frame.session);
      ends?.ended(frame.why);
    } else if (frame.kind === "open") {
      const onOpen = served.get(frame.channel);
      const isRefused = onOpen === undefined || sessions.size >= SESSIONS_MAX || sessions.has(frame.session);
      if (isRefused) wire.send({ kind: "close", session: frame.session });
      else onOpen(begin(frame.session));
    }
  });
  wire.onClose(() => {
    for (const ends of sessions.values()) ends.ended();
    sessions.clear();
  });

  return {
    open: (channel) => {
      count += 1;
      const session = `${side === "parent" ? "p" : "c"}${count}`;
      const text = begin(session);
      if (wire.isClosed()) text.close();
      else wire.send({ kind: "open", channel, session });
      return text;
    },
    accept: (channel, onOpen) => void served.set(channel, onOpen),
  };
}
