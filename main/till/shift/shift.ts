// Opening and closing a shift, moving cash, opening the drawer without a sale.

import type { ZReport } from "#core/contract/shift-report.ts";
import { moneyOf, type WireMoney, wireMoney } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import type { EntryDraft } from "#core/journal/entry.ts";
import { describe, isPositive, type Money } from "#core/money.ts";
import type { ReceiptDocument } from "#core/receipt/document.ts";
import { reportReceipt } from "#core/receipt/report-receipt.ts";
import { type Counts, countedOf, differenceOf, isWithinTolerance } from "#core/shift/count.ts";
import type { CashDirection } from "#core/shift/report.ts";
import { numberOf } from "#database/row.ts";
import { openDrawerSoon, print } from "../receipts/print.ts";
import { receiptPlace } from "../receipts/receipt-place.ts";
import { type Approval, type ManagerPin, managerApproval } from "../staff/override.ts";
import { actor, codeOfError, openShiftOf, plainReason, type TillWork } from "../till-work.ts";
import { forEyesOf, reportOf } from "./report.ts";
import { countsSinceZ, openShiftRow, type ShiftRow } from "./shift-facts.ts";

/** More than a drawer or a safe holds is a typing mistake. */
const CASH_MINOR_MAX = 100_000_000_000n;

function cashAmount(work: TillWork, wire: WireMoney, mayBeNothing: boolean): Money {
  const amount = moneyOf(wire);
  const isRight =
    amount.currency === work.identity.currency &&
    amount.minor <= CASH_MINOR_MAX &&
    (isPositive(amount) || (mayBeNothing && amount.minor === 0n));
  return isRight ? amount : fail("AMOUNT_INVALID");
}

/** Counts that may be off before a manager is wanted whatever is counted: more of them would find out what is expected. */
const COUNTS_OFF_MAX = 3;

type Faces = Array<{ faceMinor: string; count: number }>;

/** SHIFT_OPEN, AMOUNT_INVALID (also where the counted coins are not the float). */
export async function openShift(
  work: TillWork,
  input: { float: WireMoney; counts?: Faces | undefined },
): Promise<void> {
  const staffId = actor(work);
  if (work.state.get().shift !== null) return fail("SHIFT_OPEN");
  const float = cashAmount(work, input.float, true);
  if (input.counts !== undefined && countedOf(input.counts, float.currency).minor !== float.minor)
    return fail("AMOUNT_INVALID", "the counted coins are not the float");
  const { counts } = input;
  const shiftId = work.ids.next();
  const [entry] = await work.journal.append(
    async (db) => {
      const figures = await db.get("SELECT last_shift_number FROM figures");
      const number = (figures === undefined ? 0 : numberOf(figures, "last_shift_number")) + 1;
      const body = { shiftId, number, float: input.float, ...(counts === undefined ? {} : { counts }) };
      return [{ kind: "shift-opened", body }];
    },
    { staffId },
  );
  if (entry?.kind !== "shift-opened") return;
  const { number } = entry.body;
  work.state.set({ shift: { shiftId, number, openedAt: entry.at, float: input.float } });
}

/** SHIFT_CLOSED, AMOUNT_INVALID. */
export async function moveCash(
  work: TillWork,
  input: { direction: CashDirection; amount: WireMoney; reason: string },
): Promise<void> {
  const { shiftId } = openShiftOf(work);
  cashAmount(work, input.amount, false);
  const { direction, amount } = input;
  const moved: EntryDraft = {
    kind: "cash-moved",
    body: { shiftId, direction, amount, reason: plainReason(input.reason) },
  };
  await work.journal.append([moved], { staffId: actor(work) });
  openDrawerSoon(work);
}

/** Opens the drawer without a sale: written down and counted on the Z. */
export async function openDrawer(work: TillWork, input: { reason: string }): Promise<void> {
  const opened: EntryDraft = { kind: "drawer-opened", body: { reason: plainReason(input.reason) } };
  await work.journal.append([opened], { staffId: actor(work) });
  openDrawerSoon(work);
}

type CountInput = { counts: Faces } & ManagerPin;
type Count = Readonly<{ shift: ShiftRow; counted: Money; expected: Money; difference: Money }>;

/** A count beside what the drawer should hold. SHIFT_CLOSED, SALE_PAYING, AMOUNT_INVALID. */
async function countOf(work: TillWork, counts: Faces): Promise<Count> {
  openShiftOf(work);
  if (work.state.get().sale?.stage === "paying") return fail("SALE_PAYING");
  const counted = countedOf(counts as Counts, work.identity.currency);
  if (counted.minor > CASH_MINOR_MAX) return fail("AMOUNT_INVALID");
  const shift = (await openShiftRow(work.database.read)) ?? fail("SHIFT_CLOSED");
  const before = await reportOf(work, work.database.read, shift, null);
  const expected = moneyOf((before.cash ?? fail("INTERNAL")).expected);
  return { shift, counted, expected, difference: differenceOf(counted, expected) };
}

/**
 * Shows a manager what a count differs by, and writes down that they saw it, with both sums: a cashier who counts again after
 * that counts no longer blind. Fails as `countOf` does, with MANAGER_REQUIRED, and with what a manager's PIN may fail with.
 */
export async function lookAtCount(
  work: TillWork,
  input: CountInput,
): Promise<{ counted: WireMoney; expected: WireMoney; difference: WireMoney }> {
  const { counted, expected, difference } = await countOf(work, input.counts);
  const detail = `counted ${describe(counted)}, expected ${describe(expected)}`;
  const { drafts } = await managerApproval(work, "shift-count-seen", input, detail);
  if (drafts.length > 0) await work.journal.append(drafts, { staffId: actor(work) });
  return {
    counted: wireMoney(counted),
    expected: wireMoney(expected),
    difference: wireMoney(difference),
  };
}

/**
 * Counts the drawer and closes the shift with its Z, in one transaction. A cashier counts blind.
 * SHIFT_CLOSED; SALE_PAYING while a sale is being paid; MANAGER_REQUIRED for a difference above the tolerance, and for
 * any count after three that were off.
 */
export async function closeShift(
  work: TillWork,
  input: CountInput,
): Promise<{ z: ZReport; receipt: ReceiptDocument }> {
  const count = await countOf(work, input.counts);
  const { shift, counted, expected, difference } = count;
  const staffId = actor(work);
  const approval = await countApproval(work, count, input);

  let z: ZReport | undefined;
  await work.journal.append(
    async (db) => {
      const approvedBy = approval?.approvedBy ?? null;
      const report = await reportOf(work, db, shift, { counted, difference, countedBy: staffId, approvedBy });
      z = report;
      return [
        ...(approval?.drafts ?? []),
        {
          kind: "shift-closed",
          body: {
            shiftId: shift.shiftId,
            counts: input.counts,
            counted: wireMoney(counted),
            expected: wireMoney(expected),
            difference: wireMoney(difference),
            approvedBy,
          },
        },
        {
          kind: "z-closed",
          body: {
            shiftId: shift.shiftId,
            zNumber: report.zNumber ?? 0,
            headHash: report.headHash,
            previousZHash: report.previousZHash,
            report,
          },
        },
      ];
    },
    { staffId },
  );
  const closed = z ?? fail("INTERNAL", "no Z was made");
  work.state.set({ shift: null });
  work.line.syncSoon();
  const shown = forEyesOf(work, closed);
  const receipt = reportReceipt(receiptPlace(work), shown);
  print(work, receipt).catch((error: unknown) =>
    work.log.warn({ zNumber: closed.zNumber, code: codeOfError(error) }, "z.not-printed"),
  );
  return { z: shown, receipt };
}

/** Null where none is needed. A count that is not allowed is written down before its answer is given. */
async function countApproval(work: TillWork, count: Count, input: CountInput): Promise<Approval | null> {
  const { shift, counted, difference } = count;
  const before = await countsSinceZ(work.database.read);
  if (before < COUNTS_OFF_MAX && isWithinTolerance(difference)) return null;
  try {
    return await managerApproval(work, "shift-difference", input);
  } catch (error) {
    // From then on every answer is the same, so that a further count tells nothing.
    if (before >= COUNTS_OFF_MAX) throw error;
    const body = {
      shiftId: shift.shiftId,
      counts: input.counts,
      counted: wireMoney(counted),
      difference: wireMoney(difference),
    };
    await work.journal.append([{ kind: "shift-counted", body }], { staffId: actor(work) });
    throw error;
  }
}
