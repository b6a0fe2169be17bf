// What is sold, as managers keep it at the console or as another system hands it over. Tills get it with their snapshot.
import { z } from "zod";
import { PageRequest, pageOf } from "./paging.ts";
import { allow } from "./roles.ts";
import { CATALOGUE_ITEMS_MAX, CatalogueItem, GivenItem } from "./terminal.ts";
import { WireInstant, WireItemId, WireMoney, WireStaffId } from "./values.ts";

const about = (summary: string) => ({ tags: ["catalogue"], summary });

export const CATALOGUE_IMPORT_PATH = "/v1/console/catalogue/imports";
/** Those that the items have; whoever adds one chooses from them. */
export const CATALOGUE_CATEGORIES_MAX = 200;
/** The newest of an item's changes that its page shows. */
export const CATALOGUE_EVENTS_MAX = 200;

export const CatalogueEvent = z.object({
  at: WireInstant,
  what: z.enum(["added", "changed", "removed"]),
  /** Null where it was the command line of the machine. */
  by: z.object({ staffId: WireStaffId, name: z.string().max(60) }).nullable(),
  /** The item until then; null where there was none. */
  before: CatalogueItem.nullable(),
  /** The item from then on; null where it was taken off sale. */
  after: CatalogueItem.nullable(),
});
export type CatalogueEvent = z.infer<typeof CatalogueEvent>;

export const CatalogueItemPage = z.object({
  /** Null where it is sold no more: its history stays. */
  item: CatalogueItem.nullable(),
  /** Oldest first. */
  history: z.array(CatalogueEvent).max(CATALOGUE_EVENTS_MAX),
});
export type CatalogueItemPage = z.infer<typeof CatalogueItemPage>;

const CataloguePage = pageOf(CatalogueItem).extend({
  /** In which every price is. */
  currency: WireMoney.shape.currency,
  categories: z.array(CatalogueItem.shape.category).max(CATALOGUE_CATEGORIES_MAX),
});
export type CataloguePage = z.infer<typeof CataloguePage>;

const CatalogueTally = z.object({
  added: z.number().int(),
  changed: z.number().int(),
  removed: z.number().int(),
});
export type CatalogueTally = z.infer<typeof CatalogueTally>;

export const catalogueContract = {
  list: allow("manager", "operator")
    .route({ method: "GET", path: "/v1/console/catalogue", ...about("What is sold, in its order") })
    .input(PageRequest)
    .output(CataloguePage),
  // A barcode may look like a card's number, and a number belongs into no address: so it is posted.
  search: allow("manager", "operator")
    .route({
      method: "POST",
      path: "/v1/console/catalogue-searches",
      ...about("Search items by name, barcode, code or category"),
    })
    .input(PageRequest)
    .output(CataloguePage),
  get: allow("manager", "operator")
    .route({
      method: "GET",
      path: "/v1/console/catalogue/{itemId}",
      ...about("One item with all that was changed"),
    })
    .input(z.object({ itemId: WireItemId }))
    .output(CatalogueItemPage),
  add: allow("manager", "operator")
    .route({ method: "POST", path: "/v1/console/catalogue", ...about("Add an item; tills sell it at once") })
    .input(GivenItem)
    .output(CatalogueTally),
  change: allow("manager", "operator")
    .route({
      method: "PUT",
      path: "/v1/console/catalogue/{itemId}",
      ...about("Change an item's names, price or place"),
    })
    .input(GivenItem)
    .output(CatalogueTally),
  remove: allow("manager", "operator")
    .route({
      method: "POST",
      path: "/v1/console/catalogue/{itemId}/removal",
      ...about("Take an item off sale"),
    })
    .input(z.object({ itemId: WireItemId }))
    .output(CatalogueTally),
  /** All of it or nothing: CATALOGUE_INVALID names the rows, counted from 1. */
  takeIn: allow("manager", "operator")
    .route({ method: "POST", path: CATALOGUE_IMPORT_PATH, ...about("Take in a list of items, all or none") })
    .input(
      z.object({
        /** `merge` adds and changes; `replace` takes off sale what is not in the list, and takes over its order. */
        mode: z.enum(["merge", "replace"]),
        items: z.array(GivenItem).min(1).max(CATALOGUE_ITEMS_MAX),
      }),
    )
    .output(CatalogueTally),
};
