// What the till may ask of a shell with an operating system's key store (channel `keys`). A kiosk has none.
import { oc } from "@orpc/contract";
import { z } from "zod";
import { Base64 } from "./values.ts";

/** A ring of keys is a few kilobytes; the channel is not for anything larger. */
const KEYS_CHARS_MAX = 131_072;

const Sealable = Base64.max(KEYS_CHARS_MAX);

export const keysContract = {
  /** Seals bytes to this user of this machine. Fails with KEY_SEALED where the key store is locked or gone. */
  seal: oc.input(z.strictObject({ plain: Sealable })).output(z.strictObject({ sealed: Sealable })),
  /** Opens what was sealed. Fails with KEY_SEALED where another user or machine sealed it. */
  open: oc.input(z.strictObject({ sealed: Sealable })).output(z.strictObject({ plain: Sealable })),
};
