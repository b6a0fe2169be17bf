// Cash, and taking a tender back while the sale is still being paid.
import { moneyOf, type WireMoney, wireMoney } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import type { EntryDraft } from "#core/journal/entry.ts";
import { cashTender } from "#core/tender/due.ts";
import { openDrawerSoon } from "../receipts/print.ts";
import { saleDue } from "../state.ts";
import { actor, type TillWork } from "../till-work.ts";
import { isUnsettled, payingSale, takeTender } from "./paying.ts";
import { unwrap } from "./unwrap.ts";

/** Takes what is due of the cash given. AMOUNT_INVALID, CASH_GIVEN_TOO_MUCH, TENDER_UNSETTLED while a card has no answer. */
export async function payCash(work: TillWork, { given }: { given: WireMoney }): Promise<void> {
  const sale = payingSale(work);
  if (isUnsettled(sale)) return fail("TENDER_UNSETTLED");
  const cash = unwrap(cashTender(saleDue(sale), moneyOf(given)));
  await takeTender(work, sale, {
    tender: {
      method: "cash",
      tenderId: work.ids.next(),
      amount: wireMoney(cash.amount),
      given: wireMoney(cash.given),
      change: wireMoney(cash.change),
    },
    supersedes: [],
  });
}

/** Takes an approved tender back: cash from the drawer, a hold at the next sync. NOT_FOUND. */
export async function voidTender(work: TillWork, { tenderId }: { tenderId: string }): Promise<void> {
  const sale = payingSale(work);
  const voided = sale.tenders.find(
    ({ state, tender }) => state === "approved" && tender.tenderId === tenderId,
  );
  if (voided === undefined) return fail("NOT_FOUND", "tender");
  const draft: EntryDraft = {
    kind: "tender-voided",
    body: { saleId: sale.saleId, tender: voided.tender, reason: "taken back before the sale was complete" },
  };
  await work.journal.append([draft], { staffId: actor(work) });
  // The prepaid tender at work is read again: it may have moved while the disk wrote.
  const now = payingSale(work);
  const tenders = now.tenders.map((tender) =>
    tender.tender.tenderId === tenderId ? { ...tender, state: "voided" as const } : tender,
  );
  work.state.set({ sale: { ...now, tenders } });
  work.line.syncSoon();
  if (voided.tender.method === "cash") openDrawerSoon(work);
}
