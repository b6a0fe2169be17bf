// What a back-up's small files hold, decoded: a damaged one is told as such.
import type { z } from "zod";
import { fail } from "#core/errors.ts";

/** Fails with DATABASE_CORRUPT where the text is not of the form; `what` names it for who looks. */
export function partOf<T>(schema: z.ZodType<T>, text: string, what: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return fail("DATABASE_CORRUPT", `the back-up's ${what} cannot be read`);
  }
}
