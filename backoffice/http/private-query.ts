// No address of the server holds a card's number: it would stay in histories, and in the logs of proxies.
import type { FastifyReply, FastifyRequest } from "fastify";
import { FailureError } from "#core/errors.ts";
import { looksLikeSecret } from "#core/sale/secret-text.ts";

/** An id of ours may by chance hold as many digits as a PIN# has, with its check digit. */
const UUID = /\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/gi;

/** As a hook on every request. Fails with LOOKS_LIKE_SECRET; a search by number is posted. */
export function refuseSecretQuery(
  request: FastifyRequest,
  _reply: FastifyReply,
  done: (error?: Error) => void,
): void {
  const isSecret = request.url.includes("?") && Object.entries(request.query as object).some(holdsSecret);
  done(isSecret ? new FailureError({ code: "LOOKS_LIKE_SECRET" }) : undefined);
}

const holdsSecret = ([name, value]: readonly [string, unknown]): boolean =>
  [name, String(value)].some((text) => looksLikeSecret(text.replaceAll(UUID, "")));
