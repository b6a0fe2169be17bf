// Whose an API key is, held for a moment: a merchant's system shows the same key with every request.
import type { MerchantId } from "#core/ids.ts";
import type { Clock } from "#core/time.ts";
import type { ReadDb } from "#database/database.ts";
import { textOf } from "#database/row.ts";
import { sha256Hex } from "../sha256.ts";

/** A key that was revoked is refused by every process within this time. */
const HELD_MS_MAX = 5_000;
const KEYS_MAX = 10_000;

/** The merchant of a key; undefined for one that is not known or was revoked. Keys are stored and held as hashes only. */
export function heldApiKeys(db: ReadDb, clock: Clock) {
  const held = new Map<string, Readonly<{ until: number; merchantId: MerchantId }>>();
  return async (key: string): Promise<MerchantId | undefined> => {
    const keyHash = sha256Hex(key);
    const now = clock.now();
    const known = held.get(keyHash);
    if (known !== undefined && now < known.until) return known.merchantId;
    const row = await db.get(
      "SELECT merchant_id FROM merchant_api_key WHERE key_hash = ? AND revoked_at IS NULL",
      [keyHash],
    );
    // What nobody knows is not held: guesses would push out the keys that are.
    if (row === undefined) return undefined;
    const merchantId = textOf(row, "merchant_id") as MerchantId;
    if (held.size >= KEYS_MAX) held.clear();
    held.set(keyHash, { until: now + HELD_MS_MAX, merchantId });
    return merchantId;
  };
}
