// A back office that cannot start leaves nothing behind, so that the next start finds everything free.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MIGRATIONS } from "#backoffice/migrations/list.ts";
import { DEMO_SETTINGS } from "#backoffice/settings.ts";
import { bundled } from "#test/integration/process/bundled.ts";
import { eachDatabase } from "#test/world/database.ts";

let childFile = "";
let dataDir = "";
let taken: Server;
beforeAll(async () => {
  childFile = await bundled("test/integration/backoffice/starting-child.ts");
  dataDir = mkdtempSync(join(tmpdir(), "countersign-start-"));
  writeFileSync(join(dataDir, "settings.json"), JSON.stringify(DEMO_SETTINGS));
  taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  await new Promise((resolve) => taken.close(resolve));
  rmSync(dataDir, { recursive: true, force: true });
});

/** What the child says on a port, once it has ended by itself. */
async function saysOn(port: number, databaseUrl: string): Promise<string> {
  const child = spawn(process.execPath, [childFile, dataDir, String(port), databaseUrl], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const said = await text(child.stdout);
  expect(await exit).toBe(0);
  return said;
}

eachDatabase((databases) => {
  test("whose port is taken says so and leaves nothing open: its process ends by itself", async () => {
    const database = await databases.open(MIGRATIONS);
    const address = taken.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    expect(await saysOn(port, databases.address(database))).toBe("PORT_TAKEN");
  });
});
