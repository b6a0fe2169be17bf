// The bytes of a request: kept as they arrive, and read as JSON only once it is known who sent them. Reading eight
// megabytes of brackets holds everybody up for seconds, and whoever is nobody could send them.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { SIGNATURE_HEADERS, SignatureHeaders } from "#core/contract/terminal-signature.ts";
import { FailureError, fail } from "#core/errors.ts";
import type { CallerSources } from "./identify.ts";

/** A basket of 200 lines is some 60 kB; nothing else that a person sends is larger. */
export const BODY_BYTES_MAX = 262_144;
/** 500 entries, the most that one sync may hold. */
export const JOURNAL_BODY_BYTES_MAX = 8_388_608;

declare module "fastify" {
  interface FastifyRequest {
    /** The body as it arrived: what a terminal signed. */
    rawBody?: Buffer | undefined;
  }
}

/** Takes the place of Fastify's own parsers: a body is JSON, and is not read here. */
export function keepBytes(app: FastifyInstance): void {
  app.decorateRequest("rawBody", undefined);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, body, done) => {
    request.rawBody = body as Buffer;
    done(null, undefined);
  });
}

/** What a request's body says; undefined where it has none. Fails with REQUEST_INVALID. */
export function jsonBody({ rawBody }: FastifyRequest): unknown {
  if (rawBody === undefined || rawBody.length === 0) return undefined;
  try {
    return JSON.parse(rawBody.toString("utf8"));
  } catch {
    return fail("REQUEST_INVALID", "not JSON");
  }
}

/**
 * For the one route whose body may be large, before any of it is read: only what names a terminal of ours may be larger than
 * the rest. What is announced as small goes on untouched. `slowDown` counts a refusal against the address.
 */
export function largeBodyGate(
  { refuseUnknownTerminal }: Pick<CallerSources, "refuseUnknownTerminal">,
  slowDown: (request: FastifyRequest) => Promise<void>,
) {
  const refuseStranger = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    try {
      const headers = SignatureHeaders.safeParse(request.headers);
      if (!headers.success) throw new FailureError({ code: "REQUEST_TOO_LARGE" });
      // Its clock is looked at later: a till learns from the answer to a whole request that its own is wrong.
      await refuseUnknownTerminal(headers.data[SIGNATURE_HEADERS.terminal]);
    } catch (error) {
      // What he still sends is of no interest.
      reply.header("connection", "close");
      await slowDown(request);
      throw error;
    }
  };
  return (
    request: FastifyRequest,
    reply: FastifyReply,
    _payload: unknown,
    done: (error?: Error | null) => void,
  ): void => {
    if (Number(request.headers["content-length"]) <= BODY_BYTES_MAX) done();
    else void refuseStranger(request, reply).then(() => done(), done);
  };
}
