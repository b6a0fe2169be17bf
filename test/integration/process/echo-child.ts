// A child process for the tests of the wire: started by a real fork, as the station's own are.
import { implement } from "@orpc/server";
import { fail } from "#core/errors.ts";
import { serve } from "#main/process/rpc.ts";
import { runChild } from "#main/process/run-child.ts";
import { echoContract } from "./echo-contract.ts";

let watchers = 0;
const os = implement(echoContract);
const router = os.router({
  say: os.say.handler(({ input }) => ({ text: input.text })),
  refuse: os.refuse.handler(() => fail("CARD_BLOCKED", "as asked")),
  break: os.break.handler(() => {
    throw new Error("password 1234");
  }),
  hang: os.hang.handler(() => new Promise<never>(() => undefined)),
  count: os.count.handler(async function* ({ input }) {
    for (let n = 1; n <= input.to; n++) yield { n };
  }),
  watch: os.watch.handler(async function* ({ signal }) {
    watchers += 1;
    try {
      for (let n = 1; ; n++) {
        yield { n };
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, 5);
          signal?.addEventListener("abort", () => {
            clearTimeout(timer);
            resolve();
          });
        });
        if (signal?.aborted) return;
      }
    } finally {
      watchers -= 1;
    }
  }),
  watchers: os.watchers.handler(() => ({ count: watchers })),
  exit: os.exit.handler(({ input }) => process.exit(input.code)),
});

runChild("device-host", async (config, channels) => {
  if (config.devices.printer === "tcp://refuse:1") fail("DEVICE_FAILED", "told to refuse");
  channels.accept("devices", (session) => serve(router, session, {}, () => undefined));
  return { ready: { process: "device-host" }, stop: async () => undefined };
});
