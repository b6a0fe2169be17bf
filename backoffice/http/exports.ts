// Every table of the console as CSV: the same lists, asked page by page, under the same roles.
import { createRouterClient, type Router, type RouterClient } from "@orpc/server";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import type { backofficeContract } from "#core/contract/backoffice.ts";
import { CardRow } from "#core/contract/cards.ts";
import { PAGE_ROWS_MAX } from "#core/contract/paging.ts";
import { SaleRow, ShiftRow } from "#core/contract/reports.ts";
import type { RouteMeta } from "#core/contract/roles.ts";
import { BatchRow, ExceptionRow } from "#core/contract/settlement.ts";
import { StaffRow } from "#core/contract/staff.ts";
import { CatalogueItem } from "#core/contract/terminal.ts";
import { TerminalRow, WorkItem } from "#core/contract/terminals.ts";
import { fail } from "#core/errors.ts";
import type { RequestContext } from "./caller.ts";
import { columnsOf, signedSale } from "./csv-row.ts";
import { csvTable, type List } from "./csv-table.ts";
import { enforceRoles } from "./enforce-roles.ts";

type BackofficeRouter = Router<typeof backofficeContract, RequestContext>;
type Client = RouterClient<BackofficeRouter>;
type Filters = Readonly<Record<string, string | number>>;
type Request = Filters & Readonly<{ page: number; pageSize: number }>;
type Exported = Readonly<{ row: z.ZodObject; list(client: Client, request: Request): Promise<List> }>;

/** Filters come as text from the address; the list's own contract decodes them, as it does those of the list itself. */
const ask = <Input, Row extends object>(list: (input: Input) => Promise<List<Row>>) =>
  list as (request: unknown) => Promise<List<Row>>;

const TABLES: Readonly<Record<string, Exported>> = {
  sales: {
    row: SaleRow,
    list: async (client, request) => {
      const { rows, ...page } = await ask(client.reports.sales)(request);
      return { ...page, rows: rows.map(signedSale) };
    },
  },
  cards: { row: CardRow, list: (client, request) => ask(client.cards.list)(request) },
  catalogue: { row: CatalogueItem, list: (client, request) => ask(client.catalogue.list)(request) },
  terminals: { row: TerminalRow, list: (client, request) => ask(client.terminals.list)(request) },
  shifts: { row: ShiftRow, list: (client, request) => ask(client.reports.shifts)(request) },
  batches: { row: BatchRow, list: (client, request) => ask(client.settlement.batches)(request) },
  exceptions: { row: ExceptionRow, list: (client, request) => ask(client.settlement.exceptions)(request) },
  "work-items": { row: WorkItem, list: (client, request) => ask(client.terminals.workItems)(request) },
  staff: { row: StaffRow, list: (client, request) => ask(client.staff.list)(request) },
};

export type ExportOptions = Readonly<{
  router: BackofficeRouter;
  contextOf(request: FastifyRequest, reply: FastifyReply): Promise<RequestContext>;
}>;

export function serveExports(app: FastifyInstance, options: ExportOptions): void {
  app.get<{ Params: { table: string }; Querystring: Filters }>(
    "/v1/console/exports/:table.csv",
    async (request, reply) => {
      const exported = Object.hasOwn(TABLES, request.params.table) ? TABLES[request.params.table] : undefined;
      if (exported === undefined) return fail("NOT_FOUND", "no such table");
      const context = await options.contextOf(request, reply);
      const client = createRouterClient(options.router, {
        context,
        interceptors: [
          async ({ next, procedure }) => {
            enforceRoles(procedure["~orpc"].meta as Partial<RouteMeta>, context.caller);
            return next();
          },
        ],
      });
      const table = await csvTable(columnsOf(exported.row), (page, after) =>
        exported.list(client, {
          ...request.query,
          page,
          pageSize: PAGE_ROWS_MAX,
          ...(after === undefined ? {} : { after }),
        }),
      );
      return reply
        .header("content-disposition", `attachment; filename="${request.params.table}.csv"`)
        .type("text/csv; charset=utf-8")
        .send(table);
    },
  );
}
