// What the people of the day were told, as they were told it: the only thing that the auditor takes from the driver.
// Amounts are whole won; a card goes by its id, never by its number.
import { z } from "zod";

const won = z.number().int();
const till = z.number().int().min(1);
const text = z.string().max(120);

export const DayRecord = z.object({
  seed: z.number().int(),
  startedAt: text,
  /** What the operator promised to risk, as it stands in the demo's policy. */
  policy: z.object({
    paymentMaxWon: won,
    cardDayMaxWon: won,
    terminalMaxWon: won,
    commissionBasisPoints: won,
  }),
  tills: z.array(z.object({ till, name: text, terminalId: text, merchantId: text })),
  /** Cards handed over by the console, with what their holders paid for them. */
  cards: z.array(z.object({ cardId: text, amountWon: won })),
  /** A card shown at a till for an amount, whatever became of it. */
  presented: z.array(z.object({ till, saleId: text, cardId: text, amountWon: won })),
  /** A tender that the screen showed as approved. */
  tenders: z.array(
    z.object({
      till,
      saleId: text,
      tenderId: text,
      method: z.enum(["cash", "prepaid"]),
      amountWon: won,
      cardId: text.nullable(),
      offline: z.boolean(),
    }),
  ),
  /** An approved tender that the screen showed as taken back. */
  voided: z.array(z.object({ till, tenderId: text })),
  /** A receipt on the screen, or found in the list of receipts after a crash. */
  receipts: z.array(z.object({ till, epoch: text, receiptNumber: won, saleId: text, grossWon: won })),
  refunds: z.array(z.object({ till, epoch: text, receiptNumber: won, saleId: text, amountWon: won })),
  shifts: z.array(z.object({ till, zNumber: won, countedWon: won, expectedWon: won, differenceWon: won })),
  /** Customers who left without buying. */
  refused: z.number().int(),
  kills: z.array(z.object({ victim: text, at: text })),
  /** When a till had no line because somebody cut it. */
  offline: z.array(z.object({ till, from: text, to: text })),
  batches: z.array(z.object({ batchId: text, paymentIds: z.array(text), rejected: z.array(text) })),
  /** Batches that a manager refused before they were sent: the bank must never hear of their payments. */
  refusedBatches: z.array(z.object({ batchId: text, paymentIds: z.array(text) })),
  /** What the console told of each card at the end of the day: what its holder can spend. */
  balances: z.array(z.object({ cardId: text, availableWon: won })),
  /** What was not as it should have been while the day went on. */
  problems: z.array(z.string().max(2_000)),
});
export type DayRecord = z.infer<typeof DayRecord>;

export const emptyRecord = (seed: number, startedAt: string): DayRecord => ({
  seed,
  startedAt,
  policy: {
    paymentMaxWon: 30_000,
    cardDayMaxWon: 50_000,
    terminalMaxWon: 500_000,
    commissionBasisPoints: 250,
  },
  tills: [],
  cards: [],
  presented: [],
  tenders: [],
  voided: [],
  receipts: [],
  refunds: [],
  shifts: [],
  refused: 0,
  kills: [],
  offline: [],
  batches: [],
  refusedBatches: [],
  balances: [],
  problems: [],
});
