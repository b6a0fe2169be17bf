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
  // Hundreds of requests that show a key at once read once.
  const reading = new Map<string, Promise<MerchantId | undefined>>();
  const read = async (keyHash: string): Promise<MerchantId | undefined> => {
    try {
      const until = clock.now() + HELD_MS_MAX;
      const merchantId = await holderOf(db, keyHash);
      // What nobody knows is not held: guesses would push out the keys that are.
      if (merchantId === undefined) return undefined;
      if (held.size >= KEYS_MAX) held.clear();
      held.set(keyHash, { until, merchantId });
      return merchantId;
    } finally {
      reading.delete(keyHash);
    }
  };
  return async (key: string): Promise<MerchantId | undefined> => {
    const keyHash = sha256Hex(key);
    const known = held.get(keyHash);
    if (known !== undefined && clock.now() < known.until) return known.merchantId;
    const underWay = reading.get(keyHash) ?? read(keyHash);
    reading.set(keyHash, underWay);
    return underWay;
  };
}

async function holderOf(db: ReadDb, keyHash: string): Promise<MerchantId | undefined> {
  const row = await db.get(
    "SELECT merchant_id FROM merchant_api_key WHERE key_hash = ? AND revoked_at IS NULL",
    [keyHash],
  );
  return row === undefined ? undefined : (textOf(row, "merchant_id") as MerchantId);
}
