// The files that the tidy tests look at: all that people wrote, nothing that tools made.
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";

const NOT_OURS = new Set([
  "node_modules",
  "dist",
  "release",
  ".git",
  ".cache",
  ".countersign",
  "test-output",
]);

/** Every file of the project, as paths with `/` from its root. */
export function projectFiles(folder = "."): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !NOT_OURS.has(entry.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name).split(sep).join("/");
      if (entry.isDirectory()) return projectFiles(path);
      return entry.isFile() ? [path] : [];
    });
}

/** Code: what a layer's rules are about. */
export const sourceFiles = (): readonly string[] =>
  projectFiles().filter((path) => /\.(ts|tsx|mjs)$/.test(path) && path.includes("/"));

export const textOf = (path: string): string => readFileSync(path, "utf8");

const IMPORT = /(?<!["'])\b(?:from|import)\s*\(?\s*"([^"]+)"/g;

/** What a file imports, as written. */
export const importsOf = (path: string): readonly string[] =>
  [...textOf(path).matchAll(IMPORT)].map(([, specifier = ""]) => specifier);
