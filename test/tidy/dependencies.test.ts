// Every package that Countersign stands on has its exact version and a line of reason.
import { expect, test } from "vitest";
import { textOf } from "./source-files.ts";

type Group = Readonly<Record<string, string>>;
const { dependencies, devDependencies, optionalDependencies } = JSON.parse(textOf("package.json")) as {
  dependencies: Group;
  devDependencies: Group;
  optionalDependencies: Group;
};
const all = { ...dependencies, ...devDependencies, ...optionalDependencies };
const reasons = new Map(
  [...textOf("docs/dependencies.md").matchAll(/^\| `([^`]+)` \| (.+?) \|$/gm)].map(
    ([, name = "", reason = ""]) => [name, reason],
  ),
);

test("every dependency has a line of reason in docs/dependencies.md", () => {
  expect(Object.keys(all).filter((name) => (reasons.get(name) ?? "").length < 10)).toEqual([]);
});
test("docs/dependencies.md names no package that is gone", () => {
  expect([...reasons.keys()].filter((name) => !Object.hasOwn(all, name))).toEqual([]);
});
test("every version is exact", () => {
  expect(Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});
