import { mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { BUNDLE_OPTIONS, EXTERNAL } from "#main/build.mjs";

/** A new folder inside the project: what lies there finds the native modules. */
export function bundleFolder(): string {
  mkdirSync(".cache", { recursive: true });
  return mkdtempSync(join(process.cwd(), ".cache", "bundle-"));
}

/** Bundles a TypeScript file as the station's processes are bundled, and says where it lies. */
export async function bundled(entry: string, outfile = join(bundleFolder(), "entry.cjs")): Promise<string> {
  await build({ ...BUNDLE_OPTIONS, entryPoints: [entry], outfile, external: EXTERNAL });
  return outfile;
}
