// A faulty line between a simulated till and the server: it loses, repeats, holds back and reorders, by one seed.
import { FailureError } from "#core/errors.ts";
import type { TerminalId } from "#core/ids.ts";
import type { ServerLink } from "#main/till/sync/server-link.ts";
import type { SmallBackOffice } from "#test/world/small-back-office.ts";

export type SimLine = {
  isCut: boolean;
  readonly server: ServerLink;
  /** Lets one request that was held back arrive, long after its sender gave up. */
  deliverLate(): void;
};

/** Of 1,000 requests. */
const LOST_THERE = 40;
const LOST_BACK = 40;
const DOUBLED = 40;
const HELD_BACK = 30;
const HELD_MAX = 20;

export function simLine(office: SmallBackOffice, terminalId: TerminalId, random: () => number): SimLine {
  const held: (() => void)[] = [];
  const happens = (perMille: number) => random() * 1_000 < perMille;
  const noAnswer = (code: "LINE_CUT" | "TIMED_OUT") => new FailureError({ code });

  /** Every request goes through here, so every kind of request meets every kind of fault. */
  const pass = async <T>(request: () => T): Promise<T> => {
    if (line.isCut || happens(LOST_THERE)) throw noAnswer("LINE_CUT");
    if (happens(HELD_BACK) && held.length < HELD_MAX) {
      held.push(request);
      throw noAnswer("TIMED_OUT");
    }
    if (happens(DOUBLED)) request();
    const answer = structuredClone(request());
    if (happens(LOST_BACK)) throw noAnswer("TIMED_OUT");
    return answer;
  };
  const never = () => Promise.reject(new FailureError({ code: "NOT_FOUND" }));
  const line: SimLine = {
    isCut: false,
    server: {
      enrol: never,
      refund: never,
      balance: never,
      nudges: never,
      mark: () => pass(() => office.mark(terminalId)),
      sync: (input) => {
        const signedAfter = office.restores;
        return pass(() => office.sync(terminalId, structuredClone(input), signedAfter));
      },
      snapshot: async (since) => {
        const { snapshot, signature } = await pass(() => office.snapshot(terminalId, since));
        return { raw: snapshot, signature };
      },
      authorise: (input) => pass(() => office.authorise(terminalId, input)),
      attempt: ({ attemptId }) => pass(() => office.attempt(attemptId as never)),
    },
    deliverLate: () => {
      const request = held.splice(Math.floor(random() * held.length), 1)[0];
      try {
        request?.();
      } catch (error) {
        // Nobody waits for the answer, and a refusal is one.
        if (!(error instanceof FailureError)) throw error;
      }
    },
  };
  return line;
}
