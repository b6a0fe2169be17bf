import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { BUNDLE_OPTIONS, EXTERNAL } from "#main/build.mjs";
import { BUNDLES } from "#test/world/temp-setup.ts";

/** A new folder of this run, inside the project: what lies there finds the native modules. */
export const bundleFolder = (): string => mkdtempSync(join(process.env[BUNDLES] ?? ".", "bundle-"));

/** Bundles a TypeScript file as the station's processes are bundled, and says where it lies. */
export async function bundled(entry: string, outfile = join(bundleFolder(), "entry.cjs")): Promise<string> {
  await build({ ...BUNDLE_OPTIONS, entryPoints: [entry], outfile, external: EXTERNAL });
  return outfile;
}
