// A cashier's hands and eyes at one till: presses through the till's contract, and reads the view it shows.
import type { TillView, tillContract } from "#core/contract/till.ts";
import { FailureError } from "#core/errors.ts";
import { clientOf } from "#main/process/rpc.ts";
import type { StationProcess } from "./station-process.ts";

export type TillClient = ReturnType<typeof clientOf<typeof tillContract>>;

const SEEN_MS_MAX = 25_000;

export type TillDriver = Readonly<{
  /** The buttons of the till that runs now. Calls fail with PEER_GONE when it ends. */
  press(): TillClient;
  view(): TillView;
  /** Waits for the view to show something. PEER_GONE where the till ends meanwhile; throws after 25 s. */
  until<T>(look: (view: TillView) => T | undefined, what: string, msMax?: number): Promise<T>;
  /** Waits for the till to run, and looks at it anew. */
  attach(): Promise<void>;
}>;

type Waiter = Readonly<{ look(): void; lost(): void }>;

export function driveTill(process: StationProcess<"till">): TillDriver {
  let client: TillClient | undefined;
  let view: TillView | undefined;
  const waiters = new Set<Waiter>();

  const lose = (of: TillClient) => {
    if (client !== of) return;
    client = undefined;
    view = undefined;
    for (const waiter of [...waiters]) waiter.lost();
  };
  const watch = async (of: TillClient) => {
    try {
      for await (const next of await of.watch()) {
        if (client !== of) return;
        view = next;
        for (const waiter of [...waiters]) waiter.look();
      }
    } catch {
      // The till ended or was killed; whoever waits is told below.
    }
    lose(of);
  };

  const until = <T>(look: (view: TillView) => T | undefined, what: string, msMax = SEEN_MS_MAX): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const end = (act: () => void) => {
        waiters.delete(waiter);
        clearTimeout(timer);
        act();
      };
      const waiter: Waiter = {
        look: () => {
          const seen = view === undefined ? undefined : look(view);
          if (seen !== undefined) end(() => resolve(seen));
        },
        lost: () => end(() => reject(new FailureError({ code: "PEER_GONE" }))),
      };
      const timer = setTimeout(
        () => end(() => reject(new Error(`${what} was not seen in ${msMax} ms: ${inShort(view)}`))),
        msMax,
      );
      waiters.add(waiter);
      if (client === undefined) waiter.lost();
      else waiter.look();
    });

  return {
    press: () => client ?? gone(),
    view: () => view ?? gone(),
    until,
    attach: async () => {
      await process.up();
      const channel = process.channels()?.open("till");
      if (channel === undefined) return gone();
      const next = clientOf<typeof tillContract>(channel);
      client = next;
      view = undefined;
      void watch(next);
      await until((seen) => (seen.enrolled === false ? undefined : seen), "an enrolled till");
    },
  };
}

const gone = (): never => {
  throw new FailureError({ code: "PEER_GONE" });
};

/** Whether a press failed because the till itself was gone. */
export const isGone = (error: unknown): boolean =>
  error instanceof FailureError && error.failure.code === "PEER_GONE";

function inShort(view: TillView | undefined): string {
  if (view === undefined) return "there is no view";
  const { sale, line, shift, person, alarm } = view;
  return JSON.stringify({
    person: person?.staffId,
    shift: shift?.number,
    line: line.state,
    unsynced: line.unsynced,
    alarm,
    stage: sale?.stage,
    due: sale?.due.minor,
    prepaid: sale?.prepaid,
    tenders: sale?.tenders.map(({ method, state, code }) => [method, state, code]),
  });
}
