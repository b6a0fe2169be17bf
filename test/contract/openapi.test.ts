// The API's description is made from the contract: it must name every route, and mean what the routes take.
import { isContractProcedure } from "@orpc/contract";
import { OpenAPIGenerator } from "@orpc/openapi";
import { ZodToJsonSchemaConverter } from "@orpc/zod/zod4";
import { beforeAll, describe, expect, it } from "vitest";
import { backofficeContract } from "#core/contract/backoffice.ts";

type Operation = Readonly<{ operationId?: string; summary?: string; tags?: readonly string[] }>;
type Document = Readonly<{
  openapi: string;
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}>;

const routes = routesOf(backofficeContract);
let document: Document;

beforeAll(async () => {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] });
  document = (await generator.generate(backofficeContract, {
    info: { title: "t", version: "1" },
  })) as unknown as Document;
});

describe("the API's description", () => {
  it("is OpenAPI 3.1 and names every route once", () => {
    expect(document.openapi).toMatch(/^3\.1/);
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.toSorted()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).toSorted());
  });

  it.each(routes)("$method $path has a summary and a tag, and is versioned", ({ method, path }) => {
    const operation = document.paths[path]?.[method.toLowerCase()];
    expect(operation?.summary).toMatch(/^[A-Z].{5,}/);
    expect(operation?.tags?.length).toBe(1);
    expect(path).toMatch(/^\/v1\//);
  });

  it("takes amounts as text in minor units wherever there is one", () => {
    const text = JSON.stringify(document);
    expect(text).toContain('"minor":{"type":"string"');
    expect(text).not.toMatch(/"minor":\{"type":"(number|integer)"/);
  });

  it("puts no number, PIN# or password into an address", () => {
    for (const { path } of routes) expect(path).not.toMatch(/\{(number|pin|password)\}/i);
    for (const methods of Object.values(document.paths)) {
      const parameters = JSON.stringify(
        Object.values(methods).map((of) => (of as { parameters?: unknown }).parameters),
      );
      expect(parameters).not.toMatch(/"name":"(number|pin|password|initialPassword)"/);
    }
  });
});

function routesOf(contract: object): { method: string; path: string }[] {
  return Object.values(contract).flatMap((value) =>
    isContractProcedure(value)
      ? [{ method: value["~orpc"].route.method ?? "POST", path: value["~orpc"].route.path ?? "" }]
      : routesOf(value as object),
  );
}
