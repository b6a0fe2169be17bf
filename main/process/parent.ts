// A child's line to the shell that started it, under Node's fork and in Electron's utility process alike.
import { type Frame, frameSchema } from "#core/contract/wire.ts";
import { makeWire, type Wire } from "./wire.ts";

/** The parts of a process used here; tests pass a plain object. */
export type ProcessLike = Readonly<{
  parentPort?: ParentPortLike | undefined;
  send?: ((message: unknown, sent: (error: Error | null) => void) => boolean) | undefined;
  on(event: "message" | "disconnect", listen: (message: unknown) => void): unknown;
  disconnect?: (() => void) | undefined;
}>;
export type ParentPortLike = Readonly<{
  on(event: "message", listen: (event: { data: unknown }) => void): unknown;
  postMessage(message: unknown): void;
}>;

/**
 * The line to the parent, or undefined where this process was started by hand.
 * It closes when the parent goes. A frame that is not of the protocol ends it: parent and child come from one build,
 * so such a frame is a defect.
 */
export function parentWire(self: ProcessLike): Wire<Frame> | undefined {
  const { parentPort, send } = self;
  if (parentPort !== undefined && parentPort !== null) {
    const ends = makeWire<Frame>(
      (frame) => parentPort.postMessage(frame),
      () => undefined,
    );
    parentPort.on("message", ({ data }) => ends.arrived(frameSchema.parse(data)));
    return ends.wire;
  }
  if (send === undefined) return undefined;
  const ends = makeWire<Frame>(
    // The callback keeps a parent that was killed from crashing its child: the end shows as `disconnect`.
    (frame) => void send.call(self, frame, () => undefined),
    () => self.disconnect?.(),
  );
  self.on("message", (message) => ends.arrived(frameSchema.parse(message)));
  self.on("disconnect", () => ends.ended());
  return ends.wire;
}
