// The bytes of a request: kept as they arrive, and read as JSON only once it is known who sent them. Reading eight
// megabytes of brackets holds everybody up for seconds, and whoever is nobody could send them.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { SIGNATURE_HEADERS, SignatureHeaders } from "#core/contract/terminal-signature.ts";
import { FailureError, fail } from "#core/errors.ts";
import type { TerminalId } from "#core/ids.ts";

/** A basket of 200 lines is some 60 kB; nothing else that a person sends is larger. */
export const BODY_BYTES_MAX = 262_144;
/** 500 entries, the most that one sync may hold. */
export const JOURNAL_BODY_BYTES_MAX = 8_388_608;

/** Which terminal a request says that it comes from, and when that one signed it: not checked yet. */
export type TerminalClaim = Readonly<{ terminalId: TerminalId; at: string }>;

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

type BodyGate = Readonly<{
  /** Fails with TERMINAL_UNKNOWN or SIGNATURE_WRONG where the claim cannot be true. */
  checkClaim(claim: TerminalClaim): Promise<void>;
  /** Counts a refusal against the address. Fails with BUSY where there were too many. */
  slowDown(request: FastifyRequest): Promise<void>;
}>;

/**
 * For the one route whose body may be large, before any of it is read: only a terminal of ours sends more than the rest may.
 * What is announced as small goes on untouched.
 */
export function largeBodyGate({ checkClaim, slowDown }: BodyGate) {
  const refuseStranger = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    try {
      const headers = SignatureHeaders.safeParse(request.headers);
      if (!headers.success) throw new FailureError({ code: "REQUEST_TOO_LARGE" });
      const { [SIGNATURE_HEADERS.terminal]: terminalId, [SIGNATURE_HEADERS.at]: at } = headers.data;
      await checkClaim({ terminalId, at });
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
