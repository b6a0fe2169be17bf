// The report of a shift: an X while it is open, a Z when it is closed.
import { z } from "zod";
import { HexHash, WireInstant, WireMoney } from "./values.ts";

const text = (max: number) => z.string().max(max);
const count = z.number().int().min(0);

export const ZReport = z.object({
  kind: z.enum(["X", "Z"]),
  stationName: text(60),
  terminalName: text(60),
  epoch: text(80),
  zNumber: count.nullable(),
  shiftNumber: count,
  businessDate: text(10),
  openedAt: WireInstant,
  closedAt: WireInstant.nullable(),
  openedBy: text(60),
  countedBy: text(60).nullable(),
  approvedBy: text(60).nullable(),
  receipts: z.object({ first: count.nullable(), last: count.nullable(), count }),
  /** The sums are hidden (null) from cashiers, as cash is what is left of them. */
  sales: z.object({
    gross: WireMoney.nullable(),
    discount: WireMoney,
    refunds: WireMoney.nullable(),
    net: WireMoney.nullable(),
    lineVoids: count,
    noSaleOpens: count,
    reprints: count,
  }),
  categories: z.array(z.object({ category: text(40), quantity: z.number().int(), gross: WireMoney })),
  vat: z.array(
    z.object({ rateBasisPoints: z.number().int(), net: WireMoney, vat: WireMoney, gross: WireMoney }),
  ),
  tenders: z.array(
    z.object({
      method: z.enum(["cash", "prepaid"]),
      route: z.enum(["counter", "online", "offline"]),
      count,
      sales: WireMoney,
      refunds: WireMoney,
    }),
  ),
  /** Hidden (null) from cashiers: they count blind. */
  cash: z
    .object({
      float: WireMoney,
      sales: WireMoney,
      refunds: WireMoney,
      paidIn: WireMoney,
      paidOut: WireMoney,
      drops: WireMoney,
      expected: WireMoney,
    })
    .nullable(),
  counted: WireMoney.nullable(),
  difference: WireMoney.nullable(),
  /** Hidden (null) from cashiers: it rises by the sales of the shift. */
  perpetualGross: WireMoney.nullable(),
  sync: z.object({ unsynced: count, oldestAt: WireInstant.nullable() }),
  previousZHash: text(64).nullable(),
  headHash: text(64),
  /** The last checkpoint of the books that this till has witnessed; null before the first, and on older reports. */
  booksCheckpoint: z
    .object({ number: count, hash: HexHash, booksRestoredAt: WireInstant.nullable() })
    .nullable()
    .default(null),
});
export type ZReport = z.infer<typeof ZReport>;
