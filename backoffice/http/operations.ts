// The pages for those who run it: health, readiness, metrics, and the API's description.
import { createRequire } from "node:module";
import { dirname } from "node:path";
import fastifyStatic from "@fastify/static";
import type { AnyContractRouter } from "@orpc/contract";
import { OpenAPIGenerator } from "@orpc/openapi";
import { ZodToJsonSchemaConverter } from "@orpc/zod/zod4";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { FailureError } from "#core/errors.ts";
import type { Metrics } from "./metrics.ts";

export type OperationsOptions = Readonly<{
  contract: AnyContractRouter;
  version: string;
  metrics: Metrics;
  /** Resolves when the service can take requests; otherwise says why not. */
  readiness(): Promise<{ ready: boolean; reason?: string }>;
}>;

export async function serveOperations(app: FastifyInstance, options: OperationsOptions): Promise<void> {
  app.get("/healthz", async () => ({ alive: true, version: options.version }));
  app.get("/readyz", async (_request, reply) => {
    const state = await options.readiness();
    return reply.status(state.ready ? 200 : 503).send(state);
  });
  app.get("/metrics", async (request, reply) => {
    if (!isFromThisMachine(request)) throw new FailureError({ code: "NOT_FOUND", detail: "no such route" });
    return reply.type(options.metrics.registry.contentType).send(await options.metrics.registry.metrics());
  });

  const document = await new OpenAPIGenerator({
    schemaConverters: [new ZodToJsonSchemaConverter()],
  }).generate(options.contract, {
    info: {
      title: "Countersign back office",
      version: options.version,
      description:
        "Prepaid cards, payments, terminals and settlement. Amounts are in minor units as text; every request that " +
        "moves value carries an id made by the caller, and may be sent again with the same id for ever.",
    },
    components: {
      securitySchemes: {
        session: { type: "apiKey", in: "cookie", name: "countersign_session" },
        merchantKey: { type: "http", scheme: "bearer" },
        terminalSignature: { type: "apiKey", in: "header", name: "x-countersign-signature" },
      },
    },
  });
  app.get("/openapi.json", async () => document);
  await serveDocs(app);
}

/** How much is sold is nobody else's business: a monitor's agent runs beside us. What a proxy passes on is from elsewhere. */
function isFromThisMachine({ socket, headers }: FastifyRequest): boolean {
  const address = socket.remoteAddress ?? "";
  return headers["x-forwarded-for"] === undefined && /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(address);
}

/** Swagger UI from its package; the page that starts it is ours, because its own has an inline script. */
async function serveDocs(app: FastifyInstance): Promise<void> {
  const assets = dirname(
    createRequire(import.meta.url ?? __filename).resolve("swagger-ui-dist/package.json"),
  );
  await app.register(fastifyStatic, {
    root: assets,
    prefix: "/docs/assets/",
    index: false,
    decorateReply: false,
  });
  const policy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
  app.get("/docs", async (_request, reply) =>
    reply.header("content-security-policy", policy).type("text/html; charset=utf-8").send(DOCS_PAGE),
  );
  app.get("/docs/start.js", async (_request, reply) =>
    reply.type("text/javascript; charset=utf-8").send(DOCS_START),
  );
}

const DOCS_PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Countersign API</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css"></head><body><div id="docs"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body></html>`;
const DOCS_START = `SwaggerUIBundle({ url: "/openapi.json", dom_id: "#docs", deepLinking: true });`;
