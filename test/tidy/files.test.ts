// The shape of the files themselves: their length, their names, and what may never be in one.
import { basename } from "node:path";
import { expect, test } from "vitest";
import { projectFiles, sourceFiles, textOf } from "./source-files.ts";

/** 300 lines are long; at 400 a file holds more than one idea. */
const FILE_LINES_MAX = 400;
/** Names that say nothing about what is inside. A manager may approve; nothing may be a "payment-manager". */
const EMPTY_NAMES = /(^|[-.])(utils?|helpers?|commons?|managers?|misc|stuff)(\.|$)/;
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*$/;
/** Built of parts, so that this file does not name what it looks for. */
const REGISTRY_HOSTS = [
  ["registry", "npmjs"],
  ["registry", "yarnpkg"],
  ["npm", "pkg", "github"],
  ["registry", "npmmirror"],
].map((parts) => parts.join("."));
/** Where people read what is printed: scripts, programs of the command line, and tests. */
const MAY_PRINT = [/^main\/[^/]+\.mjs$/, /^main\/cli\//, /^main\/electron\/assets\//, /^test\//];

const files = sourceFiles();

test("no file is longer than a person reads at once", () => {
  const long = files
    .map((path) => ({ path, lines: textOf(path).split("\n").length }))
    .filter(({ lines }) => lines > FILE_LINES_MAX);
  expect(long).toEqual([]);
});
test("files and folders have names in kebab-case", () => {
  const wrong = files.filter((path) => !path.split("/").every((part) => KEBAB_CASE.test(part)));
  expect(wrong).toEqual([]);
});
test("no file or folder has a name that says nothing", () => {
  expect(files.filter((path) => path.split("/").some((part) => EMPTY_NAMES.test(part)))).toEqual([]);
});
test("no file only hands on what others export", () => {
  const barrels = files.filter((path) => {
    const lines = textOf(path)
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "" && !line.startsWith("//"));
    return lines.length > 0 && lines.every((line) => /^export (type )?(\*|\{).*\bfrom "/.test(line));
  });
  expect(barrels).toEqual([]);
});
test("only programs of the command line print", () => {
  const printing = files.filter(
    (path) => !MAY_PRINT.some((place) => place.test(path)) && /\bconsole\.log\(/.test(textOf(path)),
  );
  expect(printing).toEqual([]);
});
test("no file names a package registry", () => {
  const texts = projectFiles().filter((path) => !/\.(png|ico|icns|woff2?|db|zip)$/.test(basename(path)));
  const naming = texts.filter((path) => {
    const text = textOf(path);
    return REGISTRY_HOSTS.some((host) => text.includes(host));
  });
  expect(naming).toEqual([]);
});
test("no test is left out or singled out", () => {
  const marked = files.filter(
    (path) =>
      path.startsWith("test/") &&
      path !== "test/tidy/files.test.ts" &&
      /\b(test|it|describe)\.(only|skip|todo)\(/.test(textOf(path)),
  );
  expect(marked).toEqual([]);
});
