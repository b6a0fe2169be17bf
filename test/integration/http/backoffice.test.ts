// The back office as it is started: who signs in, what it shows of itself, and the tables it hands out.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret, TOTP } from "otpauth";
import { pino } from "pino";
import { v7 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEMO_PEOPLE } from "#backoffice/demo/people.ts";
import { type Backoffice, startBackoffice } from "#backoffice/start.ts";
import { instant } from "#core/time.ts";

const dir = mkdtempSync(join(tmpdir(), "countersign-backoffice-"));
const logged: string[] = [];
/** Ahead of the real one by steps, so that each test has authenticator codes of its own. */
let ahead = 0;
const clock = { now: () => instant(Date.now() + ahead) };
let backoffice: Backoffice;

beforeAll(async () => {
  const pagesDir = join(dir, "pages");
  mkdirSync(join(pagesDir, "console", "assets"), { recursive: true });
  writeFileSync(
    join(pagesDir, "console", "index.html"),
    `<!doctype html><meta property="csp-nonce" nonce="__CSP_NONCE__"><script src="/console/assets/a.js" nonce="__CSP_NONCE__"></script>`,
  );
  writeFileSync(join(pagesDir, "console", "assets", "a.js"), "export {};");
  backoffice = await startBackoffice({
    mode: "demo",
    dataDir: join(dir, "backoffice"),
    pagesDir,
    schemasDir: "backoffice/bank/schemas",
    port: 0,
    host: "127.0.0.1",
    version: "1.2.3",
    clock,
    ids: { next: () => v7() },
    log: pino({ level: "trace" }, { write: (line: string) => void logged.push(line) }),
  });
});
afterAll(() => backoffice.stop());

const get = (path: string, cookie = "") =>
  fetch(backoffice.url + path, { headers: { cookie }, redirect: "manual" });
const post = (path: string, body: object, cookie = "") =>
  fetch(backoffice.url + path, {
    method: "POST",
    headers: { cookie, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const signIn = (body: object) => post("/v1/console/session", body);
const codeOf = async (response: Response) => ((await response.json()) as { code?: string }).code;

const park = DEMO_PEOPLE.find(({ signInName }) => signInName === "park");
const secrets = { signInName: "park", password: park?.password ?? "" };

function nextCode(): string {
  ahead += 60_000;
  return new TOTP({ secret: Secret.fromBase32(park?.totpSecret ?? "") }).generate({ timestamp: clock.now() });
}

async function session(): Promise<string> {
  const response = await signIn({ ...secrets, code: nextCode() });
  expect(response.status).toBe(200);
  return (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
}

describe("signing in at the console", () => {
  it("asks a manager for the authenticator's code, and takes each code once", async () => {
    expect(await codeOf(await signIn(secrets))).toBe("SECOND_FACTOR_REQUIRED");
    const code = nextCode();
    const first = await signIn({ ...secrets, code });
    expect(first.status).toBe(200);
    expect(first.headers.get("set-cookie")).toMatch(/HttpOnly.*SameSite=Strict/);
    expect(await codeOf(await signIn({ ...secrets, code }))).toBe("SIGN_IN_REFUSED");
  });

  it("refuses an unknown name in the same words as a wrong password", async () => {
    expect(await codeOf(await signIn({ signInName: "nobody", password: "x" }))).toBe("SIGN_IN_REFUSED");
    expect(await codeOf(await signIn({ ...secrets, password: "wrong" }))).toBe("SIGN_IN_REFUSED");
  });

  it("locks after five wrong passwords, until somebody unlocks", async () => {
    const choi = { signInName: "choi", password: "wrong" };
    for (let tries = 0; tries < 5; tries += 1) await signIn(choi);
    expect(await codeOf(await signIn(choi))).toBe("SIGN_IN_LOCKED");
    const cookie = await session();
    const unlocked = await post("/v1/console/staff/choi/unlock", { reason: "asked at the desk" }, cookie);
    expect(await unlocked.json()).toMatchObject({ state: "active" });
  });

  it("ends a session for good", async () => {
    const cookie = await session();
    expect((await get("/v1/console/session", cookie)).status).toBe(200);
    await fetch(`${backoffice.url}/v1/console/session`, { method: "DELETE", headers: { cookie } });
    expect((await get("/v1/console/session", cookie)).status).toBe(401);
  });
});

describe("a person who is taken on", () => {
  const anna = {
    signInName: "anna",
    name: "Anna",
    role: "cashier",
    pin: "1234",
    reason: "new at the counter",
  };
  const first = { signInName: "anna", password: "" };

  it("is let in by a one-time password to nothing but the choice of an own one", async () => {
    const cookie = await session();
    expect(await codeOf(await post("/v1/console/staff", { ...anna, role: "operator" }, cookie))).toBe(
      "ROLE_REFUSED",
    );
    const added = await post("/v1/console/staff", anna, cookie);
    first.password = ((await added.json()) as { password: string }).password;
    const refused = await signIn(first);
    expect(refused.headers.get("set-cookie")).toBeNull();
    expect(await codeOf(refused)).toBe("NEW_PASSWORD_REQUIRED");
    const entered = await signIn({ ...first, newPassword: "a-password-of-hers" });
    expect(entered.status).toBe(200);
    expect((await entered.json()) as object).toMatchObject({ name: "Anna", role: "cashier" });
  });

  it("is found by her state, in the list and in its CSV, and is out the moment her access ends", async () => {
    const cookie = await session();
    const own = await signIn({ signInName: "anna", password: "a-password-of-hers" });
    const ownCookie = (own.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    const list = (await (await get("/v1/console/staff?query=anna&state=active", cookie)).json()) as {
      rows: { staffId: string }[];
    };
    const staffId = list.rows[0]?.staffId ?? "";
    expect((await get("/v1/console/session", ownCookie)).status).toBe(200);
    const reasonless = await post(`/v1/console/staff/${staffId}/end`, { reason: " " }, cookie);
    expect(await codeOf(reasonless)).toBe("REQUEST_INVALID");
    const ended = await post(`/v1/console/staff/${staffId}/end`, { reason: "moved away" }, cookie);
    expect(await ended.json()).toMatchObject({ state: "left" });
    expect((await get("/v1/console/session", ownCookie)).status).toBe(401);
    const csv = await (await get("/v1/console/exports/staff.csv?state=left", cookie)).text();
    expect(csv.trim().split("\n")).toHaveLength(2);
    expect(csv).toContain(staffId);
    const page = (await (await get(`/v1/console/staff/${staffId}`, cookie)).json()) as {
      story: { what: string; reason: string; by: { name: string } | null }[];
    };
    expect(page.story.at(-1)).toMatchObject({
      what: "access-ended",
      reason: "moved away",
      by: { name: "박노을" },
    });
    expect(logged.join("")).not.toContain("a-password-of-hers");
    expect(logged.join("")).not.toContain(first.password);
  });
});

describe("what the back office shows of itself", () => {
  it("lives, is ready, and counts", async () => {
    expect(await (await get("/healthz")).json()).toEqual({ alive: true, version: "1.2.3" });
    expect(await (await get("/readyz")).json()).toEqual({ ready: true });
    const metrics = await (await get("/metrics")).text();
    expect(metrics).toContain("countersign_http_requests_total");
    expect(metrics).toContain("countersign_work_items_open 0");
    expect(metrics).toContain('route="/v1/console/session"');
    const passedOn = await fetch(`${backoffice.url}/metrics`, {
      headers: { "x-forwarded-for": "203.0.113.9" },
    });
    expect([passedOn.status, await codeOf(passedOn)]).toEqual([404, "NOT_FOUND"]);
  });

  it("describes its API, readably and under a policy", async () => {
    const document = (await (await get("/openapi.json")).json()) as { paths: object };
    expect(Object.keys(document.paths).length).toBeGreaterThan(30);
    const docs = await get("/docs");
    expect(docs.headers.get("content-security-policy")).toContain("script-src 'self'");
    expect((await get("/docs/assets/swagger-ui-bundle.js")).status).toBe(200);
  });

  it("serves the console under a fresh nonce at every address of it", async () => {
    const nonceOf = async (path: string) => {
      const response = await get(path);
      const html = await response.text();
      const nonce = /nonce="([^"]+)"/.exec(html)?.[1] ?? "";
      expect(response.headers.get("content-security-policy")).toContain(`'nonce-${nonce}'`);
      expect(html).not.toContain("__CSP_NONCE__");
      return nonce;
    };
    expect(await nonceOf("/console/")).not.toBe(await nonceOf("/console/sales/some-sale"));
    expect((await get("/console/assets/a.js")).status).toBe(200);
    expect(
      (await get("/console/assets/..%2f..%2f..%2fbackoffice%2fbackoffice.db")).status,
    ).toBeGreaterThanOrEqual(400);
  });
});

describe("the tables of the console", () => {
  it("are handed out as CSV, whole, to those who may see them", async () => {
    const cookie = await session();
    const csv = await (await get("/v1/console/exports/cards.csv", cookie)).text();
    const lines = csv.trim().split("\n");
    expect(lines).toHaveLength(21);
    expect(lines[0]).toContain("available.minor");
    // No whole number of a card; an id may end in twelve digits by chance.
    for (const line of lines) expect(line.slice(line.indexOf(",")), line).not.toMatch(/\d{12}/);
    for (const [name, first] of Object.entries({ batches: "batchId", exceptions: "exceptionId" })) {
      const empty = await (await get(`/v1/console/exports/${name}.csv`, cookie)).text();
      expect(empty.startsWith(`${first},`), empty).toBe(true);
    }
    expect((await get("/v1/console/exports/cards.csv")).status).toBe(401);
    expect((await get("/v1/console/exports/secrets.csv", cookie)).status).toBe(404);
  });

  it("tell the day before the first sale", async () => {
    const cookie = await session();
    const today = (await (await get("/v1/console/reports/today", cookie)).json()) as {
      salesCount: number;
      byHour: unknown[];
    };
    expect(today.salesCount).toBe(0);
    expect(today.byHour).toHaveLength(24);
  });
});

it("I8 no secret of the demo stands in the log, and keys are readable by their owner only", async () => {
  const log = logged.join("");
  for (const { password, totpSecret, pin } of DEMO_PEOPLE) {
    for (const secret of [password, totpSecret]) if (secret !== null) expect(log).not.toContain(secret);
    if (pin !== null) expect(log).not.toContain(`"${pin}"`);
  }
  for (const { number, pin } of backoffice.cards) {
    expect(log).not.toContain(number);
    expect(log).not.toContain(pin);
  }
  const keys = join(dir, "backoffice", "keys");
  for (const name of readdirSync(keys)) {
    expect(log).not.toContain(readFileSync(join(keys, name), "utf8").trim());
    if (process.platform !== "win32") expect(statSync(join(keys, name)).mode & 0o077).toBe(0);
  }
});
