// Real HTTP and real WebSockets against the kiosk's server: who gets in, what is served, how a line ends.
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { CLOSE_CODE, MESSAGE_CHARS_MAX } from "#core/contract/wire.ts";
import { type Kiosk, startKiosk } from "#main/kiosk/server.ts";
import type { TextWire } from "#main/process/channels.ts";
import { makeWire } from "#main/process/wire.ts";

const running: Kiosk[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((kiosk) => kiosk.stop()));
});

test("exchanges the launch token for a strict cookie and leaves the token out of the address", async () => {
  const { kiosk } = await aKiosk();
  const reply = await get(kiosk, new URL(kiosk.address).search, {});
  expect(reply).toMatchObject({ status: 303, headers: { location: "/" } });
  expect(reply.headers["set-cookie"]?.[0]).toMatch(
    new RegExp(`^countersign-${kiosk.port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`),
  );
});
test("refuses a wrong token, no cookie and a cookie of another start", async () => {
  const { kiosk } = await aKiosk();
  for (const [path, headers] of [
    ["/?token=wrong", {}],
    ["/", {}],
    ["/", { cookie: `countersign-${kiosk.port}=${"A".repeat(43)}` }],
    ["/assets/app.js", {}],
  ] as const) {
    expect(await get(kiosk, path, headers)).toMatchObject({
      status: 403,
      body: expect.stringContaining("ORIGIN_REFUSED"),
    });
  }
});
test("a window's own token admits once", async () => {
  const { kiosk } = await aKiosk();
  const { search } = new URL(kiosk.addressOnce());
  expect((await get(kiosk, search, {})).status).toBe(303);
  expect((await get(kiosk, search, {})).status).toBe(403);
});
test("refuses a host that is not its own name, even with the token", async () => {
  const { kiosk } = await aKiosk();
  const headers = { host: `till.example:${kiosk.port}` };
  expect((await get(kiosk, new URL(kiosk.address).search, headers)).status).toBe(403);
});
test("serves the page with a strict policy and a nonce of its own each time", async () => {
  const { kiosk, cookie } = await aKiosk();
  const first = await get(kiosk, "/", { cookie });
  const second = await get(kiosk, "/", { cookie });
  const nonce = /'nonce-([^']+)'/.exec(String(first.headers["content-security-policy"]))?.[1] ?? "";
  expect(nonce.length).toBeGreaterThan(20);
  expect(first.body).toContain(`nonce="${nonce}"`);
  expect(first.body).toContain('<meta name="countersign-shell" content="kiosk" />');
  expect(first.headers["content-security-policy"]).toMatch(/^default-src 'none'; script-src 'self';/);
  expect(first.headers["cache-control"]).toBe("no-store");
  expect(second.body).not.toBe(first.body);
});
test("serves files of the page and nothing beside it", async () => {
  const { kiosk, cookie } = await aKiosk();
  expect(await get(kiosk, "/assets/app.js", { cookie })).toMatchObject({ status: 200, body: "let a;" });
  for (const path of [
    "/secret.js",
    "/../secret.js",
    "/%2e%2e/secret.js",
    "/..%2fsecret.js",
    "/%2e%2e%5csecret.js",
    "/%00",
    "/%E0%A4%A",
    "/assets/",
  ]) {
    expect((await get(kiosk, path, { cookie })).status, path).toBe(404);
  }
});
test("takes no method but GET and HEAD", async () => {
  const { kiosk, cookie } = await aKiosk();
  expect((await get(kiosk, "/", { cookie }, "POST")).status).toBe(405);
  expect(await get(kiosk, "/", { cookie }, "HEAD")).toMatchObject({ status: 200, body: "" });
});
test("passes messages on in both directions, unchanged", async () => {
  const { kiosk, cookie, lines } = await aKiosk();
  const page = await opened(kiosk, cookie);
  page.send("안녕 [1,2]");
  await expect.poll(() => lines[0]?.heard).toEqual(["안녕 [1,2]"]);
  const answer = new Promise((resolve) => page.on("message", (data) => resolve(String(data))));
  lines[0]?.say("네 안녕하세요");
  expect(await answer).toBe("네 안녕하세요");
});
test("ends the line when the page goes, and the page's socket when the till goes", async () => {
  const { kiosk, cookie, lines } = await aKiosk();
  const page = await opened(kiosk, cookie);
  page.close();
  await expect.poll(() => lines[0]?.wire.isClosed()).toBe(true);
  const next = await opened(kiosk, cookie);
  const code = closeOf(next);
  lines[1]?.end();
  expect(await code).toBe(CLOSE_CODE.PEER_GONE);
});
test("says NOT_READY while the till is not up", async () => {
  const { kiosk, cookie } = await aKiosk({ openPage: () => undefined });
  expect(await closeOf(socket(kiosk, { cookie, origin: `http://127.0.0.1:${kiosk.port}` }))).toBe(
    CLOSE_CODE.NOT_READY,
  );
});
test("refuses a socket of another page, of another host, without cookie, or for another channel", async () => {
  const { kiosk, cookie, lines } = await aKiosk();
  const origin = `http://127.0.0.1:${kiosk.port}`;
  expect(await refusalOf(socket(kiosk, { cookie, origin: "http://evil.example" }))).toBe(403);
  expect(await refusalOf(socket(kiosk, { cookie, origin: "http://127.0.0.1:1" }))).toBe(403);
  expect(await refusalOf(socket(kiosk, { cookie }))).toBe(403);
  expect(await refusalOf(socket(kiosk, { origin }))).toBe(403);
  expect(await refusalOf(socket(kiosk, { cookie, origin: "http://a.example", host: "a.example" }))).toBe(403);
  expect(await refusalOf(socket(kiosk, { cookie, origin }, "/wire?channel=keys"))).toBe(404);
  expect(await refusalOf(socket(kiosk, { cookie, origin }, "/other?channel=till"))).toBe(404);
  expect(lines).toEqual([]);
});
test("ends a socket that sends bytes or too much", async () => {
  const { kiosk, cookie } = await aKiosk();
  const bytes = await opened(kiosk, cookie);
  bytes.send(Buffer.from([1]));
  expect(await closeOf(bytes)).toBe(CLOSE_CODE.REQUEST_INVALID);
  const large = await opened(kiosk, cookie);
  large.on("error", () => undefined);
  large.send("x".repeat(MESSAGE_CHARS_MAX + 1));
  expect(await closeOf(large)).toBe(1009);
});
test("ends a socket that answers no ping", async () => {
  const { kiosk, cookie, lines } = await aKiosk({ pingEveryMs: 30 });
  const page = await opened(kiosk, cookie);
  page.pause();
  await expect.poll(() => lines[0]?.wire.isClosed()).toBe(true);
});
test("refuses a taken port with PORT_TAKEN", async () => {
  const { kiosk } = await aKiosk();
  await expect(aKiosk({ port: kiosk.port })).rejects.toMatchObject({ failure: { code: "PORT_TAKEN" } });
});
test("listens on loopback only", async () => {
  const { kiosk } = await aKiosk();
  const other = createServer();
  const isFree = new Promise((resolve) => {
    other.once("error", () => resolve(false));
    other.listen(kiosk.port, "127.0.0.2", () => resolve(true));
  });
  expect(await isFree).toBe(process.platform === "linux");
  other.close();
});

type Line = { wire: TextWire; heard: string[]; say(text: string): void; end(): void };

async function aKiosk(over: { port?: number; pingEveryMs?: number; openPage?: () => undefined } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "countersign-page-"));
  const pageDir = join(folder, "till");
  mkdirSync(join(pageDir, "assets"), { recursive: true });
  writeFileSync(join(folder, "secret.js"), "secret");
  writeFileSync(join(pageDir, "assets", "app.js"), "let a;");
  writeFileSync(
    join(pageDir, "index.html"),
    '<!doctype html><html><head><meta property="csp-nonce" nonce="__CSP_NONCE__"></head></html>',
  );
  const lines: Line[] = [];
  const kiosk = await startKiosk({ port: 0, pageDir, openPage: () => aLine(lines), ...over });
  running.push(kiosk);
  const { headers } = await get(kiosk, new URL(kiosk.address).search, {});
  return { kiosk, lines, cookie: headers["set-cookie"]?.[0]?.split(";")[0] ?? "" };
}

function aLine(lines: Line[]): TextWire {
  const heard: string[] = [];
  const ends = makeWire<string>(
    (text) => void heard.push(text),
    () => undefined,
  );
  lines.push({ wire: ends.wire, heard, say: ends.arrived, end: ends.ended });
  return ends.wire;
}

function get(kiosk: Kiosk, path: string, headers: Record<string, string>, method = "GET") {
  return new Promise<{
    status: number;
    headers: NodeJS.Dict<string | string[]> & { "set-cookie"?: string[] | undefined };
    body: string;
  }>((resolve, reject) => {
    const asked = request({
      host: "127.0.0.1",
      port: kiosk.port,
      path: path.startsWith("?") ? `/${path}` : path,
      headers,
      method,
    });
    asked.on("error", reject);
    asked.on("response", (reply) => {
      let body = "";
      reply.on("data", (chunk) => {
        body += String(chunk);
      });
      reply.on("end", () => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body }));
    });
    asked.end();
  });
}

function socket(kiosk: Kiosk, headers: Record<string, string>, path = "/wire?channel=till"): WebSocket {
  return new WebSocket(`ws://127.0.0.1:${kiosk.port}${path}`, { headers });
}

async function opened(kiosk: Kiosk, cookie: string): Promise<WebSocket> {
  const page = socket(kiosk, { cookie, origin: `http://127.0.0.1:${kiosk.port}` });
  await new Promise((resolve, reject) => {
    page.once("open", resolve);
    page.once("error", reject);
  });
  return page;
}

const closeOf = (page: WebSocket) => new Promise((resolve) => page.on("close", (code) => resolve(code)));

function refusalOf(page: WebSocket): Promise<number | undefined> {
  page.on("error", () => undefined);
  return new Promise((resolve) => {
    page.on("unexpected-response", (_request, reply) => resolve(reply.statusCode));
    page.on("open", () => resolve(undefined));
  });
}
