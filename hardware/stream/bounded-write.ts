// One write with a limit on its time, for any carrier.
import { err, ok, type Result } from "#core/result.ts";
import type { StreamEnds } from "./byte-stream.ts";

/**
 * @param send hands the bytes to the carrier and calls back when the wire has taken them
 * @param giveUp closes the carrier: after a part of a message nothing sensible can follow
 */
export function boundedWrite(
  ends: StreamEnds,
  timeoutMs: number,
  send: (done: (error?: Error | null) => void) => void,
  giveUp: () => void,
): Promise<Result<true>> {
  if (ends.isEnded()) return Promise.resolve(err({ code: "DEVICE_ABSENT", detail: "closed" }));
  return new Promise((resolve) => {
    const finish = (result: Result<true>) => {
      clearTimeout(timer);
      stopListening();
      resolve(result);
    };
    const timer = setTimeout(() => {
      finish(err({ code: "TIMED_OUT", detail: "the device takes no bytes" }));
      giveUp();
    }, timeoutMs);
    const stopListening = ends.onClose(() =>
      finish(err({ code: "DEVICE_ABSENT", detail: "closed while writing" })),
    );
    send((error) => finish(error ? err({ code: "DEVICE_ABSENT", detail: "the write failed" }) : ok(true)));
  });
}
