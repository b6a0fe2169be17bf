import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll } from "vitest";
import { BUNDLE_OPTIONS, EXTERNAL } from "#main/build.mjs";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A new folder inside the project: what lies there finds the native modules. */
export function bundleFolder(): string {
  mkdirSync(".cache", { recursive: true });
  const folder = mkdtempSync(join(process.cwd(), ".cache", "bundle-"));
  folders.push(folder);
  return folder;
}

/** Bundles a TypeScript file as the station's processes are bundled, and says where it lies. */
export async function bundled(entry: string, outfile = join(bundleFolder(), "entry.cjs")): Promise<string> {
  await build({ ...BUNDLE_OPTIONS, entryPoints: [entry], outfile, external: EXTERNAL });
  return outfile;
}
