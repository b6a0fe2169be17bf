// A barcode scanner that is not there: sends on the real wire what a scanner sends.
import { openPlug, type Plug } from "../simulated/plug.ts";

export type SimulatedScanner = Readonly<{
  plug: Plug;
  scans(): number;
  /** Fails with DEVICE_ABSENT where it is unplugged or nobody listens. */
  scan(barcode: string): Promise<void>;
}>;

export async function simulateScanner(
  address: string | undefined,
  onChange: () => void,
): Promise<SimulatedScanner> {
  let scans = 0;
  const plug = await openPlug(address, {
    bytes: () => undefined, // set to need no acknowledgement
    connected: () => undefined,
    change: onChange,
  });
  return {
    plug,
    scans: () => scans,
    scan: async (barcode) => {
      await plug.send(new TextEncoder().encode(`${barcode}\r`));
      scans += 1;
      onChange();
    },
  };
}
