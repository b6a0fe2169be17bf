// The routes of the reports.
import { implement } from "@orpc/server";
import { reportsContract } from "#core/contract/reports.ts";
import { fail } from "#core/errors.ts";
import type { RequestContext } from "../http/caller.ts";
import { boundsOf } from "./business.ts";
import { closingPage } from "./closing.ts";
import { closeDay, type DayDeps, dayPage } from "./day.ts";
import { listSales, salePage } from "./sales.ts";
import { listShifts } from "./shifts.ts";
import { terminalPage } from "./terminal-page.ts";
import { today } from "./today.ts";

export function reportsRoutes(deps: DayDeps) {
  const { database, business } = deps;
  const os = implement(reportsContract).$context<RequestContext>();
  return os.router({
    today: os.today.handler(() => today({ ...deps, read: database.read })),
    sales: os.sales.handler(({ input: { from, to, ...search } }) =>
      listSales(database.read, {
        ...search,
        ...(from === undefined ? {} : { from: boundsOf(business, from).from }),
        ...(to === undefined ? {} : { to: boundsOf(business, to).to }),
      }),
    ),
    sale: os.sale.handler(({ input }) => salePage(database.read, input)),
    terminal: os.terminal.handler(({ input }) => terminalPage(deps, input.terminalId)),
    shifts: os.shifts.handler(({ input: { businessDate, ...search } }) =>
      listShifts(database.read, {
        ...search,
        ...(businessDate === undefined ? {} : { span: boundsOf(business, businessDate) }),
      }),
    ),
    day: os.day.handler(({ input }) => dayPage(deps, input.businessDate)),
    closing: os.closing.handler(({ input }) => closingPage(deps, input.businessDate)),
    closeDay: os.closeDay.handler(({ input, context }) =>
      context.caller.kind === "staff"
        ? closeDay(deps, input.businessDate, context.caller.staffId)
        : fail("ROLE_REFUSED"),
    ),
  });
}
