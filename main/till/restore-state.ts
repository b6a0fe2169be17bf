// What a till does first: it reads where it was, and resolves every question that a crash left without an outcome.
import { moneyOf, wireMoney } from "#core/contract/values.ts";
import { type ErrorCode, isErrorCode } from "#core/errors.ts";
import type { AttemptId } from "#core/ids.ts";
import type { EntryDraft } from "#core/journal/entry.ts";
import { money } from "#core/money.ts";
import { type PrepaidTender, restoredPrepaid } from "#core/tender/prepaid.ts";
import { nullable, numberOf, textOf } from "#database/row.ts";
import { countOpenRefunds } from "./receipts/open-refunds.ts";
import { type DraftSale, readDrafts } from "./sale/draft-store.ts";
import { readSettings } from "./settings.ts";
import { openShiftRow } from "./shift/shift-facts.ts";
import type { ParkedSale, PayingSale, Sale, SaleTender } from "./state.ts";
import { entryAt } from "./store/entry-rows.ts";
import { codeOfError, type TillWork } from "./till-work.ts";

export async function restoreState(work: TillWork): Promise<void> {
  const { database, identity, state } = work;
  await resolveAttempts(work).catch((error: unknown) => {
    // A full disk or a broken journal: the till still shows where it was, and the alarm with it.
    if (work.journal.alarm() === null) throw error;
    work.log.error({ code: codeOfError(error) }, "till.attempts-not-resolved");
  });
  const shift = await openShiftRow(database.read);
  const drafts = await readDrafts(database.read, identity.currency);
  const atHand = drafts.findLast(({ draftStage }) => draftStage !== "parked");
  state.set({
    ...(await readSettings(work)),
    shift:
      shift === undefined
        ? null
        : {
            shiftId: shift.shiftId,
            number: shift.number,
            openedAt: shift.openedAt,
            float: wireMoney(money(shift.float, identity.currency)),
          },
    parked: drafts.filter((draft) => draft !== atHand).map(parkedOf),
    sale: atHand === undefined ? null : await saleOf(work, atHand),
  });
  await countOpenRefunds(work);
}

/**
 * A payment that was asked when the till ended is unknown now. One of a sale that is no longer at hand is closed:
 * nobody waits for its answer, and the back office undoes whatever became of it. Those of an epoch before a restore are
 * left alone: they may have paid in a part of the journal that is lost here and known to the back office.
 */
async function resolveAttempts({ database, journal, log }: TillWork): Promise<void> {
  const rows = await database.read.all(
    `SELECT a.attempt_id, a.sale_id, a.about_id, a.state, d.stage FROM attempts a
       LEFT JOIN draft_sales d ON d.sale_id = a.sale_id
     WHERE a.purpose = 'payment' AND a.state IN ('asked', 'unknown') AND a.epoch = ? ORDER BY a.seq`,
    [journal.head().epoch],
  );
  const drafts: EntryDraft[] = [];
  for (const row of rows) {
    const saleId = textOf(row, "sale_id") as PayingSale["saleId"];
    const attemptId = textOf(row, "attempt_id") as AttemptId;
    if (nullable(row, "stage", textOf) !== "paying") {
      drafts.push({ kind: "attempt-closed", body: { saleId, attemptId } });
    } else if (textOf(row, "state") === "asked") {
      const tenderId = textOf(row, "about_id");
      drafts.push({ kind: "tender-unknown", body: { saleId, tenderId, attemptId, code: "PEER_GONE" } });
    }
  }
  if (drafts.length === 0) return;
  await journal.append(drafts, { staffId: null });
  log.warn({ attempts: drafts.length }, "till.attempts-resolved");
}

const parkedOf = ({ draftStage: _stage, ...parked }: DraftSale): ParkedSale => parked;

async function saleOf(work: TillWork, draft: DraftSale): Promise<Sale> {
  const { draftStage, parkedAt: _at, parkedBy: _by, ...common } = draft;
  if (draftStage !== "paying") return { ...common, stage: "building" };
  const { database } = work;
  const rows = await database.read.all(
    "SELECT epoch, seq, state FROM tenders WHERE sale_id = ? ORDER BY epoch, seq",
    [common.saleId],
  );
  const tenders: SaleTender[] = [];
  for (const row of rows) {
    const place = { epoch: textOf(row, "epoch"), seq: numberOf(row, "seq") };
    const { body } = await entryAt(database.read, place, "tender-approved");
    tenders.push({ state: textOf(row, "state") === "voided" ? "voided" : "approved", tender: body.tender });
  }
  return { ...common, stage: "paying", tenders, prepaid: await prepaidOf(work, common.saleId) };
}

/** The tender whose attempt has no answer, in the step "unknown". */
async function prepaidOf({ database }: TillWork, saleId: string): Promise<PrepaidTender | null> {
  const rows = await database.read.all(
    `SELECT attempt_id, about_id, code, epoch, seq FROM attempts
     WHERE sale_id = ? AND purpose = 'payment' AND state IN ('asked', 'unknown') ORDER BY seq`,
    [saleId],
  );
  const last = rows.at(-1);
  if (last === undefined) return null;
  const place = { epoch: textOf(last, "epoch"), seq: numberOf(last, "seq") };
  const { body } = await entryAt(database.read, place, "tender-attempted");
  const [first, ...others] = rows.map((row) => textOf(row, "attempt_id") as AttemptId);
  const code: ErrorCode = asCode(nullable(last, "code", textOf));
  return first === undefined
    ? null
    : restoredPrepaid(body.tenderId, moneyOf(body.amount), body.card, [first, ...others], code);
}

const asCode = (code: string | null): ErrorCode => (code !== null && isErrorCode(code) ? code : "PEER_GONE");
