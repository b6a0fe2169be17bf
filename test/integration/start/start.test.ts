// `npm start` as a person types it, before anything is installed and with flags in the wrong place.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const NPM = process.platform === "win32" ? "npm.cmd" : "npm";

test("a flag that npm keeps for itself is refused with the command that was meant, and nothing starts", () => {
  const { status, stderr } = npm(["start", "--port", "9", "--data", "here"]);
  expect(status).toBe(64);
  expect(stderr).toContain("npm start -- --data here --port 9");
});
test("an option that there is not is refused", () => {
  const { status, stderr } = npm(["start", "--", "--prot", "9"]);
  expect(status).toBe(64);
  expect(stderr).toContain("There is no option --prot");
});
test("explains itself on a machine where nothing was installed yet", () => {
  const folder = aCloneWithoutModules();
  const help = spawnSync(process.execPath, ["main/start.mjs", "--help"], { cwd: folder, encoding: "utf8" });
  expect(help).toMatchObject({ status: 0, stdout: expect.stringContaining("--backoffice bundled|URL") });
});
test("says what is missing where the installation fails, and the tests end with their closing line", () => {
  const folder = aCloneWithoutModules();
  writeFileSync(join(folder, "package-lock.json"), "{}");
  const env = { ...process.env, npm_execpath: join(folder, "no-npm.js") };
  const run = (script: string) =>
    spawnSync(process.execPath, [script], { cwd: folder, encoding: "utf8", env });
  const start = run("main/start.mjs");
  expect(start).toMatchObject({ status: 1, stdout: expect.stringContaining("npm ci failed") });
  const tests = run("main/test.mjs");
  expect(tests.status).toBe(1);
  expect(tests.stdout.trimEnd().split("\n").at(-1)).toBe("0 passed, 1 failed");
});
test("every script of package.json starts a file that is there", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
  const present = new Set(readdirSync("main").map((name) => `main/${name}`));
  for (const [name, command] of Object.entries(scripts)) {
    const [node, file = ""] = command.split(" ").filter((word) => !word.startsWith("--"));
    expect([node, present.has(file)], name).toEqual(["node", true]);
  }
});

function npm(args: readonly string[]) {
  return spawnSync(NPM, args, { encoding: "utf8", shell: process.platform === "win32" });
}

function aCloneWithoutModules(): string {
  const folder = mkdtempSync(join(tmpdir(), "countersign-clone-"));
  cpSync("main", join(folder, "main"), { recursive: true, filter: (path) => !path.endsWith(".ts") });
  writeFileSync(join(folder, "package.json"), readFileSync("package.json"));
  return folder;
}
