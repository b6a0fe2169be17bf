// The release's configuration: valid by electron-builder's own schema, closed by its fuses, complete in its targets.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { parse } from "yaml";

const require = createRequire(import.meta.url);
const { validateConfiguration } = require("app-builder-lib/out/util/config/config") as {
  validateConfiguration(config: unknown, debugLogger: { isEnabled: boolean; add(): void }): Promise<void>;
};
const silent = { isEnabled: false, add: () => undefined };
const config = parse(readFileSync("electron-builder.yml", "utf8"));

test("electron-builder.yml follows electron-builder's schema", async () => {
  await validateConfiguration(structuredClone(config), silent);
});
test("the schema notices a word that it does not know", async () => {
  await expect(validateConfiguration({ ...config, asarr: true }, silent)).rejects.toThrow(/asarr/);
});
test("the fuses keep an installed app from being anything else", () => {
  expect(config.asar).toBe(true);
  expect(config.electronFuses).toEqual({
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    grantFileProtocolExtraPrivileges: false,
    enableCookieEncryption: true,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
  });
});
test("there is an installer for each system", () => {
  const targetsOf = (system: string) => config[system].target.map(({ target }: { target: string }) => target);
  expect(targetsOf("linux")).toEqual(["AppImage", "deb"]);
  expect(targetsOf("win")).toEqual(["nsis"]);
  expect(targetsOf("mac")).toEqual(["dmg"]);
});
test("what the configuration points at is there", () => {
  for (const path of [config.linux.icon, config.win.icon, config.mac.icon, config.mac.entitlements])
    expect(existsSync(path), path).toBe(true);
  const icon = readFileSync(config.linux.icon);
  expect([icon.readUInt32BE(16), icon.readUInt32BE(20)]).toEqual([1_024, 1_024]);
  const { main } = JSON.parse(readFileSync("package.json", "utf8"));
  expect(main).toBe("dist/electron/main.cjs");
});
test("every package left outside the bundles is one that is shipped", async () => {
  const { EXTERNAL } = await import("#main/build.mjs");
  const { dependencies, optionalDependencies, devDependencies } = JSON.parse(
    readFileSync("package.json", "utf8"),
  );
  const shipped = { ...dependencies, ...optionalDependencies };
  // pg-native is asked for by pg and absent on purpose; the rest are tools of the tests.
  const missing = EXTERNAL.filter((name) => !name.includes("*") && name !== "pg-native")
    .filter((name) => !Object.hasOwn(shipped, name))
    .filter((name) => !Object.hasOwn(devDependencies, name));
  expect(missing).toEqual([]);
});
