// The ids that a bank sees. It takes 35 characters: a UUID without its hyphens has 32, so ours can be read back.
import type { BatchId } from "../ids.ts";

export const messageIdOf = (batchId: BatchId) => plainId("CS", batchId);
export const payoutIdOf = (uuid: string) => plainId("P", uuid);
export const isPayoutId = (text: string) => /^P[0-9a-f]{32}$/.test(text);

/** The batch that a message of ours is of; undefined where the id is not one of ours. */
export function batchIdOf(messageId: string): BatchId | undefined {
  const parts = /^CS([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(messageId);
  return parts === null ? undefined : (parts.slice(1).join("-") as BatchId);
}

const plainId = (prefix: string, uuid: string) => `${prefix}${uuid.replaceAll("-", "")}`.slice(0, 35);
