// DIR/devices.json: where a real station's devices are. Without it, or with a wrong one, every device is absent.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type DeviceAddresses, deviceAddressesSchema } from "#core/contract/process.ts";
import { FailureError } from "#core/errors.ts";

/** Reads `{ "cardReader": "serial:/dev/ttyUSB0?baud=9600", … }`. A file that is wrong fails with OPTION_INVALID. */
export function readDevices(dataDir: string): DeviceAddresses {
  const path = join(dataDir, "devices.json");
  const text = readIfThere(path);
  if (text === undefined) return {};
  const parsed = deviceAddressesSchema.safeParse(parseJson(text));
  if (!parsed.success) throw new FailureError({ code: "OPTION_INVALID", detail: path });
  return parsed.data;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
