// What the server refuses before any use case, and in which words.
import { implement } from "@orpc/server";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { RequestContext } from "#backoffice/http/caller.ts";
import { createMetrics } from "#backoffice/http/metrics.ts";
import { type ApiServer, createApiServer } from "#backoffice/http/server.ts";
import { allow } from "#core/contract/roles.ts";
import { fail } from "#core/errors.ts";
import type { StaffId } from "#core/ids.ts";

const contract = {
  pay: allow("anyone")
    .route({ method: "POST", path: "/v1/pay" })
    .input(z.object({ password: z.string().max(8), amount: z.number() }))
    .output(z.object({ paid: z.number() })),
  change: allow("manager")
    .route({ method: "POST", path: "/v1/change" })
    .output(z.object({ done: z.boolean() })),
};
const os = implement(contract).$context<RequestContext>();
const router = os.router({
  pay: os.pay.handler(({ input }) => {
    if (input.amount < 0) throw new Error(`a defect that knows the password ${input.password}`);
    if (input.amount === 0) return fail("FUNDS_INSUFFICIENT");
    return { paid: input.amount };
  }),
  change: os.change.handler(() => ({ done: true })),
});

let server: ApiServer;
let address: string;
const logged: string[] = [];

beforeAll(async () => {
  server = await createApiServer({
    router,
    sources: {
      staffOfSession: async () => ({
        kind: "staff",
        staffId: "park" as StaffId,
        name: "Park",
        role: "manager",
      }),
      merchantOfKey: async () => undefined,
      refuseUnknownTerminal: async () => undefined,
      terminalOfSignature: async () => fail("SIGNATURE_WRONG"),
    },
    log: pino({ level: "debug" }, { write: (line: string) => void logged.push(line) }),
    metrics: createMetrics(),
    nextRequestId: () => "request-1",
  });
  address = await server.listen(0, "127.0.0.1");
});
afterAll(() => server.close());

const post = async (path: string, body: string, headers: Record<string, string> = {}) => {
  const response = await fetch(address + path, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", ...headers },
  });
  return { status: response.status, body: (await response.json()) as { code?: string; data?: unknown } };
};

describe("the server", () => {
  it("answers a good request", async () => {
    expect(await post("/v1/pay", `{"password":"1234","amount":5}`)).toEqual({
      status: 200,
      body: { paid: 5 },
    });
  });

  it("logs that a request came, and nothing of what it carried", async () => {
    await post("/v1/pay", `{"password":"9f3k21","amount":5}`);
    expect(logged.join("")).toContain("/v1/");
    expect(logged.join("")).not.toContain("9f3k21");
  });

  it("gives an expected failure its code, status and sentence", async () => {
    const { status, body } = await post("/v1/pay", `{"password":"1234","amount":0}`);
    expect(status).toBe(402);
    expect(body).toMatchObject({ code: "FUNDS_INSUFFICIENT", message: "The balance is too low." });
  });

  it("hides a defect behind INTERNAL and the request's id", async () => {
    const { status, body } = await post("/v1/pay", `{"password":"s3cret","amount":-1}`);
    expect(status).toBe(500);
    expect(body).toMatchObject({ code: "INTERNAL", data: { detail: "request-1" } });
    expect(JSON.stringify(body)).not.toContain("s3cret");
  });

  it("names the places of a malformed request, never its values", async () => {
    const { status, body } = await post("/v1/pay", `{"password":"far-too-long-a-password","amount":"x"}`);
    expect(status).toBe(400);
    expect(body.code).toBe("REQUEST_INVALID");
    expect(JSON.stringify(body)).toContain("password");
    expect(JSON.stringify(body)).not.toContain("far-too-long");
  });

  it.each([
    ["a body that is not JSON", "{", {}, 400, "REQUEST_INVALID"],
    ["a body that is too large", JSON.stringify({ a: "x".repeat(300_000) }), {}, 413, "REQUEST_TOO_LARGE"],
    [
      "another kind of body",
      "a=1",
      { "content-type": "application/x-www-form-urlencoded" },
      400,
      "REQUEST_INVALID",
    ],
  ])("refuses %s", async (_name, body, headers, status, code) => {
    expect(await post("/v1/pay", body, headers)).toMatchObject({ status, body: { code } });
  });

  it("refuses a path that is no route", async () => {
    expect(await post("/v1/nothing", "{}")).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
  });

  it("lets a session act from our own origin only", async () => {
    const cookie = "countersign_session=token";
    const own = await post("/v1/change", "{}", { cookie, origin: address });
    const foreign = await post("/v1/change", "{}", { cookie, origin: "https://evil.example" });
    expect(own.status).toBe(200);
    expect(foreign).toMatchObject({ status: 403, body: { code: "ORIGIN_REFUSED" } });
  });

  it("refuses a terminal whose signature does not match", async () => {
    const headers = {
      "x-countersign-terminal": "t",
      "x-countersign-at": "2026-03-01T12:00:00.000Z",
      "x-countersign-nonce": "0123456789abcdef",
      "x-countersign-signature": "AAAA",
    };
    expect(await post("/v1/pay", "{}", headers)).toMatchObject({
      status: 401,
      body: { code: "SIGNATURE_WRONG" },
    });
  });

  it("slows one who is nobody down", async () => {
    const statuses = new Set<number>();
    for (let count = 0; count < 130; count += 1) statuses.add((await post("/v1/nothing", "{}")).status);
    expect(statuses).toContain(503);
  });
});
