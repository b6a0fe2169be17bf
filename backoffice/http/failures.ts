// How a failure leaves the server: its code, its status, one sentence, and nothing from inside.
import { ORPCError } from "@orpc/client";
import { ValidationError } from "@orpc/contract";
import type { Logger } from "pino";
import { ERRORS, type Failure, FailureError } from "#core/errors.ts";
import { HTTP_STATUS } from "./http-status.ts";

/** The wire form of an expected failure. */
export function wireFailure({ code, detail }: Failure): ORPCError<string, { detail?: string }> {
  return new ORPCError(code, {
    status: HTTP_STATUS[code],
    message: ERRORS[code].says,
    data: detail === undefined ? {} : { detail },
  });
}

/** Maps whatever a handler threw. A defect is logged with the request's id and leaves as INTERNAL. */
export function wireErrorOf(thrown: unknown, log: Logger, requestId: string): ORPCError<string, unknown> {
  if (thrown instanceof FailureError) return wireFailure(thrown.failure);
  if (thrown instanceof ORPCError) return orpcError(thrown, log, requestId);
  log.error({ requestId, err: thrown }, "request.defect");
  return wireFailure({ code: "INTERNAL", detail: requestId });
}

function orpcError(error: ORPCError<string, unknown>, log: Logger, requestId: string) {
  if (error.code === "BAD_REQUEST" && error.cause instanceof ValidationError) {
    // Only the places and the rules, never the values: a value may be a password.
    const issues = error.cause.issues
      .slice(0, 5)
      .map((issue) => `${(issue.path ?? []).map(String).join(".") || "body"}: ${issue.message}`);
    return wireFailure({ code: "REQUEST_INVALID", detail: issues.join("; ") });
  }
  if (error.status >= 500) {
    log.error({ requestId, err: error }, "request.defect");
    return wireFailure({ code: "INTERNAL", detail: requestId });
  }
  if (error.code === "BAD_REQUEST") return wireFailure({ code: "REQUEST_INVALID" });
  return error;
}
