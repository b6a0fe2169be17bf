// Takes merchants on as the settings name them. What is known already is left as it is: agreements are never edited.
import type { Instant } from "#core/time.ts";
import { instant } from "#core/time.ts";
import type { Database } from "#database/database.ts";
import type { Settings } from "../settings.ts";
import { insertAgreement, insertMerchant } from "./store.ts";

export async function takeOnMerchants(
  database: Database,
  merchants: Settings["merchants"],
  at: Instant,
): Promise<void> {
  await database.transaction(async (tx) => {
    for (const { merchantId, name, account, commissionBasisPoints } of merchants) {
      const isNew = await insertMerchant(tx, { merchantId, name, account, createdAt: at });
      if (!isNew) continue;
      const terms = { kind: "per-cent", basisPoints: commissionBasisPoints } as const;
      // From the beginning: a sale that a till made before it first synced has terms too.
      await insertAgreement(tx, merchantId, { validFrom: instant(0), terms });
    }
  });
}
