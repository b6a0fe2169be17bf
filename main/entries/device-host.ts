// The device host's process: every driver, behind one contract.
import { stationDevices } from "#core/contract/devices.ts";
import { createDeviceHost } from "#hardware/host.ts";
import { serve } from "../process/rpc.ts";
import { runChild } from "../process/run-child.ts";
import { logDefect, systemClock } from "./surroundings.ts";

runChild("device-host", async (config, channels) => {
  const host = createDeviceHost({ clock: systemClock, onDefect: logDefect });
  host.configure(stationDevices(config.devices));
  channels.accept("devices", (session) => serve(host.router, session, {}, logDefect));
  return { ready: { process: "device-host" }, stop: async () => host.close() };
});
