// A refusal is as final as what it refuses: whoever was told no must not find it done by a copy that came late.
import { type ErrorCode, FailureError, fail } from "#core/errors.ts";
import type { PaymentDeps } from "./deps.ts";

/**
 * What `work` answers. Where it fails with one of `codes` before the ledger has decided, the refusal is written under the
 * request's id, and every resend gets it. Fails with what was refused under that id first, and with ID_REUSED where
 * something else was done under it.
 */
export async function rememberRefusal<Answer>(
  { ledger }: Pick<PaymentDeps, "ledger">,
  { caller, requestId }: Readonly<{ caller: string; requestId: string }>,
  codes: ReadonlySet<ErrorCode>,
  work: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof FailureError) || !codes.has(error.failure.code)) throw error;
    const remembered = await ledger.tombstone(caller, requestId, error.failure.code);
    if (remembered.kind === "accepted") return fail("ID_REUSED", "the id was used for another request");
    if (remembered.code === error.failure.code) throw error;
    return fail(remembered.code, remembered.detail);
  }
}
