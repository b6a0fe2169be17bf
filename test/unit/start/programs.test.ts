// Finding a browser and Electron without starting or downloading either.
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";
import { findBrowser, findOnPath, hasDisplay } from "#main/browser.mjs";
import { findElectron } from "#main/electron-binary.mjs";

const isUnix = process.platform !== "win32";

test.runIf(isUnix)("takes the browser that COUNTERSIGN_CHROMIUM names, before those on the PATH", () => {
  const [folder, other] = [aFolderWith("chromium"), aFolderWith("my-browser")];
  const named = join(other, "my-browser");
  expect(findBrowser({ PATH: folder, COUNTERSIGN_CHROMIUM: named })).toBe(named);
  expect(findBrowser({ PATH: folder })).toBe(join(folder, "chromium"));
});
test("a name in COUNTERSIGN_CHROMIUM that is no program is not replaced by another browser", () => {
  expect(findBrowser({ PATH: process.env.PATH, COUNTERSIGN_CHROMIUM: "/nowhere/chromium" })).toBeUndefined();
});
test.runIf(isUnix)("prefers Chromium to Chrome and Chrome to Edge, wherever they lie on the PATH", () => {
  const path = [aFolderWith("microsoft-edge"), aFolderWith("google-chrome"), aFolderWith("chromium")];
  expect(findBrowser({ PATH: path.join(delimiter) })).toBe(join(path[2] ?? "", "chromium"));
  expect(findBrowser({ PATH: path.slice(0, 2).join(delimiter) })).toBe(join(path[1] ?? "", "google-chrome"));
});
test.runIf(isUnix)("a file that cannot be run is no program", () => {
  const folder = aFolderWith("socat");
  chmodSync(join(folder, "socat"), 0o644);
  expect(findOnPath(["socat"], { PATH: folder })).toBeUndefined();
});
test.runIf(process.platform === "linux")("a display is X or Wayland", () => {
  expect([
    hasDisplay({}),
    hasDisplay({ DISPLAY: ":0" }),
    hasDisplay({ WAYLAND_DISPLAY: "wayland-0" }),
  ]).toEqual([false, true, true]);
});
test.runIf(process.platform === "linux")(
  "finds Electron in the folder it is told of, and not where it is missing",
  () => {
    const folder = aFolderWith("electron");
    expect(findElectron({ ELECTRON_OVERRIDE_DIST_PATH: folder })).toBe(join(folder, "electron"));
    expect(findElectron({ ELECTRON_OVERRIDE_DIST_PATH: join(folder, "nowhere") })).toBeUndefined();
  },
);

function aFolderWith(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), "countersign-path-"));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), "#!/bin/sh\n");
  chmodSync(join(folder, name), 0o755);
  return folder;
}
