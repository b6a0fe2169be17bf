// What somebody without a name can do to a back office: another page of this machine, a guesser, a flood.
import { mkdtempSync, statSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { implement } from "@orpc/server";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import type { RequestContext } from "#backoffice/http/caller.ts";
import { createMetrics } from "#backoffice/http/metrics.ts";
import { type ApiServer, createApiServer } from "#backoffice/http/server.ts";
import { allow } from "#core/contract/roles.ts";
import { SIGNATURE_HEADERS } from "#core/contract/terminal-signature.ts";
import { WireMoney } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import type { TerminalId } from "#core/ids.ts";
import { openSqlite } from "#database/sqlite.ts";

const contract = {
  guess: allow("anyone")
    .route({ method: "POST", path: "/v1/guess" })
    .input(z.object({ amount: WireMoney.optional() }))
    .output(z.object({ done: z.boolean() })),
  sync: allow("terminal")
    .route({ method: "POST", path: "/v1/terminal/journal" })
    .input(z.object({ entries: z.array(z.string()) }))
    .output(z.object({ stored: z.number() })),
};
const os = implement(contract).$context<RequestContext>();
const router = os.router({
  guess: os.guess.handler(() => ({ done: true })),
  sync: os.sync.handler(({ input }) => ({ stored: input.entries.length })),
});

/** More than a stranger may ask in a minute. */
const FLOOD = 130;
const OURS = "t-ours" as TerminalId;
/** Stands for a signature that matches. */
const RIGHT = "right-0123456789abcdef";
/** More than anybody but a terminal may send. */
const LARGE = JSON.stringify({ entries: ["x".repeat(300_000)] });

const signedBy = (terminalId: string, nonce: string): Record<string, string> => ({
  [SIGNATURE_HEADERS.terminal]: terminalId,
  [SIGNATURE_HEADERS.at]: "2026-03-01T12:00:00.000Z",
  [SIGNATURE_HEADERS.nonce]: nonce,
  [SIGNATURE_HEADERS.signature]: "AAAA",
});

async function aServer(
  reach: "loopback" | "proxy" = "loopback",
): Promise<{ server: ApiServer; address: string }> {
  const server = await createApiServer({
    router,
    sources: {
      staffOfSession: async () => undefined,
      merchantOfKey: async () => undefined,
      refuseUnknownTerminal: async (terminalId) =>
        terminalId === OURS ? undefined : fail("TERMINAL_UNKNOWN"),
      terminalOfSignature: async ({ terminalId, nonce }) =>
        terminalId === OURS && nonce === RIGHT ? OURS : fail("SIGNATURE_WRONG"),
    },
    log: pino({ level: "silent" }),
    metrics: createMetrics(),
    nextRequestId: () => "request-1",
    reach,
  });
  return { server, address: await server.listen(0, "127.0.0.1") };
}

/** The status that comes back where a body was announced and nothing of it was ever sent. */
const refusedUnsent = (address: string, path: string, headers: Record<string, string>, bytes: number) =>
  new Promise<number | undefined>((resolve, reject) => {
    const asked = request(
      address + path,
      {
        method: "POST",
        headers: { "content-type": "application/json", "content-length": String(bytes), ...headers },
      },
      (response) => {
        response.resume();
        resolve(response.statusCode);
        asked.destroy();
      },
    );
    asked.on("error", reject);
    asked.flushHeaders();
  });

describe("a stranger", () => {
  let server: ApiServer;
  let address = "";
  beforeAll(async () => {
    ({ server, address } = await aServer());
  });
  afterAll(() => server.close());

  const sendText = (path: string, body: string, headers: Record<string, string>) =>
    fetch(address + path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
    });
  const post = (headers: Record<string, string>, body: unknown = {}) =>
    sendText("/v1/guess", JSON.stringify(body), headers);

  it.each([
    ["a header of authorization that is no key", { authorization: "x" }],
    ["a key that nobody has", { authorization: `Bearer csk_${"a".repeat(40)}` }],
    ["a session that nobody has", { cookie: "countersign_session=x" }],
    ["a signature without its other headers", { [SIGNATURE_HEADERS.signature]: "AAAA" }],
  ])("is slowed down with %s too", async (_name, headers) => {
    const own = await aServer();
    try {
      const statuses = new Set<number>();
      for (let count = 0; count < FLOOD; count += 1) {
        const response = await fetch(`${own.address}/v1/guess`, {
          method: "POST",
          headers: { "content-type": "application/json", ...headers },
          body: "{}",
        });
        statuses.add(response.status);
      }
      expect(statuses).toContain(503);
    } finally {
      await own.server.close();
    }
  });

  it.each([
    ["without a name", {}, 401],
    ["with a signature that does not match", signedBy(OURS, "wrong-0123456789abcdef"), 401],
    ["with a session that nobody has", { cookie: "countersign_session=x" }, 401],
  ])("%s has what he sends read by nobody", async (name, headers, status) => {
    const parse = vi.spyOn(JSON, "parse");
    try {
      const mark = `brackets of one ${name}`;
      expect((await sendText("/v1/terminal/journal", `{"entries": ["${mark}"`, headers)).status).toBe(status);
      expect(parse.mock.calls.filter(([text]) => String(text).includes(mark))).toEqual([]);
    } finally {
      parse.mockRestore();
    }
  });

  it("is refused a large body before he has sent it, and so is a terminal that is none of ours", async () => {
    expect(await refusedUnsent(address, "/v1/terminal/journal", {}, LARGE.length)).toBe(413);
    const unknown = signedBy("t-nobody", RIGHT);
    expect(await refusedUnsent(address, "/v1/terminal/journal", unknown, LARGE.length)).toBe(401);
    expect(await refusedUnsent(address, "/v1/guess", signedBy(OURS, RIGHT), LARGE.length)).toBe(413);
    const ours = await sendText("/v1/terminal/journal", LARGE, signedBy(OURS, RIGHT));
    expect([ours.status, await ours.json()]).toEqual([200, { stored: 1 }]);
  });

  it("who asked too often is refused before his body has come, and a till of his address is not", async () => {
    const own = await aServer();
    try {
      for (let count = 0; count < FLOOD; count += 1)
        await fetch(`${own.address}/v1/guess`, { method: "POST" }).then((response) =>
          response.body?.cancel(),
        );
      expect(await refusedUnsent(own.address, "/v1/guess", {}, 1_000)).toBe(503);
      expect(await refusedUnsent(own.address, "/v1/nothing", {}, 1_000)).toBe(503);
      const till = await fetch(`${own.address}/v1/terminal/journal`, {
        method: "POST",
        headers: { "content-type": "application/json", ...signedBy(OURS, RIGHT) },
        body: LARGE,
      });
      expect(till.status).toBe(200);
    } finally {
      await own.server.close();
    }
  });

  it("behind a proxy is told from others by what the proxy says of him, not by what he says himself", async () => {
    const own = await aServer("proxy");
    const ask = (forwardedFor: string) =>
      fetch(`${own.address}/v1/guess`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-forwarded-for": forwardedFor },
        body: "{}",
      });
    try {
      const statuses = new Set<number>();
      for (let count = 0; count < FLOOD; count += 1)
        statuses.add((await ask(`198.51.100.${count}, 203.0.113.7`)).status);
      expect(statuses).toContain(503);
      expect((await ask("203.0.113.8")).status).toBe(200);
    } finally {
      await own.server.close();
    }
  });

  it("does not reach a back office of this machine by a name that was pointed at it", async () => {
    const { port } = new URL(address);
    const status = (host: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const asked = request(
          { host: "127.0.0.1", port, path: "/healthz", headers: { host } },
          (response) => {
            response.resume();
            resolve(response.statusCode);
          },
        );
        asked.on("error", reject);
        asked.end();
      });
    expect(await status(`till.example:${port}`)).toBe(403);
    expect(await status(`127.0.0.1.till.example:${port}`)).toBe(403);
    expect(await status(`127.0.0.1:${port}`)).toBe(404);
    expect(await status(`localhost:${port}`)).toBe(404);
    expect(await status(`[::1]:${port}`)).toBe(404);
  });

  it("gets a refusal, not a defect, for an amount above what an amount can be", async () => {
    const asked = (minor: string) => post({}, { amount: { minor, currency: "KRW" } });
    expect((await asked("9223372036854775807")).status).toBe(200);
    expect((await asked("-9223372036854775807")).status).toBe(200);
    const above = await asked("9223372036854775808");
    expect(above.status).toBe(400);
    expect(await above.json()).toMatchObject({ code: "REQUEST_INVALID" });
    expect((await asked("-9999999999999999999")).status).toBe(400);
    expect((await asked("12a")).status).toBe(400);
  });
});

describe("another account of the machine", () => {
  it.skipIf(process.platform === "win32")("reads neither a database nor its log", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "countersign-rights-")), "books.db");
    const before = process.umask(0o022);
    const database = await openSqlite(path);
    try {
      await database.transaction((tx) => tx.run("CREATE TABLE fact (id INTEGER)"));
      for (const file of [path, `${path}-wal`]) expect(statSync(file).mode & 0o777).toBe(0o600);
    } finally {
      await database.close();
      process.umask(before);
    }
  });
});
