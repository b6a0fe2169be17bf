// The routes of the catalogue.
import { implement } from "@orpc/server";
import type { CatalogueOrder } from "#core/catalogue/change.ts";
import { readItems } from "#core/catalogue/check.ts";
import { catalogueContract } from "#core/contract/catalogue.ts";
import type { PageRequest } from "#core/contract/paging.ts";
import { fail } from "#core/errors.ts";
import type { RequestContext } from "../http/caller.ts";
import { changeCatalogue } from "./change-catalogue.ts";
import type { CatalogueDeps } from "./deps.ts";
import { itemPage, pageOfItems } from "./find-items.ts";

export function catalogueRoutes(deps: CatalogueDeps) {
  const { currency, catalogue } = deps;
  const { read } = deps.database;
  const os = implement(catalogueContract).$context<RequestContext>();
  const find = async (asked: PageRequest) => ({
    ...pageOfItems((await catalogue(read)).items, asked),
    currency,
  });
  const change = ({ caller }: RequestContext, order: CatalogueOrder) =>
    caller.kind === "staff" ? changeCatalogue(deps, caller.staffId, order) : fail("ROLE_REFUSED");
  return os.router({
    list: os.list.handler(({ input }) => find(input)),
    search: os.search.handler(({ input }) => find(input)),
    get: os.get.handler(async ({ input }) => itemPage(read, (await catalogue(read)).items, input.itemId)),
    add: os.add.handler(({ input, context }) => change(context, { kind: "add", item: input })),
    change: os.change.handler(({ input, context }) => change(context, { kind: "change", item: input })),
    remove: os.remove.handler(({ input, context }) => change(context, { kind: "remove", ...input })),
    takeIn: os.takeIn.handler(({ input, context }) =>
      change(context, { kind: input.mode, items: readItems(input.items, currency) }),
    ),
  });
}
