import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { MerchantId } from "#core/ids.ts";
import { krw, money } from "#core/money.ts";
import { type CommissionTerms, commissionOn, commissionReturned } from "#core/settlement/commission.ts";
import { BUCKETS, type ExpectedLine, matchLines, type StatementLine } from "#core/settlement/matching.ts";
import { netAt, type OpenItem } from "#core/settlement/netting.ts";
import { instant } from "#core/time.ts";

const won = (max: number) => fc.integer({ min: 0, max }).map((minor) => krw(minor));

const terms: fc.Arbitrary<CommissionTerms> = fc.oneof(
  won(2_000).map((fee) => ({ kind: "per-item", fee }) as const),
  fc.integer({ min: 0, max: 10_000 }).map((basisPoints) => ({ kind: "per-cent", basisPoints }) as const),
);

describe("commission", () => {
  test("refunds in any split give back what one refund of the whole would", () => {
    fc.assert(
      fc.property(
        terms,
        fc.array(won(10_000), { minLength: 1, maxLength: 8 }),
        won(5_000),
        (agreed, parts, kept) => {
          const captured = krw(parts.reduce((all, part) => all + part.minor, kept.minor));
          let refundedBefore = krw(0);
          let returned = 0n;
          for (const part of parts) {
            returned += commissionReturned(agreed, { captured, refundedBefore }, part).minor;
            refundedBefore = krw(refundedBefore.minor + part.minor);
          }
          expect(commissionOn(agreed, captured).minor - returned).toBe(commissionOn(agreed, kept).minor);
        },
      ),
    );
  });
});

const item = fc.record({
  merchantId: fc.constantFrom("m1", "m2", "m3").map((id) => id as MerchantId),
  kind: fc.constantFrom("capture", "capture", "refund", "returned"),
  currency: fc.constantFrom("KRW", "EUR"),
  gross: fc.bigInt({ min: 0n, max: 1_000_000n }),
  commission: fc.bigInt({ min: 0n, max: 1_000n }),
  recordedAt: fc.integer({ min: 0, max: 20 }).map(instant),
});

const items: fc.Arbitrary<readonly OpenItem[]> = fc.array(item, { maxLength: 40 }).map((all) =>
  all.map(({ currency, gross, commission, ...rest }, index) => ({
    ...rest,
    id: `i${index}`,
    gross: money(gross + commission, currency as "KRW"),
    commission: money(rest.kind === "returned" ? 0n : commission, currency as "KRW"),
  })),
) as fc.Arbitrary<readonly OpenItem[]>;

const shuffled = <T>(values: readonly T[]) => fc.shuffledSubarray([...values], { minLength: values.length });

describe("netting", () => {
  test("I7: pays captures less refunds less commission, each item in exactly one payout", () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 0, max: 20 }), (open, cutOff) => {
        const { payouts, carriedOver } = netAt(open, instant(cutOff));
        const due = open.filter((each) => each.recordedAt <= cutOff);
        const taken = [...payouts, ...carriedOver].flatMap((payout) => payout.itemIds);
        expect([...taken].sort()).toEqual(due.map((each) => each.id).sort());
        for (const payout of [...payouts, ...carriedOver]) {
          const { captured, refunded, commission, returned, net } = payout;
          expect(net.minor).toBe(captured.minor - refunded.minor - commission.minor + returned.minor);
        }
        expect(payouts.every((payout) => payout.net.minor > 0n)).toBe(true);
        expect(carriedOver.every((payout) => payout.net.minor <= 0n)).toBe(true);
      }),
    );
  });

  test("does not depend on the order of items", () => {
    fc.assert(
      fc.property(
        items.chain((open) => fc.tuple(fc.constant(open), shuffled(open))),
        ([open, other]) => {
          expect(netAt(other, instant(10))).toEqual(netAt(open, instant(10)));
        },
      ),
    );
  });
});

const reference = fc.constantFrom("P1", "P2", "P3", "P4", "P5");
const amount = fc.constantFrom(krw(1_000), krw(2_000), money(1_000n, "EUR"));

const expectedLines: fc.Arbitrary<readonly ExpectedLine[]> = fc.array(
  fc.record({ reference, amount, expects: fc.constantFrom("payment", "nothing") }),
  { maxLength: 8 },
) as fc.Arbitrary<readonly ExpectedLine[]>;

const statementLines: fc.Arbitrary<readonly StatementLine[]> = fc
  .array(
    fc.record({
      reference: fc.option(fc.oneof(reference, fc.constant("Q1"), fc.constant("")), { nil: undefined }),
      amount: fc.option(amount, { nil: undefined }),
      direction: fc.constantFrom("debit", "credit"),
      booked: fc.boolean(),
    }),
    { maxLength: 12 },
  )
  .map((lines) => lines.map((line, index) => ({ ...line, id: `S1/${index}` }))) as fc.Arbitrary<
  readonly StatementLine[]
>;

const isThere = <T>(value: T | undefined): value is T => value !== undefined;
const textOf = (value: unknown) =>
  JSON.stringify(value, (_key, each) => (typeof each === "bigint" ? `${each}` : each));
const sorted = (values: readonly unknown[]) => values.map(textOf).sort();

describe("matching", () => {
  test("puts every line of both sides into exactly one bucket, so that totals foot", () => {
    fc.assert(
      fc.property(expectedLines, statementLines, (expected, statement) => {
        const matches = matchLines(expected, statement);
        expect(sorted(matches.map((match) => match.expected).filter(isThere))).toEqual(sorted(expected));
        expect(sorted(matches.map((match) => match.statement).filter(isThere))).toEqual(sorted(statement));
        expect(matches.every((match) => BUCKETS.includes(match.bucket))).toBe(true);
        const total = (lines: readonly StatementLine[]) =>
          lines.reduce((all, line) => all + (line.amount?.minor ?? 0n), 0n);
        const byBucket = BUCKETS.map((bucket) =>
          total(
            matches
              .filter((match) => match.bucket === bucket)
              .map((match) => match.statement)
              .filter(isThere),
          ),
        );
        expect(byBucket.reduce((all, sum) => all + sum, 0n)).toBe(total(statement));
      }),
    );
  });

  test("does not depend on the order of either side", () => {
    fc.assert(
      fc.property(
        fc
          .tuple(expectedLines, statementLines)
          .chain(([expected, statement]) =>
            fc.tuple(fc.constant({ expected, statement }), shuffled(expected), shuffled(statement)),
          ),
        ([{ expected, statement }, ours, theirs]) => {
          expect(matchLines(ours, theirs)).toEqual(matchLines(expected, statement));
        },
      ),
    );
  });

  test("calls matched only what agrees in amount, direction and booking", () => {
    fc.assert(
      fc.property(expectedLines, statementLines, (expected, statement) => {
        for (const match of matchLines(expected, statement).filter((each) => each.bucket === "matched")) {
          const line = match.statement;
          if (line === undefined) expect(match.expected?.expects).toBe("nothing");
          else
            expect(line).toMatchObject({ direction: "debit", booked: true, amount: match.expected?.amount });
        }
      }),
    );
  });
});
