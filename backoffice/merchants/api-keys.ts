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
  type Holder = Promise<MerchantId | undefined>;
  const held = new Map<string, Readonly<{ until: number; holder: Holder }>>();
  const asked = (keyHash: string, now: number): Holder => {
    // The reading itself is held, so that hundreds of requests that show a key at once read once.
    const holder = holderOf(db, keyHash);
    if (held.size >= KEYS_MAX) held.clear();
    held.set(keyHash, { until: now + HELD_MS_MAX, holder });
    const forget = () => void held.delete(keyHash);
    // What nobody knows is not held: guesses would push out the keys that are.
    holder.then((merchantId) => merchantId ?? forget(), forget);
    return holder;
  };
  return (key: string): Holder => {
    const keyHash = sha256Hex(key);
    const now = clock.now();
    const known = held.get(keyHash);
    return known !== undefined && now < known.until ? known.holder : asked(keyHash, now);
  };
}

async function holderOf(db: ReadDb, keyHash: string): Promise<MerchantId | undefined> {
  const row = await db.get(
    "SELECT merchant_id FROM merchant_api_key WHERE key_hash = ? AND revoked_at IS NULL",
    [keyHash],
  );
  return row === undefined ? undefined : (textOf(row, "merchant_id") as MerchantId);
}
