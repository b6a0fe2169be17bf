import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DEMO_SETTINGS, readSettings, Settings } from "#backoffice/settings.ts";

const folder = () => mkdtempSync(join(tmpdir(), "countersign-settings-"));

describe("the settings of a business", () => {
  it("are the demo's own in the demo", () => {
    expect(readSettings(folder(), "demo")).toEqual(DEMO_SETTINGS);
  });

  it("are asked for in production, with an example to fill in", () => {
    const dir = folder();
    expect(() => readSettings(dir, "production")).toThrow(/OPTION_INVALID.*settings\.example\.json/);
    const example = Settings.parse(JSON.parse(readFileSync(join(dir, "settings.example.json"), "utf8")));
    expect(example).toEqual(DEMO_SETTINGS);
  });

  it("are read from their file, and a fault in it is named by its place", () => {
    const dir = folder();
    const write = (value: unknown) => writeFileSync(join(dir, "settings.json"), JSON.stringify(value));
    write({ ...DEMO_SETTINGS, stationName: "Corner shop" });
    expect(readSettings(dir, "production").stationName).toBe("Corner shop");
    write({ ...DEMO_SETTINGS, offline: { ...DEMO_SETTINGS.offline, countMax: -1 } });
    expect(() => readSettings(dir, "production")).toThrow(
      /REQUEST_INVALID: settings\.json: offline\.countMax/,
    );
    writeFileSync(join(dir, "settings.json"), "{");
    expect(() => readSettings(dir, "production")).toThrow(/REQUEST_INVALID: settings\.json is not JSON/);
  });
});
