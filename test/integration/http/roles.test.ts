// I9: every route of the back office is refused to a role that does not have it. Walks all routes × all roles.
import { type AnyContractProcedure, isContractProcedure } from "@orpc/contract";
import { implement } from "@orpc/server";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Caller } from "#backoffice/http/caller.ts";
import { roleOf } from "#backoffice/http/caller.ts";
import { createMetrics } from "#backoffice/http/metrics.ts";
import { type ApiServer, createApiServer } from "#backoffice/http/server.ts";
import { backofficeContract } from "#core/contract/backoffice.ts";
import { ROLES, type Role, type RouteMeta } from "#core/contract/roles.ts";
import { fail } from "#core/errors.ts";
import type { MerchantId, StaffId, TerminalId } from "#core/ids.ts";

type Route = Readonly<{ name: string; method: string; path: string; roles: readonly Role[] }>;

const ROUTES = routesOf(backofficeContract);
const REFUSALS = [401, 403];

let server: ApiServer;
let caller: Caller = { kind: "anonymous", address: "127.0.0.1" };
let address: string;

beforeAll(async () => {
  server = await createApiServer({
    router: answering(backofficeContract) as never,
    sources: {
      staffOfSession: async () => (caller.kind === "staff" ? caller : undefined),
      merchantOfKey: async () => (caller.kind === "merchant" ? caller.merchantId : undefined),
      refuseUnknownTerminal: async () => undefined,
      terminalOfSignature: async () =>
        caller.kind === "terminal" ? caller.terminalId : fail("SIGNATURE_WRONG"),
    },
    log: pino({ level: "silent" }),
    metrics: createMetrics(),
    nextRequestId: () => "request",
  });
  address = await server.listen(0, "127.0.0.1");
});
afterAll(() => server.close());

describe("I9 roles on every route", () => {
  it("names roles for every route", () => {
    expect(ROUTES.length).toBeGreaterThan(30);
    expect(ROUTES.filter(({ roles }) => roles.length === 0)).toEqual([]);
  });

  it.each(ROLES.flatMap((role) => ROUTES.map((route) => ({ role, ...route, allowed: allows(route, role) }))))(
    "$role, $name: $allowed",
    async ({ role, method, path, allowed }) => {
      caller = callerOf(role);
      const status = await ask(method, path, caller);
      expect(REFUSALS.includes(status)).toBe(!allowed);
    },
  );
});

describe("I8 no card's number in an address", () => {
  it.each(ROUTES)("is refused by $name where it stands in a query", async ({ method, path }) => {
    caller = callerOf("operator");
    const asked = (query: string) => answerOf(method, `${path}?${query}`, caller);
    for (const query of SECRET_QUERIES)
      expect(await asked(query)).toMatchObject({ status: 400, code: "LOOKS_LIKE_SECRET" });
    for (const query of ["query=1042", "terminalId=t-01937582-4417-7000-8000-270000000008"])
      expect(await asked(query)).not.toMatchObject({ code: "LOOKS_LIKE_SECRET" });
  });

  it.each(["/healthz", "/console/cards", "/v1/console/exports/cards.csv", "/v1/nothing"])(
    "is refused by %s too",
    async (path) => {
      const response = await fetch(`${address}${path}?query=9410007000000000`);
      expect(await response.json()).toMatchObject({ code: "LOOKS_LIKE_SECRET" });
    },
  );
});

/** A number, a PIN#, a number in groups, one of two values, and one that stands where a name should. */
const SECRET_QUERIES = [
  "query=9410007000000000",
  "query=270000000008",
  "query=9410%200070%200000%200000",
  "query=a&query=9410007000000000",
  "9410007000000000",
];

const allows = ({ roles }: Route, role: Role) =>
  roles.includes("anyone") || (role !== "anyone" && roles.includes(role));

function callerOf(role: Role): Caller {
  const made: Caller =
    role === "anyone"
      ? { kind: "anonymous", address: "127.0.0.1" }
      : role === "merchant"
        ? { kind: "merchant", merchantId: "m" as MerchantId }
        : role === "terminal"
          ? { kind: "terminal", terminalId: "t" as TerminalId }
          : { kind: "staff", staffId: "s" as StaffId, name: "S", role };
  expect(roleOf(made)).toBe(role);
  return made;
}

const ask = async (method: string, path: string, as: Caller) => (await answerOf(method, path, as)).status;

async function answerOf(method: string, path: string, as: Caller) {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (as.kind === "staff") headers.cookie = "countersign_session=token";
  if (as.kind === "merchant") headers.authorization = "Bearer csk_aaaaaaaaaaaaaaaaaaaaaaaa";
  if (as.kind === "terminal") {
    headers["x-countersign-terminal"] = "t";
    headers["x-countersign-at"] = "2026-03-01T12:00:00.000Z";
    headers["x-countersign-nonce"] = "0123456789abcdef";
    headers["x-countersign-signature"] = "AAAA";
  }
  const url = address + path.replace(/\{\w+\}/g, "2026-03-01");
  const response = await fetch(url, { method, headers, ...(method === "GET" ? {} : { body: "{}" }) });
  const { code } = (await response.json()) as { code?: string };
  return { status: response.status, code };
}

function routesOf(contract: object, name = ""): Route[] {
  return Object.entries(contract).flatMap(([key, value]) => {
    const here = name === "" ? key : `${name}.${key}`;
    if (!isContractProcedure(value)) return routesOf(value as object, here);
    const { route, meta } = value["~orpc"];
    return [
      {
        name: here,
        method: route.method ?? "POST",
        path: route.path ?? "",
        roles: (meta as Partial<RouteMeta>).roles ?? [],
      },
    ];
  });
}

/** Every procedure answers NOT_READY: what is looked at is who gets as far as the handler. */
function answering(contract: object): object {
  return Object.fromEntries(
    Object.entries(contract).map(([key, value]) => [
      key,
      isContractProcedure(value)
        ? implement(value as AnyContractProcedure).handler(() => fail("NOT_READY") as never)
        : answering(value as object),
    ]),
  );
}
