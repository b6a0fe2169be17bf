// Every table of the console as CSV: the same lists, asked page by page, under the same roles.
import { createRouterClient, type Router, type RouterClient } from "@orpc/server";
import { stringify } from "csv-stringify";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { backofficeContract } from "#core/contract/backoffice.ts";
import { PAGE_ROWS_MAX } from "#core/contract/paging.ts";
import type { RouteMeta } from "#core/contract/roles.ts";
import { fail } from "#core/errors.ts";
import { looksLikeSecret } from "#core/sale/secret-text.ts";
import type { RequestContext } from "./caller.ts";
import { csvRowOf, signedSale } from "./csv-row.ts";
import { enforceRoles } from "./enforce-roles.ts";

/** More is asked in parts, by its dates. */
const EXPORT_ROWS_MAX = 100_000;

type BackofficeRouter = Router<typeof backofficeContract, RequestContext>;
type Client = RouterClient<BackofficeRouter>;
type Filters = Readonly<Record<string, string | number>>;
type Request = Filters & Readonly<{ page: number; pageSize: number }>;
type List<Row extends object = object> = Readonly<{ total: number; rows: readonly Row[] }>;

/** Filters come as text from the address; the list's own contract decodes them, as it does those of the list itself. */
const ask = <Input, Row extends object>(list: (input: Input) => Promise<List<Row>>) =>
  list as (request: unknown) => Promise<List<Row>>;

const TABLES: Readonly<Record<string, (client: Client, request: Request) => Promise<List>>> = {
  sales: async (client, request) => {
    const { total, rows } = await ask(client.reports.sales)(request);
    return { total, rows: rows.map(signedSale) };
  },
  cards: (client, request) => ask(client.cards.list)(request),
  catalogue: (client, request) => ask(client.catalogue.list)(request),
  terminals: (client, request) => ask(client.terminals.list)(request),
  shifts: (client, request) => ask(client.reports.shifts)(request),
  batches: (client, request) => ask(client.settlement.batches)(request),
  exceptions: (client, request) => ask(client.settlement.exceptions)(request),
  "work-items": (client, request) => ask(client.terminals.workItems)(request),
  staff: (client, request) => ask(client.staff.list)(request),
};

export type ExportOptions = Readonly<{
  router: BackofficeRouter;
  contextOf(request: FastifyRequest, reply: FastifyReply): Promise<RequestContext>;
}>;

export function serveExports(app: FastifyInstance, options: ExportOptions): void {
  app.get<{ Params: { table: string }; Querystring: Filters }>(
    "/v1/console/exports/:table.csv",
    async (request, reply) => {
      const list = Object.hasOwn(TABLES, request.params.table) ? TABLES[request.params.table] : undefined;
      if (list === undefined) return fail("NOT_FOUND", "no such table");
      // A search by number is posted; here it would stay in the address, in histories and in logs of proxies.
      if (Object.values(request.query).some((value) => looksLikeSecret(String(value))))
        return fail("LOOKS_LIKE_SECRET");
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
      const pageOf = (page: number) => list(client, { ...request.query, page, pageSize: PAGE_ROWS_MAX });
      const first = await pageOf(0);
      const table = stringify({ header: true, bom: true, escape_formulas: true });
      void writeRows(table, first, (page) =>
        list(client, { ...request.query, page, pageSize: PAGE_ROWS_MAX }),
      );
      return reply
        .header("content-disposition", `attachment; filename="${request.params.table}.csv"`)
        .type("text/csv; charset=utf-8")
        .send(table);
    },
  );
}

/** A failure on the way ends the download as broken, so that half a table is not taken for the whole. */
async function writeRows(
  table: ReturnType<typeof stringify>,
  first: List,
  next: (page: number) => Promise<List>,
): Promise<void> {
  try {
    let written = 0;
    for (
      let page = 0, list = first;
      list.rows.length > 0 && written < EXPORT_ROWS_MAX;
      list = await next(++page)
    ) {
      for (const row of list.rows) {
        if (!table.write(csvRowOf(row))) await drained(table);
        written += 1;
      }
    }
    table.end();
  } catch (error) {
    table.destroy(error instanceof Error ? error : new Error("the table could not be read"));
  }
}

const drained = (table: ReturnType<typeof stringify>) =>
  new Promise<void>((resolve, reject) => {
    table.once("drain", resolve);
    table.once("close", () => reject(new Error("the download was ended")));
  });
