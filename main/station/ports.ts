// Which ports a station takes: its own if they are free, the next ones if nobody asked for these.
import { createServer } from "node:net";
import { FailureError } from "#core/errors.ts";

const PORT_DEFAULT = 7_070;
/** Pairs of ports that are tried after the default one. */
const PAIRS_MAX = 20;
export const LOOPBACK = "127.0.0.1";

export type StationPorts = Readonly<{ till: number; backoffice: number }>;

/**
 * Chooses the till's port and the back office's after it.
 * @param asked the port of `--port`; fails with PORT_TAKEN when it or the next is used
 */
export async function choosePorts(asked: number | undefined): Promise<StationPorts> {
  if (asked !== undefined) {
    const taken = await takenOf(pairAt(asked));
    if (taken !== undefined) throw new FailureError({ code: "PORT_TAKEN", detail: String(taken) });
    return pairAt(asked);
  }
  for (let count = 0; count < PAIRS_MAX; count++) {
    const pair = pairAt(PORT_DEFAULT + 2 * count);
    if ((await takenOf(pair)) === undefined) return pair;
  }
  throw new FailureError({
    code: "PORT_TAKEN",
    detail: `${PORT_DEFAULT} and the ${PAIRS_MAX} pairs after it`,
  });
}

export const isDefault = (ports: StationPorts) => ports.till === PORT_DEFAULT;

const pairAt = (port: number): StationPorts => ({ till: port, backoffice: port + 1 });

async function takenOf({ till, backoffice }: StationPorts): Promise<number | undefined> {
  if (!(await isFree(till))) return till;
  return (await isFree(backoffice)) ? undefined : backoffice;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, LOOPBACK, () => server.close(() => resolve(true)));
  });
}
