import fc from "fast-check";
import { expect, test } from "vitest";
import { refundBooking } from "#backoffice/payments/posting.ts";
import type { PaymentRecord } from "#backoffice/payments/store.ts";
import type { CardId, MerchantId, TerminalId } from "#core/ids.ts";
import {
  accountIdOf,
  bankAccount,
  COMMISSION,
  cardAccount,
  merchantAccount,
  OFFLINE_LOSS,
} from "#core/ledger/accounts.ts";
import { openBooks } from "#core/ledger/decide.ts";
import { post } from "#core/ledger/postings.ts";
import type { TransferDraft } from "#core/ledger/transfer.ts";
import { postedOf } from "#core/ledger/transfer.ts";
import { add, krw, subtract } from "#core/money.ts";
import { type CommissionTerms, commissionOn } from "#core/settlement/commission.ts";
import { instant } from "#core/time.ts";

const card = "card-1" as CardId;
const merchant = "shop" as MerchantId;
const at = instant(0);

const aPayment = (amount: number, lost: number, terms: CommissionTerms): PaymentRecord => ({
  paymentId: "p1",
  caller: "terminal:t1",
  requestId: "slip:1",
  merchantId: merchant,
  terminalId: "t1" as TerminalId,
  saleId: null,
  tenderId: "1",
  cardId: card,
  cardMasked: "",
  route: "risk",
  state: "captured",
  code: null,
  triesLeft: null,
  takeable: null,
  amount: krw(amount),
  captured: krw(amount),
  refunded: krw(0),
  lost: krw(lost),
  commission: commissionOn(terms, krw(amount)),
  happenedAt: at,
  recordedAt: at,
  expiresAt: null,
});

test("a risk slip refunded in any parts leaves every account as it was before", () => {
  const cases = fc.record({
    amount: fc.integer({ min: 1, max: 100_000 }),
    lostShare: fc.integer({ min: 0, max: 100 }),
    basisPoints: fc.integer({ min: 0, max: 3_000 }),
    cuts: fc.array(fc.integer({ min: 1, max: 100_000 }), { maxLength: 6 }),
  });
  fc.assert(
    fc.property(cases, ({ amount, lostShare, basisPoints, cuts }) => {
      const terms = { kind: "per-cent", basisPoints } as const;
      const lost = Math.floor((amount * lostShare) / 100);
      const books = openBooks({ balances: new Map(), transfers: new Map() });
      const decide = (transfers: readonly TransferDraft[]) =>
        expect(books.decide({ transfers, at })).toMatchObject({ kind: "accepted" });
      decide(
        post("card-sold", {
          id: "c",
          source: bankAccount("main"),
          card: cardAccount(card),
          amount: krw(amount),
        }),
      );
      let payment = aPayment(amount, lost, terms);
      const shop = merchantAccount(merchant);
      const none = krw(0);
      if (lost < amount) {
        decide(
          post("risk-spent", {
            id: "p1",
            card: cardAccount(card),
            merchant: shop,
            amount: krw(amount - lost),
            commission: payment.commission,
          }),
        );
      }
      if (lost > 0) {
        const taken = lost < amount ? none : payment.commission;
        decide(post("risk-lost", { id: "p1", merchant: shop, amount: krw(lost), commission: taken }));
      }
      const parts = [...cuts, amount];
      for (const [index, part] of parts.entries()) {
        const left = subtract(payment.captured, payment.refunded);
        const refund = part < Number(left.minor) ? krw(part) : left;
        if (refund.minor === 0n) break;
        const order = {
          refundId: `r${index}`,
          amount: refund,
          terms,
          happenedAt: at,
          recordedAt: at,
          into: "card",
        } as const;
        const booking = refundBooking(payment, order);
        decide(booking.transfers);
        payment = {
          ...payment,
          refunded: add(payment.refunded, refund),
          commission: subtract(payment.commission, booking.commission),
        };
      }
      const { balances } = books.state();
      const posted = (name: ReturnType<typeof cardAccount>) => {
        const balance = balances.get(accountIdOf(name, "KRW"));
        return balance === undefined ? 0n : postedOf(balance);
      };
      expect(payment.refunded).toEqual(payment.captured);
      expect(posted(cardAccount(card))).toBe(BigInt(amount));
      for (const account of [shop, COMMISSION, OFFLINE_LOSS]) expect(posted(account)).toBe(0n);
    }),
  );
});
