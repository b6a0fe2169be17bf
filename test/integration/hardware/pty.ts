// Real pseudo-terminals, made by socat: the kernel's serial line without the cable.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { closeLater } from "./counter.ts";

/** Windows has none, and a machine may lack it; the same drivers are then tested over TCP. */
export const hasSocat = (() => {
  try {
    execFileSync("socat", ["-V"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

/** A pair of pseudo-terminals; pulling it takes both ends away, as a USB adapter that is drawn out. */
export async function aPty() {
  const folder = mkdtempSync(join(tmpdir(), "countersign-pty-"));
  const near = join(folder, "near");
  const far = join(folder, "far");
  let socat: ChildProcess | undefined;
  const plug = async () => {
    socat = spawn("socat", [`pty,raw,echo=0,link=${near}`, `pty,raw,echo=0,link=${far}`], {
      stdio: "ignore",
    });
    // Also from a file's set-up, where no assertion may be polled.
    await vi.waitFor(() => expect([near, far].filter((end) => existsSync(end))).toHaveLength(2), 8_000);
  };
  const pull = async () => {
    const ending = socat;
    if (ending === undefined || ending.exitCode !== null) return;
    const ended = new Promise((resolve) => ending.once("exit", resolve));
    ending.kill("SIGTERM");
    await ended;
  };
  closeLater(async () => {
    await pull();
    rmSync(folder, { recursive: true, force: true });
  });
  await plug();
  return { near, far, plug, pull };
}
