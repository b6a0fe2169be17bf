// What staff see of terminals and do with them: enrolment codes, exposure, write-off, and slips that need a person.
import { z } from "zod";
import { PageRequest, pageOf } from "./paging.ts";
import { PlainText } from "./plain-text.ts";
import { allow } from "./roles.ts";
import { WireCardId, WireInstant, WireMerchantId, WireMoney, WireSaleId, WireTerminalId } from "./values.ts";

const text = (max: number) => z.string().min(1).max(max);
const typed = (max: number) => PlainText.min(1).max(max);
const count = z.number().int().min(0);
const about = (summary: string) => ({ tags: ["terminals"], summary });

export const TERMINAL_STATES = ["enrolled", "quarantined", "written-off"] as const;
export type TerminalState = (typeof TERMINAL_STATES)[number];

/** What could be lost at a terminal now, at the worst. */
export const Exposure = z.object({
  /** Set aside in grants and not yet reported as spent. Not a loss: it is the cards' own money. */
  granted: WireMoney,
  grants: count,
  /** Taken outside grants today, as far as it was synced. The cap does not shrink by it: each sync opens it again. */
  riskTaken: WireMoney,
  /** The most that can be taken outside grants before the terminal is heard of again. */
  riskCap: WireMoney,
  /** Of slips that could not be honoured. */
  lost: WireMoney,
});
export type Exposure = z.infer<typeof Exposure>;

export const TerminalRow = z.object({
  terminalId: WireTerminalId,
  name: text(60),
  merchantId: WireMerchantId,
  state: z.enum(TERMINAL_STATES),
  epoch: z.string().max(80).nullable(),
  markSeq: count,
  enrolledAt: WireInstant,
  lastSyncAt: WireInstant.nullable(),
  /** When it first said that its machine is enrolled under another id; null while it has not. */
  leftAt: WireInstant.nullable(),
  /** Another till names its last entry as what it follows, and that is here: nothing of it is awaited any more. */
  isLeftWhole: z.boolean(),
  connected: z.boolean(),
  /** False while a restored back office has not heard of it yet. */
  syncedSinceRestore: z.boolean(),
  exposure: Exposure,
});
export type TerminalRow = z.infer<typeof TerminalRow>;

export const WORK_ITEM_KINDS = [
  "entry-undecodable",
  "slip-short",
  "slip-refused",
  "slip-of-written-off-terminal",
  "hold-missing",
  "grant-inconsistent",
  "grant-written-off",
  "grants-of-old-epoch",
  "kept-by-left-terminal",
  "left-terminal-in-use",
  "refund-refused",
  "posting-refused",
  "journal-forked",
] as const;

/** Something a terminal reported that could not be posted as it stands. It is never dropped and never re-numbered. */
export const WorkItem = z.object({
  workItemId: text(120),
  kind: z.enum(WORK_ITEM_KINDS),
  terminalId: WireTerminalId,
  epoch: z.string().max(80),
  seq: count,
  amount: WireMoney.nullable(),
  /** The policy that let it happen, and who bears it. */
  policy: z.string().max(60).nullable(),
  bearer: z.enum(["operator", "merchant", "nobody"]).nullable(),
  code: z.string().max(60),
  detail: z.string().max(400),
  at: WireInstant,
  /** Who looks into it, by name and by id. */
  owner: z.string().max(80).nullable(),
  ownerId: z.string().max(80).nullable(),
  state: z.enum(["open", "resolved"]),
  resolution: z.string().max(200).nullable(),
  resolvedBy: z.string().max(80).nullable(),
  /** The sale that it is about, where that was stored; it has a page. */
  saleId: WireSaleId.nullable(),
  cardId: WireCardId.nullable(),
  cardMasked: z.string().max(40).nullable(),
});
export type WorkItem = z.infer<typeof WorkItem>;

export const terminalsContract = {
  list: allow("cashier", "manager", "operator")
    .route({ method: "GET", path: "/v1/console/terminals", ...about("Terminals with their exposure") })
    .input(PageRequest.extend({ state: z.enum(TERMINAL_STATES).optional() }))
    .output(pageOf(TerminalRow).extend({ booksRestored: z.boolean() })),
  /** Whom a new terminal may belong to. */
  merchants: allow("manager", "operator")
    .route({ method: "GET", path: "/v1/console/merchants", ...about("Merchants") })
    .output(z.object({ rows: z.array(z.object({ merchantId: WireMerchantId, name: text(70) })) })),
  createCode: allow("manager", "operator")
    .route({
      method: "POST",
      path: "/v1/console/enrolment-codes",
      ...about("Make a one-time enrolment code"),
    })
    .input(z.object({ terminalName: typed(60), merchantId: WireMerchantId }))
    .output(z.object({ code: text(40), expiresAt: WireInstant })),
  /** For a till that never comes back: its grants become a named, counted exposure. */
  writeOff: allow("manager", "operator")
    .route({
      method: "POST",
      path: "/v1/console/terminals/{terminalId}/write-off",
      ...about("Write a terminal off"),
    })
    .input(z.object({ terminalId: WireTerminalId, reason: typed(200) }))
    .output(z.object({ terminalId: WireTerminalId, exposure: WireMoney, grants: count })),
  workItems: allow("cashier", "manager", "operator")
    .route({
      method: "GET",
      path: "/v1/console/work-items",
      ...about("What terminals reported that needs a person"),
    })
    .input(PageRequest.extend({ state: z.enum(["open", "resolved"]).default("open") }))
    .output(pageOf(WorkItem)),
  takeWorkItem: allow("manager", "operator")
    .route({
      method: "POST",
      path: "/v1/console/work-items/{workItemId}/take",
      ...about("Take a work item on: whoever looks into it is its owner"),
    })
    .input(z.object({ workItemId: typed(120) }))
    .output(z.object({ workItemId: text(120) })),
  resolveWorkItem: allow("manager", "operator")
    .route({
      method: "POST",
      path: "/v1/console/work-items/{workItemId}/resolve",
      ...about("Close a work item"),
    })
    .input(z.object({ workItemId: typed(120), resolution: typed(200) }))
    .output(z.object({ workItemId: text(120) })),
};
