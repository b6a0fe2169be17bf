// `npm run day|crash|sim|bench|backoffice|countersign -- …`: bundles a TypeScript program in a fraction of a second
// and runs it in this process.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { BUNDLE_OPTIONS, buildStale, EXTERNAL } from "./build.mjs";
import { ensureInstalled, ROOT } from "./install.mjs";

/** Programs by their script's name. Those that start the station's processes need them built. */
const PROGRAMS = /** @type {Readonly<Record<string, { entry: string, needsBuild: boolean }>>} */ ({
  backoffice: { entry: "main/entries/backoffice-alone.ts", needsBuild: true },
  countersign: { entry: "main/cli/index.ts", needsBuild: false },
  day: { entry: "test/day/index.ts", needsBuild: true },
  crash: { entry: "test/crash/index.ts", needsBuild: true },
  sim: { entry: "test/sim/index.ts", needsBuild: false },
  bench: { entry: "test/bench/index.ts", needsBuild: true },
  // The pictures of the docs: `node main/run.mjs shots`.
  shots: { entry: "test/e2e/shots.ts", needsBuild: true },
});

const EXIT_FAILED = 1;
const EXIT_USAGE = 64;

const say = (/** @type {string} */ line) => void process.stderr.write(`${line}\n`);

await run();

async function run() {
  const [name = "", ...args] = process.argv.slice(2);
  const program = PROGRAMS[name];
  if (program === undefined || !existsSync(join(ROOT, program.entry))) {
    say(`There is no program "${name}". Programs: ${Object.keys(PROGRAMS).join(", ")}`);
    process.exitCode = EXIT_USAGE;
    return;
  }
  if (!(await ensureInstalled(say))) {
    process.exitCode = EXIT_FAILED;
    return;
  }
  if (program.needsBuild) await buildStale(say);
  const bundle = await bundled(name, program.entry);
  // The program sees its own options only.
  process.argv.splice(1, process.argv.length - 1, bundle, ...args);
  process.setSourceMapsEnabled(true);
  createRequire(import.meta.url)(bundle);
}

/**
 * @param {string} name
 * @param {string} entry
 */
async function bundled(name, entry) {
  const { build } = await import("esbuild");
  // Beside the station's own bundles, so that both find the same files next to them.
  const outfile = join(ROOT, "dist", `run-${name}.cjs`);
  const { outputFiles } = await build({
    ...BUNDLE_OPTIONS,
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile,
    external: EXTERNAL,
    write: false,
  });
  mkdirSync(dirname(outfile), { recursive: true });
  for (const { path, contents } of outputFiles) {
    // Whole or not at all: the same program may be starting beside this one.
    const made = `${path}.${process.pid}`;
    try {
      writeFileSync(made, contents);
      renameSync(made, path);
    } catch (error) {
      rmSync(made, { force: true });
      throw error;
    }
  }
  return outfile;
}
