// What `npm start` understands, and what it says to the rest.
import { expect, test } from "vitest";
import { parseOptions } from "#main/options.mjs";

const UNDER_NPM = { npm_lifecycle_event: "start" };

test("without options it is the demo, bundled, on the default port and shell", () => {
  expect(parseOptions([], UNDER_NPM)).toEqual({
    kind: "start",
    options: {
      dataDir: undefined,
      shell: undefined,
      port: undefined,
      mode: "demo",
      backoffice: "bundled",
      printer: "korean",
    },
  });
});
test("takes a value after a space or an equals sign", () => {
  const spaced = parseOptions(
    ["--data", "a b", "--port", "9000", "--shell", "none", "--production"],
    UNDER_NPM,
  );
  const joined = parseOptions(["--data=a b", "--port=9000", "--shell=none", "--production"], UNDER_NPM);
  expect(spaced).toEqual(joined);
  expect(spaced).toMatchObject({
    options: { dataDir: "a b", port: 9000, shell: "none", mode: "production" },
  });
});
test.each([
  ["--port", "0"],
  ["--port", "65535"],
  ["--port", "70.5"],
  ["--shell", "web"],
  ["--data"],
  ["--printer", "french"],
  ["--printer", "latin", "--production"],
  ["--data", "--demo"],
  ["--demo", "--production"],
  ["--demo=yes"],
  ["--wrong"],
  ["--port", "1", "--port", "2"],
  ["stray"],
  ["-x"],
  ["--backoffice", "somewhere"],
  ["--backoffice", "http://books.example"],
  ["--demo", "--backoffice", "https://books.example"],
])("refuses %s %s %s", (...args) => {
  expect(parseOptions(args, {}).kind).toBe("refused");
});
test.each([
  "https://books.example:8443",
  "http://127.0.0.1:7071",
  "http://localhost:7071",
  "http://[::1]:7071",
])("a back office at %s means production", (address) => {
  expect(parseOptions(["--backoffice", address], {})).toMatchObject({
    options: { mode: "production", backoffice: address },
  });
});
test.each([
  [["X", "9"], { npm_config_data: "true", npm_config_port: "true" }, "--data X --port 9"],
  [[], { npm_config_data: "X", npm_config_port: "9" }, "--data X --port 9"],
  [[], { npm_config_data: "my data", npm_config_demo: "true" }, '--data "my data" --demo'],
  [["--port", "9"], { npm_config_shell: "kiosk" }, "--shell kiosk --port 9"],
  [["bundled"], { npm_config_backoffice: "true" }, "--backoffice bundled"],
  [[], { npm_config_production: "true" }, "--production"],
])("a flag that npm swallowed is refused with the command that was meant (%#)", (args, env, meant) => {
  const parsed = parseOptions(args, { ...UNDER_NPM, ...env });
  expect(parsed).toMatchObject({ kind: "refused", says: expect.stringContaining(`npm start -- ${meant}`) });
});
test("npm's own setting of a shell is not taken for ours", () => {
  expect(parseOptions([], { ...UNDER_NPM, npm_config_shell: "/bin/bash" }).kind).toBe("start");
});
test("the trace that npm leaves of --production is asked about", () => {
  const env = { ...UNDER_NPM, NODE_ENV: "production" };
  expect(parseOptions([], env)).toMatchObject({ says: expect.stringContaining("npm start -- --production") });
  expect(parseOptions(["--demo"], env)).toMatchObject({ options: { mode: "demo" } });
});
test("--help explains every option", () => {
  expect(parseOptions(["--help"], UNDER_NPM)).toEqual({ kind: "help" });
});
