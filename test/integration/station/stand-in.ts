// Stands in for the till's and the back office's processes in the tests of the station. As the till it answers
// `say` with the states of the devices that it asked the real device host for.
import { createServer } from "node:http";
import { implement } from "@orpc/server";
import type { devicesContract } from "#core/contract/devices.ts";
import { fail } from "#core/errors.ts";
import { keepOpen } from "#main/process/reopen.ts";
import { clientOf, serve } from "#main/process/rpc.ts";
import { runChild } from "#main/process/run-child.ts";
import { echoContract } from "../process/echo-contract.ts";

if (process.argv[1]?.includes("backoffice")) {
  runChild("backoffice", async ({ port }) => {
    const server = createServer((_request, response) => response.end("books"));
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    return {
      ready: {
        process: "backoffice",
        url: `http://127.0.0.1:${port}`,
        enrolmentCodes: { "till-1": "ENROL-1" },
        signIns: [{ where: "till", name: "Kim", role: "cashier", secret: "1234" }],
        cards: [],
      },
      stop: async () => void server.close(),
    };
  });
} else {
  runChild("till", async (config, channels) => {
    const devices = keepOpen(channels, "devices", () => undefined);
    const ask = () => clientOf<typeof devicesContract>(devices.current(), { timeoutMs: 2_000 });
    const os = implement(echoContract);
    const { say, exit } = os;
    const router = {
      say: say.handler(async ({ input }) => {
        if (input.text === "config") return { text: JSON.stringify(config) };
        const { devices: all } = await ask().status();
        return { text: all.map(({ id, state }) => `${id} ${state.kind}`).join(", ") };
      }),
      exit: exit.handler(({ input }) => process.exit(input.code)),
    };
    if (config.tillName === "") fail("REQUEST_INVALID");
    channels.accept("till", (session) => serve(router, session, {}, () => undefined));
    return { ready: { process: "till", enrolled: true }, stop: async () => undefined };
  });
}
