// DIR/station.json: where a running station answers. Its being there means that every address did.
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type StationFile, stationFileSchema } from "#core/contract/process.ts";

const NAME = "station.json";

export function removeStationFile(dataDir: string): void {
  rmSync(join(dataDir, NAME), { force: true });
}

/** Writes it by rename, so that a reader sees all of it or none; 0600, as it holds the launch token. */
export function writeStationFile(dataDir: string, station: StationFile): void {
  const temporary = join(dataDir, `${NAME}.${process.pid}`);
  const text = `${JSON.stringify(stationFileSchema.parse(station), null, 2)}\n`;
  writeFileSync(temporary, text, { mode: 0o600, flush: true });
  renameSync(temporary, join(dataDir, NAME));
}
