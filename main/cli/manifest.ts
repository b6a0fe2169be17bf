// What a back-up says of itself, so that a restore takes only what was written whole.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { HexHash, WireInstant } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";

export const MANIFEST_FILE = "manifest.json";
const MANIFEST_BYTES_MAX = 1_048_576;

export const Manifest = z.strictObject({
  version: z.literal(1),
  createdAt: WireInstant,
  tills: z
    .array(
      z.strictObject({
        name: z.string().regex(/^till-\d{1,4}$/),
        file: z.string().regex(/^till-\d{1,4}\.db$/),
        sha256: HexHash,
        bytes: z.number().int().min(1),
        /** The last entry in it; a till without one was never started. */
        head: z.strictObject({ epoch: z.string().max(80), seq: z.number().int(), hash: HexHash }).nullable(),
      }),
    )
    .min(1)
    .max(100),
});
export type Manifest = z.infer<typeof Manifest>;

/** NOT_FOUND where there is none, REQUEST_INVALID where it is not of the form. */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, MANIFEST_FILE), "utf8").catch(() =>
    fail("NOT_FOUND", `no back-up in ${folder}`),
  );
  if (text.length > MANIFEST_BYTES_MAX) return fail("REQUEST_INVALID", "the manifest is too large");
  try {
    const parsed = Manifest.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
  } catch {
    // Not JSON: as wrong as a form that is not known.
  }
  return fail("REQUEST_INVALID", "the manifest cannot be read");
}
