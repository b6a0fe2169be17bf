// Reads a stream of server-sent events (WHATWG HTML §9.2) as far as the nudges need it: bounded, and silent is dead.
import { Nudge } from "#core/contract/terminal.ts";
import { FailureError } from "#core/errors.ts";
import { readerUntil } from "./request-limit.ts";

/** A nudge is some 80 bytes. */
const EVENT_CHARS_MAX = 16_384;

/**
 * Yields each nudge. Ends when the stream or the signal does; fails with TIMED_OUT after `silenceMs` without a byte
 * (a line that was cut without a word), with LINE_CUT when it breaks or an event is too long.
 */
export async function* nudgesOf(
  stream: ReadableStream<Uint8Array>,
  silenceMs: number,
  signal: AbortSignal,
): AsyncGenerator<Nudge> {
  const { read, end } = readerUntil(stream, signal);
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const part = await withinSilence(read(), silenceMs);
      if (part.done) return;
      rest += decoder.decode(part.value, { stream: true }).replaceAll("\r", "");
      const events = rest.split("\n\n");
      rest = events.pop() ?? "";
      if (rest.length > EVENT_CHARS_MAX) throw new FailureError({ code: "LINE_CUT", detail: "a long event" });
      for (const event of events) {
        const nudge = nudgeOf(event);
        if (nudge !== undefined) yield nudge;
      }
    }
  } finally {
    end();
  }
}

/** Undefined for comments (keep-alive), other events, and data that is no nudge. */
function nudgeOf(event: string): Nudge | undefined {
  const lines = event.split("\n");
  const name =
    lines
      .find((line) => line.startsWith("event:"))
      ?.slice(6)
      .trim() ?? "message";
  if (name !== "message") return undefined;
  const data = lines.filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trim());
  try {
    const parsed = Nudge.safeParse(JSON.parse(data.join("\n")));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

async function withinSilence<T>(reading: Promise<T>, silenceMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new FailureError({ code: "TIMED_OUT", detail: "silence" })), silenceMs);
  });
  try {
    return await Promise.race([reading, silence]);
  } catch (error) {
    throw error instanceof FailureError ? error : new FailureError({ code: "LINE_CUT" });
  } finally {
    clearTimeout(timer);
  }
}
