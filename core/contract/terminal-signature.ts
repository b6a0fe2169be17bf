// How a terminal signs a request. The shell on either side computes the hash and the Ed25519 signature.
import { z } from "zod";
import { Base64, WireInstant, WireTerminalId } from "./values.ts";

/** A signature is good for this long around the server's time; a nonce is remembered for twice as long. */
export const SIGNATURE_AGE_MS_MAX = 120_000;

export const SIGNATURE_HEADERS = {
  terminal: "x-countersign-terminal",
  at: "x-countersign-at",
  nonce: "x-countersign-nonce",
  signature: "x-countersign-signature",
} as const;

export const SignatureHeaders = z.object({
  [SIGNATURE_HEADERS.terminal]: WireTerminalId,
  [SIGNATURE_HEADERS.at]: WireInstant,
  [SIGNATURE_HEADERS.nonce]: z.string().regex(/^[\w-]{16,64}$/),
  [SIGNATURE_HEADERS.signature]: Base64,
});

export type SignedParts = Readonly<{
  method: string;
  /** Path with its query, as sent. */
  path: string;
  terminalId: string;
  at: string;
  nonce: string;
  /** SHA-256 of the body's bytes in hex; of the empty text where there is no body. */
  bodyHash: string;
}>;

/** The text that is signed: one part a line, so that no part can run into the next. */
export const textToSign = (parts: SignedParts): string =>
  ["countersign-1", parts.method, parts.path, parts.terminalId, parts.at, parts.nonce, parts.bodyHash].join(
    "\n",
  );
