// The demo's own process: simulated devices on their real wire, the line that can be cut, and the sandbox bank.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  createSandboxBank,
  type SandboxBank,
  type SandboxBehaviour,
} from "#backoffice/bank/sandbox/sandbox-bank.ts";
import type { BankBehaviour } from "#core/contract/simulators.ts";
import { createSimulators } from "#hardware/simulators.ts";
import { serve } from "../process/rpc.ts";
import { runChild } from "../process/run-child.ts";
import { logDefect, systemClock, systemIds } from "./surroundings.ts";

/** A bank answers in hours; a demonstration should not take that long. */
const BANK_LOOKS_EVERY_MS = 1_000;

runChild("simulators", async ({ backofficeUrl, bankDir, resume, cards, printer }, channels) => {
  const [outDir, inDir] = [join(bankDir, "out"), join(bankDir, "in")];
  await mkdir(outDir, { recursive: true });
  await mkdir(inDir, { recursive: true });
  const bank = createSandboxBank({
    outDir,
    inDir,
    clock: systemClock,
    ids: systemIds,
    behaviour: { kind: "honest" },
    mode: "demo",
  });
  const simulators = await createSimulators({
    backofficeUrl,
    ...(resume === undefined ? {} : { devices: resume.devices, lineUrl: resume.backofficeUrl }),
    ...(cards === undefined ? {} : { cards }),
    ...(printer === undefined ? {} : { printerCharacters: printer }),
    onBank: (behaviour) => bank.setBehaviour(behaviourOf(behaviour)),
  });
  channels.accept("simulators", (session) => serve(simulators.router, session, {}, logDefect));
  const timer = openBank(bank);
  return {
    ready: { process: "simulators", devices: simulators.devices, backofficeUrl: simulators.backofficeUrl },
    stop: async () => {
      clearInterval(timer);
      await bank.close();
      await simulators.close();
    },
  };
});

function openBank(bank: SandboxBank): NodeJS.Timeout {
  let isWorking = false;
  return setInterval(() => {
    if (isWorking) return;
    isWorking = true;
    bank
      .work()
      .catch((error: unknown) => logDefect(error, ["bank"]))
      .finally(() => {
        isWorking = false;
      });
  }, BANK_LOOKS_EVERY_MS);
}

/** The Devices sheet's words for the bank's own. */
function behaviourOf(behaviour: BankBehaviour): SandboxBehaviour {
  switch (behaviour.kind) {
    case "rejectNth":
      return { kind: "reject-item", item: behaviour.nth };
    case "rejectAll":
      return { kind: "reject-all" };
    case "duplicate":
      return { kind: "duplicate-statement" };
    case "honest":
    case "silent":
    case "malformed":
      return { kind: behaviour.kind };
  }
}
