// One entry of a till's journal: a fact, chained to the one before it and signed by the terminal.
import { z } from "zod";
import {
  HexHash,
  WireEntryId,
  WireEpoch,
  WireInstant,
  WireStaffId,
  WireTerminalId,
} from "../contract/values.ts";
import { ENTRY_BODIES, type EntryBody, type EntryKind } from "./bodies.ts";

/** The hash before the first entry of an epoch. */
export const GENESIS_HASH = "0".repeat(64);

/** The hashed content; `body` is decoded by its kind with `decodeEntry`. */
export const EntryContent = z.object({
  terminalId: WireTerminalId,
  epoch: WireEpoch,
  seq: z.number().int().min(1),
  id: WireEntryId,
  kind: z
    .string()
    .max(40)
    .regex(/^[\w:.-]*$/),
  at: WireInstant,
  staffId: WireStaffId.nullable(),
  body: z.record(z.string(), z.json()),
  prevHash: HexHash,
});
export type EntryContent = z.infer<typeof EntryContent>;

/** As stored and sent: `hash` is SHA-256 of the canonical JSON of the content, `sig` Ed25519 over the hash's bytes. */
export const SignedEntry = EntryContent.extend({ hash: HexHash, sig: z.base64() });
export type SignedEntry = z.infer<typeof SignedEntry>;

/** What a service asks to be written; the journal adds the place in the chain. */
export type EntryDraft = { [Kind in EntryKind]: Readonly<{ kind: Kind; body: EntryBody<Kind> }> }[EntryKind];

/** An entry whose kind and body have been decoded. */
export type Entry = {
  [Kind in EntryKind]: Readonly<Omit<SignedEntry, "kind" | "body"> & { kind: Kind; body: EntryBody<Kind> }>;
}[EntryKind];

/** Decodes the body by its kind; undefined where the kind is unknown or the body is not of its form. */
export function decodeEntry(signed: SignedEntry): Entry | undefined {
  const schema: z.ZodType | undefined = Object.hasOwn(ENTRY_BODIES, signed.kind)
    ? ENTRY_BODIES[signed.kind as EntryKind]
    : undefined;
  const body = schema?.safeParse(signed.body);
  return body?.success ? ({ ...signed, body: body.data } as Entry) : undefined;
}
