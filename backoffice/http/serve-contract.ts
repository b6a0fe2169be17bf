// The contract as Fastify routes, one for each procedure: Fastify finds the route and takes the body in, which is read
// once it is known that its sender may call; oRPC decodes and calls. oRPC's own HTTP handler looks for the route a second
// time and costs several times as much; it serves the event streams, which it knows how to write.
import { getEventIteratorSchemaDetails } from "@orpc/contract";
import { OpenAPIHandler } from "@orpc/openapi/fastify";
import {
  type AnyProcedure,
  createProcedureClient,
  getRouter,
  isProcedure,
  type Router,
  traverseContractProcedures,
} from "@orpc/server";
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from "fastify";
import { assert } from "#core/assert.ts";
import type { RouteMeta } from "#core/contract/roles.ts";
import { jsonBody } from "./body.ts";
import type { RequestContext } from "./caller.ts";
import { enforceRoles } from "./enforce-roles.ts";

// biome-ignore lint/suspicious/noExplicitAny: the type of oRPC itself for "any contract, this context"
export type AnyRouter = Router<any, RequestContext>;

export type ContractOptions = Readonly<{
  router: AnyRouter;
  /** Who asks and in which session; fails where nobody may be believed. */
  contextOf(request: FastifyRequest, reply: FastifyReply): Promise<RequestContext>;
  /** What stands before the handler of a path, and how large its body may be. */
  hooksOf(path: string): Pick<RouteShorthandOptions, "bodyLimit" | "onRequest" | "preParsing">;
  /** What leaves in place of whatever a stream threw. */
  wireErrorOf(thrown: unknown, requestId: string): Error;
}>;

/** Routes fail with what `contextOf` and the procedures fail with, and with ORPCError where an input does not decode. */
export function serveContract(app: FastifyInstance, options: ContractOptions): void {
  const stream = streamsOf(options);
  traverseContractProcedures({ router: options.router, path: [] }, ({ contract, path }) => {
    const procedure = getRouter(options.router, path);
    assert(isProcedure(procedure), "the router implements its whole contract");
    const { route, meta, outputSchema } = contract["~orpc"];
    assert(route.method !== undefined && route.path !== undefined, "every procedure names its route");
    app.route({
      method: route.method,
      url: route.path.replace(/\{(\w+)\}/g, ":$1"),
      ...options.hooksOf(route.path),
      handler:
        getEventIteratorSchemaDetails(outputSchema) === undefined
          ? answers(procedure, path, meta, options)
          : stream,
    });
  });
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

function answers(
  procedure: AnyProcedure,
  path: readonly string[],
  meta: Partial<RouteMeta>,
  { contextOf }: ContractOptions,
): Handler {
  const call = createProcedureClient(procedure, {
    context: (given: RequestContext) => given,
    path,
  });
  return async (request, reply) => {
    const context = await contextOf(request, reply);
    enforceRoles(meta, context.caller);
    return reply.send(await call(inputOf(request), { context }));
  };
}

/** What stands in the path counts before what is said beside it. Fails with REQUEST_INVALID for a body that is no JSON. */
function inputOf(request: FastifyRequest): unknown {
  const { method, params, query } = request;
  const given = method === "GET" ? query : jsonBody(request);
  if (given === undefined || given === null) return params;
  return typeof given === "object" && !Array.isArray(given) ? Object.assign(given, params) : given;
}

function streamsOf({ router, contextOf, wireErrorOf }: ContractOptions): Handler {
  const handler = new OpenAPIHandler<RequestContext>(router, {
    clientInterceptors: [
      async ({ next, procedure, context }) => {
        enforceRoles(procedure["~orpc"].meta as Partial<RouteMeta>, context.caller);
        return next();
      },
    ],
    interceptors: [
      async ({ next, context }) => {
        try {
          return await next();
        } catch (thrown) {
          throw wireErrorOf(thrown, context.requestId);
        }
      },
    ],
  });
  return async (request, reply) => {
    const { matched } = await handler.handle(request, reply, { context: await contextOf(request, reply) });
    assert(matched, "a stream's route is in the router");
    return reply;
  };
}
