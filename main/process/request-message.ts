// What a client of oRPC's peer protocol may send: a call, or that it gives one up.
import { z } from "zod";

const callId = z.string().min(1).max(40);

/** Forms and files would be decoded before any contract is asked, and no contract has one. */
const Headers = z
  .record(z.string(), z.union([z.string(), z.array(z.string())]))
  .refine((headers) => !Object.keys(headers).some((name) => name.toLowerCase().startsWith("content-")));

const Call = z.object({
  i: callId,
  t: z.literal(1).optional(),
  p: z.object({
    u: z.string().regex(/^\/[A-Za-z0-9/_-]{1,200}$/),
    m: z.literal("POST").optional(),
    h: Headers.optional(),
    b: z.unknown(),
  }),
});
const GiveUp = z.object({ i: callId, t: z.literal(4) });

const RequestMessage = z.union([Call, GiveUp]);

/** Whether oRPC can decode it. Whether the call is one of the contract is asked later. */
export function isRequestMessage(text: string): boolean {
  try {
    return RequestMessage.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}
