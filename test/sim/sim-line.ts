// A faulty line between a simulated till and the server: it loses, repeats, holds back and reorders, by one seed.
import { FailureError } from "#core/errors.ts";
import type { AttemptId, TerminalId } from "#core/ids.ts";
import type { ServerLink } from "#main/till/sync/server-link.ts";
import type { Signed, SimServer, SimWorld } from "./sim-server.ts";

export type SimLine = {
  isCut: boolean;
  readonly server: ServerLink;
  /** Lets one request that was held back arrive, long after its sender gave up. */
  deliverLate(): Promise<void>;
};

/** Of 1,000 requests. */
const LOST_THERE = 40;
const LOST_BACK = 40;
const DOUBLED = 40;
const HELD_BACK = 30;
const HELD_MAX = 20;

export function simLine(
  server: SimServer,
  terminalId: TerminalId,
  { clock, random }: Pick<SimWorld, "clock" | "random">,
): SimLine {
  const held: Readonly<{ signed: Signed; request(signed: Signed): Promise<unknown> }>[] = [];
  const happens = (perMille: number) => random() * 1_000 < perMille;
  const noAnswer = (code: "LINE_CUT" | "TIMED_OUT") => new FailureError({ code });

  /** Every request goes through here, so every kind of request meets every kind of fault. */
  const pass = async <T>(request: (signed: Signed) => Promise<T>): Promise<T> => {
    const signed = { at: clock.now(), restores: server.restores() };
    if (line.isCut || happens(LOST_THERE)) throw noAnswer("LINE_CUT");
    if (happens(HELD_BACK) && held.length < HELD_MAX) {
      held.push({ signed, request });
      throw noAnswer("TIMED_OUT");
    }
    if (happens(DOUBLED)) await request(signed);
    const answer = structuredClone(await request(signed));
    if (happens(LOST_BACK)) throw noAnswer("TIMED_OUT");
    return answer;
  };
  const never = () => Promise.reject(new FailureError({ code: "NOT_FOUND" }));
  const line: SimLine = {
    isCut: false,
    server: {
      enrol: never,
      balance: never,
      register: never,
      nudges: never,
      mark: () => pass(() => server.mark(terminalId)),
      sync: (input) => {
        const sent = structuredClone(input);
        return pass((signed) => server.sync(terminalId, sent, signed));
      },
      snapshot: async (since) => {
        const { snapshot, signature } = await pass(() => server.snapshot(terminalId, since));
        return { raw: snapshot, signature };
      },
      authorise: (input) => pass(() => server.authorise(terminalId, input)),
      attempt: ({ attemptId }) => pass(() => server.attempt(terminalId, attemptId as AttemptId)),
      refund: (input) => pass(() => server.refund(terminalId, input)),
    },
    deliverLate: async () => {
      const late = held.splice(Math.floor(random() * held.length), 1)[0];
      if (late === undefined || !server.mayTake(late.signed)) return;
      try {
        await late.request(late.signed);
      } catch (error) {
        // Nobody waits for the answer, and a refusal is one.
        if (!(error instanceof FailureError)) throw error;
      }
    },
  };
  return line;
}
