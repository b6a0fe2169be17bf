// Credentials that wait for the line: what the till seals to the back office (HPKE, RFC 9180, base mode with
// X25519, HKDF-SHA256 and AES-256-GCM) and what it is bound to. Both sides build the same bytes here.
import { z } from "zod";
import { CardCredentials } from "../contract/terminal.ts";
import type { WireMoney } from "../contract/values.ts";
import type { TerminalId } from "../ids.ts";
import { err, ok, type Result } from "../result.ts";

/** The HPKE `info`: keeps these ciphertexts apart from any other use of the same key. */
export const SEALED_INFO = "countersign sealed card credentials 1";

/** The slip that the credentials were given for, and no other. */
export type SealedSlip = Readonly<{ terminalId: TerminalId; tenderId: string; amount: WireMoney }>;

/**
 * The associated data of a sealed slip as text (UTF-8 on the way to the cipher): one part a line, so that
 * no part can run into the next. A ciphertext moved to another slip, till or amount does not open.
 */
export const sealedAssociatedData = ({ terminalId, tenderId, amount }: SealedSlip): string =>
  ["countersign-sealed-1", terminalId, tenderId, amount.minor, amount.currency].join("\n");

const SealedCredentials = z.strictObject({ number: CardCredentials.shape.number, password: z.string() });

/** The plaintext: JSON of the number or PIN# and the password. */
export const sealedPlaintext = ({ number, password }: z.infer<typeof CardCredentials>): string =>
  JSON.stringify({ number, password });

/** Reads an opened plaintext. Fails with REQUEST_INVALID; the detail never repeats what was read. */
export function readSealedPlaintext(text: string): Result<z.infer<typeof CardCredentials>> {
  const parsed = SealedCredentials.pipe(CardCredentials).safeParse(jsonOrUndefined(text));
  return parsed.success
    ? ok(parsed.data)
    : err({ code: "REQUEST_INVALID", detail: "the sealed credentials are not of the agreed form" });
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
