// A business of its own, with one merchant that is none of the demo's: its first till is enrolled at the console.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret, TOTP } from "otpauth";
import { pino } from "pino";
import { v7 } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DEMO_SETTINGS } from "#backoffice/settings.ts";
import { makeFirstOperator } from "#backoffice/staff/first-operator.ts";
import { type Backoffice, startBackoffice } from "#backoffice/start.ts";
import { instant } from "#core/time.ts";

const dir = mkdtempSync(join(tmpdir(), "countersign-production-"));
const dataDir = join(dir, "backoffice");
const clock = { now: () => instant(Date.now()) };
const ids = { next: () => v7() };
let backoffice: Backoffice;
let cookie: string;

beforeAll(async () => {
  mkdirSync(dataDir, { recursive: true });
  const [merchant] = DEMO_SETTINGS.merchants;
  const merchants = [{ ...merchant, merchantId: "acme", name: "Acme Fuels" }];
  writeFileSync(join(dataDir, "settings.json"), JSON.stringify({ ...DEMO_SETTINGS, merchants }));
  const first = await makeFirstOperator(
    dataDir,
    undefined,
    { signInName: "olga", name: "Olga" },
    { ids, clock },
  );
  backoffice = await startBackoffice({
    mode: "production",
    dataDir,
    pagesDir: join(dir, "pages"),
    schemasDir: "backoffice/bank/schemas",
    port: 0,
    host: "127.0.0.1",
    version: "1.2.3",
    clock,
    ids,
    log: pino({ level: "silent" }),
  });
  const code = new TOTP({ secret: Secret.fromBase32(first.totpSecret ?? "") }).generate();
  const signedIn = await post("/v1/console/session", {
    signInName: "olga",
    password: first.password,
    newPassword: "a-password-of-hers",
    code,
  });
  expect(signedIn.status).toBe(200);
  cookie = (signedIn.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
});
afterAll(async () => {
  await backoffice?.stop();
  rmSync(dir, { recursive: true, force: true });
});

const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  fetch(backoffice.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

test("the console offers the merchants of the books, and takes a code for one of them and for no other", async () => {
  const listed = await fetch(`${backoffice.url}/v1/console/merchants`, { headers: { cookie } });
  expect(await listed.json()).toEqual({ rows: [{ merchantId: "acme", name: "Acme Fuels" }] });
  const code = (merchantId: string) =>
    post("/v1/console/enrolment-codes", { terminalName: "Till 1", merchantId }, { cookie });
  const made = await code("acme");
  expect([made.status, ((await made.json()) as { code: string }).code]).toEqual([
    200,
    expect.stringMatching(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/),
  ]);
  expect((await code("station-7")).status).toBe(404);
});
