// Who may import whom. The layers are folders, and every arrow points one way (docs/architecture.md).
import { dirname, join, normalize, sep } from "node:path";
import { expect, test } from "vitest";
import { importsOf, sourceFiles, textOf } from "./source-files.ts";

type Rule = Readonly<{ folder: string; may: readonly string[] }>;

/** The first rule whose folder a file lies in is its rule; a file may always import its own folder. */
const RULES: readonly Rule[] = [
  { folder: "core/", may: [] },
  // The failures that a database can meet are named in core, like all others.
  { folder: "database/", may: ["core/"] },
  { folder: "hardware/", may: ["core/"] },
  // The composition roots: one per process and one for the command line. They alone know every layer.
  { folder: "main/entries/", may: ["core/", "database/", "hardware/", "backoffice/", "main/"] },
  { folder: "main/cli/", may: ["core/", "database/", "hardware/", "backoffice/", "main/"] },
  // The hardware's contract is core/contract/devices.ts; its drivers are in another process.
  { folder: "main/", may: ["core/", "database/"] },
  { folder: "renderer/", may: ["core/"] },
  { folder: "backoffice/web/", may: ["core/", "renderer/ui/"] },
  { folder: "backoffice/", may: ["core/", "database/"] },
  { folder: "test/", may: ["core/", "database/", "hardware/", "main/", "renderer/", "backoffice/"] },
];

/** Code that runs in a page, where there is no Node. */
const PAGE_FOLDERS = ["renderer/", "backoffice/web/"];
const CORE_PACKAGES = /^(zod|@orpc\/contract)$/;

const files = sourceFiles();

test("every source file lies in a layer", () => {
  expect(files.filter((path) => ruleOf(path) === undefined)).toEqual([]);
  for (const { folder } of RULES.filter(({ folder }) => folder.split("/").length === 2))
    expect(
      files.some((path) => path.startsWith(folder)),
      folder,
    ).toBe(true);
});
test("no import points the wrong way", () => {
  const wrong = files.flatMap((path) => {
    const rule = ruleOf(path);
    return importsOf(path)
      .map((specifier) => targetOf(path, specifier))
      .filter((target) => target !== undefined)
      .filter((target) => ![rule?.folder ?? "", ...(rule?.may ?? [])].some((may) => target.startsWith(may)))
      .map((target) => `${path} imports ${target}`);
  });
  expect(wrong).toEqual([]);
});
test("nothing of the program imports its tests", () => {
  const wrong = files.filter(
    (path) => !path.startsWith("test/") && importsOf(path).some((name) => name.startsWith("#test/")),
  );
  expect(wrong).toEqual([]);
});
test("core imports only itself, zod and the contract builder", () => {
  expect(packagesOf("core/").filter(([, name]) => !CORE_PACKAGES.test(name))).toEqual([]);
});
test("core reads no clock, no randomness and no machine", () => {
  const impure =
    /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\.now\b|"node:|(?<![/.\w])(process|crypto)\./;
  expect(files.filter((path) => path.startsWith("core/") && impure.test(withoutComments(path)))).toEqual([]);
});
test("only main/electron imports electron", () => {
  const wrong = packagesOf("").filter(
    ([path, name]) =>
      name === "electron" && !path.startsWith("main/electron/") && !path.startsWith("test/electron/"),
  );
  expect(wrong).toEqual([]);
});
test("pages import no Node module", () => {
  const wrong = packagesOf("").filter(
    ([path, name]) => PAGE_FOLDERS.some((folder) => path.startsWith(folder)) && name.startsWith("node:"),
  );
  expect(wrong).toEqual([]);
});
test("the bootstrap imports nothing that has to be installed first", () => {
  const roots = ["main/start.mjs", "main/test.mjs", "main/check.mjs", "main/run.mjs", "main/dev.mjs"];
  const seen = new Set<string>();
  const visit = (path: string) => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const [, name = ""] of textOf(path).matchAll(/^import[^;]*?"([^"]+)";/gm)) {
      if (name.startsWith("./")) visit(normalize(join(dirname(path), name)));
      else expect(name, path).toMatch(/^node:/);
    }
  };
  for (const root of roots) visit(root);
  expect(seen.size).toBeGreaterThan(roots.length);
});

const ruleOf = (path: string) => RULES.find(({ folder }) => path.startsWith(folder));

/** The project's file that an import names, or undefined for a package. */
function targetOf(path: string, specifier: string): string | undefined {
  if (specifier.startsWith("#")) return specifier.slice(1);
  if (!specifier.startsWith(".")) return undefined;
  return normalize(join(dirname(path), specifier))
    .split(sep)
    .join("/");
}

function packagesOf(folder: string): readonly (readonly [string, string])[] {
  return files
    .filter((path) => path.startsWith(folder))
    .flatMap((path) => importsOf(path).map((name) => [path, name] as const))
    .filter(([, name]) => !name.startsWith("#") && !name.startsWith("."));
}

/** A rule about code is not broken by a sentence that explains it. */
const withoutComments = (path: string) => textOf(path).replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, "");
