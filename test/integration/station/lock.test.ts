// One start per data folder, whatever happened to the one before and however long its name is.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { lockFolder } from "#main/station/lock.ts";
import { choosePorts } from "#main/station/ports.ts";
import { removeStationFile, writeStationFile } from "#main/station/station-file.ts";
import { bundled } from "../process/bundled.ts";

let holder = "";
beforeAll(async () => {
  holder = await bundled("test/integration/station/lock-holder.ts");
});

test("a second start on one data folder is refused with DATA_IN_USE, and allowed after the first ended", async () => {
  const folder = aFolder();
  const lock = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toMatchObject({
    failure: { code: "DATA_IN_USE", detail: folder },
  });
  lock.release();
  (await lockFolder(folder)).release();
});
test("works in a folder whose path is longer than a socket's may be", async () => {
  const folder = join(aFolder(), "a".repeat(90), "긴이름".repeat(20));
  mkdirSync(folder, { recursive: true });
  const lock = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toMatchObject({ failure: { code: "DATA_IN_USE" } });
  lock.release();
  (await lockFolder(folder)).release();
  expect(readdirSync(folder)).toEqual([]);
});
test("a holder that was killed leaves nothing that refuses the next one", async () => {
  const folder = aFolder();
  const child = await aHolder(folder);
  await expect(lockFolder(folder)).rejects.toMatchObject({ failure: { code: "DATA_IN_USE" } });
  child.kill("SIGKILL");
  await once(child, "exit");
  (await lockFolder(folder)).release();
});
test("of many that start at once after a crash, one gets the folder", async () => {
  const folder = aFolder();
  const child = await aHolder(folder);
  child.kill("SIGKILL");
  await once(child, "exit");
  const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => lockFolder(folder)));
  const locks = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  expect(locks).toHaveLength(1);
  for (const lock of locks) lock.release();
});
test("a taken --port is refused with PORT_TAKEN, also when only the next one is", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await expect(choosePorts(port)).rejects.toMatchObject({
    failure: { code: "PORT_TAKEN", detail: String(port) },
  });
  await expect(choosePorts(port - 1)).rejects.toMatchObject({ failure: { code: "PORT_TAKEN" } });
  server.close();
});
test("station.json is for its owner only, and there is never half of it", () => {
  const folder = aFolder();
  const path = join(folder, "station.json");
  const url = "http://127.0.0.1:7071";
  writeStationFile(folder, {
    mode: "demo",
    pid: 1,
    startedAt: "2026-11-21T09:00:00.000Z",
    shell: "none",
    addresses: { backoffice: url, console: `${url}/console/` },
    signIns: [],
    cards: [],
  });
  expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({ addresses: { backoffice: url } });
  if (process.platform !== "win32") expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["station.json"]);
  removeStationFile(folder);
  expect(existsSync(path)).toBe(false);
});

const aFolder = () => mkdtempSync(join(tmpdir(), "countersign-lock-"));

async function aHolder(folder: string) {
  const child = spawn(process.execPath, [holder, folder], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return child;
}
