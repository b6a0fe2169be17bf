// The routes of settlement at the console.
import { implement } from "@orpc/server";
import type { ExceptionRow } from "#core/contract/settlement.ts";
import { settlementContract } from "#core/contract/settlement.ts";
import { wireInstant, wireMoney } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import type { BatchId, StaffId } from "#core/ids.ts";
import type { ReadDb } from "#database/database.ts";
import type { Caller, RequestContext } from "../http/caller.ts";
import { approveBatch } from "./approve-batch.ts";
import type { SettlementDeps } from "./deps.ts";
import {
  type ExceptionRecord,
  exceptionOrFail,
  resolveException,
  searchExceptions,
  takeException,
} from "./exceptions.ts";
import { batchPage, nameOf, searchBatches } from "./find-batches.ts";
import { netAtCutOff } from "./net-at-cut-off.ts";
import { refuseBatch } from "./refuse-batch.ts";
import { restoredBank } from "./restored-page.ts";
import { sendBatch } from "./send-batch.ts";
import { confirmBank, stateBank } from "./settle-restore.ts";
import { takeInBankFiles } from "./take-in-bank-files.ts";

export function settlementRoutes(deps: SettlementDeps) {
  const { database, clock } = deps;
  const os = implement(settlementContract).$context<RequestContext>();
  return os.router({
    batches: os.batches.handler(({ input }) => searchBatches(deps, input)),
    batch: os.batch.handler(({ input, context }) =>
      batchPage(deps, input.batchId as BatchId, staffOf(context.caller)),
    ),
    net: os.net.handler(async ({ context }) => {
      // A person who asks now means now; the calendar's cut-off is for the clock.
      const by = staffOf(context.caller);
      return batchPage(deps, await netAtCutOff(deps, { by, cutOffAt: clock.now() }), by);
    }),
    approve: os.approve.handler(async ({ input, context }) => {
      const [batchId, by] = [input.batchId as BatchId, staffOf(context.caller)];
      await approveBatch(deps, { batchId, by });
      return batchPage(deps, batchId, by);
    }),
    send: os.send.handler(async ({ input, context }) => {
      const [batchId, by] = [input.batchId as BatchId, staffOf(context.caller)];
      await sendBatch(deps, { batchId, by });
      return batchPage(deps, batchId, by);
    }),
    refuse: os.refuse.handler(async ({ input, context }) => {
      const [batchId, by] = [input.batchId as BatchId, staffOf(context.caller)];
      await refuseBatch(deps, { batchId, by, reason: input.reason });
      return batchPage(deps, batchId, by);
    }),
    takeIn: os.takeIn.handler(async () => {
      const { files, lines, matched, exceptions } = await takeInBankFiles(deps);
      return { files, lines, matched, exceptions };
    }),
    restored: os.restored.handler(async ({ context }) => ({
      restored: await restoredBank(deps, staffOf(context.caller)),
    })),
    stateBank: os.stateBank.handler(async ({ input, context }) => {
      const by = staffOf(context.caller);
      await stateBank(deps, { by, reason: input.reason });
      return { restored: await restoredBank(deps, by) };
    }),
    confirmBank: os.confirmBank.handler(async ({ input, context }) => {
      const by = staffOf(context.caller);
      await confirmBank(deps, { statementId: input.statementId, by });
      return { restored: await restoredBank(deps, by) };
    }),
    exceptions: os.exceptions.handler(async ({ input }) => {
      const found = await searchExceptions(database.read, {
        state: input.state,
        query: input.query ?? "",
        page: input.page,
        pageSize: input.pageSize,
        now: clock.now(),
      });
      const rows: ExceptionRow[] = [];
      for (const exception of found.rows) rows.push(await rowOf(database.read, exception));
      return { total: found.total, rows };
    }),
    takeException: os.takeException.handler(async ({ input, context }) => {
      const { exceptionId } = input;
      await takeException(database, exceptionId, staffOf(context.caller), clock.now());
      return rowOf(database.read, await exceptionOrFail(database.read, exceptionId, clock.now()));
    }),
    resolveException: os.resolveException.handler(async ({ input, context }) => {
      await resolveException(database, {
        id: input.exceptionId,
        by: staffOf(context.caller),
        resolution: input.resolution,
        at: clock.now(),
      });
      return rowOf(database.read, await exceptionOrFail(database.read, input.exceptionId, clock.now()));
    }),
  });
}

/** Roles are checked before; this only tells the compiler, and refuses should that ever be missing. */
const staffOf = (caller: Caller): StaffId =>
  caller.kind === "staff" ? caller.staffId : fail("SIGN_IN_REQUIRED");

async function rowOf(read: ReadDb, exception: ExceptionRecord): Promise<ExceptionRow> {
  const { expected, actual, owner } = exception;
  return {
    exceptionId: exception.id,
    at: wireInstant(exception.at),
    bucket: exception.bucket,
    subject: exception.subject,
    expected: expected === null ? null : wireMoney(expected),
    actual: actual === null ? null : wireMoney(actual),
    detail: exception.detail,
    owner: owner === null ? null : await nameOf(read, owner),
    ownerId: owner,
    state: exception.state,
    resolution: exception.resolution,
  };
}
