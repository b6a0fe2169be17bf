// Cold start to ready, and the memory of each process beside journals of a hundred thousand sales.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BenchRow, median, row, type Scale } from "./measure.ts";
import { startStation } from "./running-station.ts";
import { fillStation } from "./station-journal.ts";

export async function benchStation({ starts, salesKept }: Scale): Promise<readonly BenchRow[]> {
  const dir = mkdtempSync(join(tmpdir(), "countersign-bench-station-"));
  try {
    const first = await startStation(dir);
    const empty = await first.memory();
    await first.stop();
    const again: number[] = [];
    for (let start = 0; start < starts; start += 1) again.push(await readyMs(dir));

    await fillStation(dir, salesKept);
    const full = await startStation(dir);
    const kept = await full.memory();
    await full.stop();
    const sales = salesKept.toLocaleString("en-GB");
    const time = { unit: "ms", better: "lower" } as const;
    return [
      row({ ...time, name: "cold start to ready, empty data folder", value: first.readyMs }),
      row({ ...time, name: "cold start to ready", value: median(again) }),
      row({
        ...time,
        name: `cold start to ready after ${sales} sales`,
        value: full.readyMs,
        baseline: median(again),
      }),
      ...[...kept].map(([name, mib]) =>
        row({
          name: `memory of ${name} after ${sales} sales`,
          unit: "MiB",
          better: "lower",
          value: mib,
          baseline: empty.get(name) ?? 0,
        }),
      ),
    ];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function readyMs(dir: string): Promise<number> {
  const station = await startStation(dir);
  await station.stop();
  return station.readyMs;
}
