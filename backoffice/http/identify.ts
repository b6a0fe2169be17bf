// Establishes who asks: a terminal by its signature, a merchant by its key, staff by the session's cookie.
import type { FastifyRequest } from "fastify";
import { SIGNATURE_HEADERS, SignatureHeaders, type SignedParts } from "#core/contract/terminal-signature.ts";
import { FailureError } from "#core/errors.ts";
import type { MerchantId, TerminalId } from "#core/ids.ts";
import { sha256Hex } from "../sha256.ts";
import type { Caller } from "./caller.ts";

export const SESSION_COOKIE = "countersign_session";
const API_KEY = /^Bearer (csk_[\w-]{20,100})$/;

export type CallerSources = Readonly<{
  staffOfSession(token: string): Promise<Extract<Caller, { kind: "staff" }> | undefined>;
  merchantOfKey(key: string): Promise<MerchantId | undefined>;
  /** Before the body has come that its signature covers. Fails with TERMINAL_UNKNOWN. */
  refuseUnknownTerminal(terminalId: TerminalId): Promise<void>;
  /** Checks key, age and nonce. Fails with TERMINAL_UNKNOWN or SIGNATURE_WRONG. */
  terminalOfSignature(parts: SignedParts, signature: string): Promise<TerminalId>;
}>;

/** False where a request does not even say who it comes from: then it is nobody's, whatever its body holds. */
export const claimsToBeSomebody = ({ headers }: FastifyRequest): boolean =>
  headers[SIGNATURE_HEADERS.terminal] !== undefined ||
  headers.authorization !== undefined ||
  headers.cookie !== undefined;

/** Fails with SIGNATURE_WRONG, TERMINAL_UNKNOWN, SIGN_IN_REQUIRED or ORIGIN_REFUSED. */
export async function identify(request: FastifyRequest, sources: CallerSources): Promise<Caller> {
  if (request.headers[SIGNATURE_HEADERS.terminal] !== undefined) return terminalCaller(request, sources);
  const key = API_KEY.exec(request.headers.authorization ?? "")?.[1];
  if (key !== undefined) {
    const merchantId = await sources.merchantOfKey(key);
    if (merchantId === undefined) throw new FailureError({ code: "SIGN_IN_REQUIRED" });
    return { kind: "merchant", merchantId };
  }
  const token = request.cookies[SESSION_COOKIE];
  const staff = token === undefined ? undefined : await sources.staffOfSession(token);
  if (staff !== undefined) {
    refuseForeignOrigin(request);
    return staff;
  }
  return { kind: "anonymous", address: request.ip };
}

async function terminalCaller(request: FastifyRequest, sources: CallerSources): Promise<Caller> {
  const headers = SignatureHeaders.safeParse(request.headers);
  if (!headers.success) throw new FailureError({ code: "SIGNATURE_WRONG", detail: "headers" });
  const signed = headers.data;
  const terminalId = await sources.terminalOfSignature(
    {
      method: request.method,
      path: request.url,
      terminalId: signed[SIGNATURE_HEADERS.terminal],
      at: signed[SIGNATURE_HEADERS.at],
      nonce: signed[SIGNATURE_HEADERS.nonce],
      bodyHash: sha256Hex(request.rawBody ?? ""),
    },
    signed[SIGNATURE_HEADERS.signature],
  );
  return { kind: "terminal", terminalId };
}

/** A cookie travels by itself, so a request that changes something must come from our own page. */
function refuseForeignOrigin(request: FastifyRequest): void {
  if (request.method === "GET" || request.method === "HEAD") return;
  const { origin, host } = request.headers;
  if (origin === undefined) return;
  if (!URL.canParse(origin) || new URL(origin).host !== host) {
    throw new FailureError({ code: "ORIGIN_REFUSED" });
  }
}
