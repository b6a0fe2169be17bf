// Checks a staff PIN against the verifier that the snapshot brought for this terminal.
import { createHmac } from "node:crypto";
import type { PinCheck } from "../ports.ts";
import type { PasswordHasher } from "./password-hash.ts";

/**
 * Argon2id over HMAC-SHA256(staffKey, PIN) in hex, as the back office makes it.
 * @param staffKey base64, from the enrolment: a verifier copied to another terminal checks nothing there
 */
export function makePinCheck(staffKey: string, hasher: PasswordHasher): PinCheck {
  const key = Buffer.from(staffKey, "base64");
  return (verifier, pin) =>
    hasher.verify(verifier, createHmac("sha256", key).update(pin, "utf8").digest("hex"));
}
