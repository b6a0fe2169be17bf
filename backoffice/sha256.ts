// SHA-256 in one call: Node's own for whole texts costs a third of making a hash object for each.
import { hash } from "node:crypto";

/** Of a text as UTF-8, or of bytes: 64 hexadecimal digits. */
export const sha256Hex = (content: string | Uint8Array): string => hash("sha256", content);
