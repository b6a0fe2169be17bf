// The back office's HTTP server: one API with its roles, limits, documents and the console's pages.
import cookie from "@fastify/cookie";
import rateLimit from "@fastify/rate-limit";
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
  type RouteShorthandOptions,
} from "fastify";
import type { Logger } from "pino";
import { CATALOGUE_IMPORT_PATH } from "#core/contract/catalogue.ts";
import { FailureError } from "#core/errors.ts";
import { BODY_BYTES_MAX, JOURNAL_BODY_BYTES_MAX, keepBytes, largeBodyGate } from "./body.ts";
import type { Caller, RequestContext, SessionControl } from "./caller.ts";
import { wireErrorOf, wireFailure } from "./failures.ts";
import { type CallerSources, claimsToBeSomebody, identify, SESSION_COOKIE } from "./identify.ts";
import type { Metrics } from "./metrics.ts";
import { refuseSecretQuery } from "./private-query.ts";
import { type AnyRouter, serveContract } from "./serve-contract.ts";

const REQUEST_TIMEOUT_MS = 30_000;
const JOURNAL_PATH = "/v1/terminal/journal";
/** 20,000 items with barcodes, some 400 bytes each. */
const CATALOGUE_BODY_BYTES_MAX = 8_388_608;
/** Guessing is slowed here; the tries of each card and person are counted in the database. */
const ANONYMOUS_PER_MINUTE_MAX = 120;

export type ApiServer = Readonly<{
  app: FastifyInstance;
  /** Who asks, for routes beside the contract. */
  contextOf(request: FastifyRequest, reply: FastifyReply): Promise<RequestContext>;
  listen(port: number, host: string): Promise<string>;
  close(): Promise<void>;
}>;

export type ApiServerOptions = Readonly<{
  router: AnyRouter;
  sources: CallerSources;
  log: Logger;
  metrics: Metrics;
  nextRequestId(): string;
  /**
   * Who asks: programs of this machine only (a name that somebody pointed at 127.0.0.1 is refused), anybody, or one
   * proxy before us that does TLS and says in `x-forwarded-for` who asked it.
   */
  reach?: "loopback" | "network" | "proxy";
  tls?: Readonly<{ cert: string; key: string }>;
}>;

export async function createApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { log, metrics } = options;
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    genReqId: options.nextRequestId,
    forceCloseConnections: true,
    // The proxy itself and nobody before it: what the asker wrote into that header stands further to the left.
    trustProxy: options.reach === "proxy" ? (_address, hop) => hop === 0 : false,
    ...(options.tls === undefined ? {} : { https: options.tls }),
  }) as unknown as FastifyInstance;

  app.decorateRequest("identified", undefined);
  keepBytes(app);
  await app.register(cookie);
  await app.register(rateLimit, { global: false });
  if (options.reach === "loopback") app.addHook("onRequest", refuseForeignHost);
  app.addHook("onRequest", refuseSecretQuery);
  app.addHook("onSend", (_request, reply, payload, done) => {
    reply.header("x-content-type-options", "nosniff");
    reply.header("referrer-policy", "no-referrer");
    reply.header("x-frame-options", "DENY");
    done(null, payload);
  });
  app.addHook("onResponse", (request, reply, done) => {
    const route = request.routeOptions.url ?? "unknown";
    metrics.request(request.method, route, reply.statusCode, reply.elapsedTime / 1_000);
    log.debug({ requestId: request.id, method: request.method, route, status: reply.statusCode }, "request");
    done();
  });
  app.setErrorHandler((error: FastifyError, request, reply) => sendError(reply, request, error, log));

  const { slowDown, refuseOverLimit } = anonymousLimit(app);
  const callerOf = identifiedOnce(options.sources, slowDown);
  const contextOf = async (request: FastifyRequest, reply: FastifyReply): Promise<RequestContext> => ({
    caller: await callerOf(request),
    requestId: request.id,
    session: sessionControl(request, reply, options.tls !== undefined || options.reach === "proxy"),
  });
  serveContract(app, {
    router: options.router,
    contextOf,
    hooksOf: (path) => ({ onRequest: refuseOverLimit, ...largeBodyOf(path, options.sources, slowDown) }),
    wireErrorOf: (thrown, requestId) => wireErrorOf(thrown, log, requestId),
  });
  app.all("/v1/*", { onRequest: refuseOverLimit }, async (request) => {
    await callerOf(request);
    throw new FailureError({ code: "NOT_FOUND", detail: "no such route" });
  });

  return {
    app,
    contextOf,
    listen: async (port, host) => {
      try {
        return await app.listen({ port, host });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") {
          throw new FailureError({ code: "PORT_TAKEN", detail: String(port) });
        }
        throw error;
      }
    },
    close: () => app.close(),
  };
}

/** The two routes whose body may be large: terminals send the one, a manager the other, which is read once that is known. */
function largeBodyOf(
  path: string,
  sources: CallerSources,
  slowDown: (request: FastifyRequest) => Promise<void>,
): Pick<RouteShorthandOptions, "bodyLimit" | "preParsing"> {
  if (path === CATALOGUE_IMPORT_PATH) return { bodyLimit: CATALOGUE_BODY_BYTES_MAX };
  if (path !== JOURNAL_PATH) return {};
  return { bodyLimit: JOURNAL_BODY_BYTES_MAX, preParsing: largeBodyGate(sources, slowDown) };
}

/**
 * Slows down who is nobody, by his address: `slowDown` once the body has arrived, because a terminal's signature covers it;
 * `refuseOverLimit` before that, where he does not even claim to be somebody. Others of the same address may be tills.
 * Both fail with BUSY.
 */
function anonymousLimit(app: FastifyInstance) {
  const limit = app.createRateLimit({ max: ANONYMOUS_PER_MINUTE_MAX, timeWindow: 60_000 });
  const refuseWhenOver = (state: Awaited<ReturnType<typeof limit>>): void => {
    if (!state.isAllowed && state.isExceeded)
      throw new FailureError({ code: "BUSY", detail: "too many requests" });
  };
  return {
    slowDown: async (request: FastifyRequest): Promise<void> => refuseWhenOver(await limit(request)),
    refuseOverLimit: (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void => {
      if (claimsToBeSomebody(request)) done();
      else
        void limit(request, { increment: false })
          .then(refuseWhenOver)
          .then(() => done(), done);
    },
  };
}

/**
 * A terminal's nonce is good once, so who asks is established once per request. Whoever claims to be somebody and is
 * not counts as nobody.
 */
function identifiedOnce(
  sources: CallerSources,
  slowDown: (request: FastifyRequest) => Promise<void>,
): (request: FastifyRequest) => Promise<Caller> {
  const identified = async (request: FastifyRequest): Promise<Caller> => {
    const caller = await identify(request, sources).catch(async (error: unknown) => {
      await slowDown(request);
      throw error;
    });
    if (caller.kind === "anonymous") await slowDown(request);
    return caller;
  };
  return (request) => {
    request.identified ??= identified(request);
    return request.identified;
  };
}

declare module "fastify" {
  interface FastifyRequest {
    /** Who asks, once somebody wanted to know. */
    identified?: Promise<Caller> | undefined;
  }
}

const LOOPBACK_NAMES: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);

async function refuseForeignHost({ hostname }: FastifyRequest): Promise<void> {
  if (!LOOPBACK_NAMES.has(hostname)) throw new FailureError({ code: "ORIGIN_REFUSED" });
}

function sessionControl(request: FastifyRequest, reply: FastifyReply, secure: boolean): SessionControl {
  const cookieOptions = { path: "/", httpOnly: true, sameSite: "strict", secure } as const;
  return {
    token: request.cookies[SESSION_COOKIE] ?? null,
    begin: (token, ageMs) => {
      reply.setCookie(SESSION_COOKIE, token, { ...cookieOptions, maxAge: Math.floor(ageMs / 1_000) });
    },
    end: () => {
      reply.clearCookie(SESSION_COOKIE, cookieOptions);
    },
  };
}

function sendError(reply: FastifyReply, request: FastifyRequest, error: unknown, log: Logger): FastifyReply {
  const wire = wireErrorOf(parserFailure(error) ?? error, log, request.id);
  return reply.status(wire.status).send(wire.toJSON());
}

/** What Fastify itself refuses, before a handler runs. */
function parserFailure(error: unknown): FailureError | undefined {
  const code = (error as { code?: string }).code;
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") return new FailureError({ code: "REQUEST_TOO_LARGE" });
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") {
    return new FailureError({ code: "REQUEST_INVALID", detail: "the body must be application/json" });
  }
  const status = (error as { statusCode?: number }).statusCode;
  if (status !== undefined && status >= 400 && status < 500)
    return new FailureError({ code: "REQUEST_INVALID" });
  return undefined;
}

/** For routes outside the API that refuse in the same words. */
export const refusalBody = (code: Parameters<typeof wireFailure>[0]["code"]) =>
  wireFailure({ code }).toJSON();
