// Issuing and looking after prepaid cards, for the console and for a holder who registers a password.
import { z } from "zod";
import { CARD_STATES } from "../card/state.ts";
import { PlainText, SearchText } from "./plain-text.ts";
import { allow } from "./roles.ts";
import { WireCardId, WireInstant, WireMoney, WireStaffId, WireTerminalId } from "./values.ts";

/** Cards in one batch: what one person can check in one sitting. */
export const ISSUE_QUANTITY_MAX = 99; // C03

const text = (max: number) => z.string().min(1).max(max);
const count = z.number().int().min(0);
const about = (summary: string) => ({ tags: ["cards"], summary });

export const CardRow = z.object({
  cardId: WireCardId,
  /** The printed number and the PIN#, both masked. */
  number: text(40),
  pin: text(40),
  state: z.enum(CARD_STATES),
  /** The card and its grants at tills, holds taken off. */
  available: WireMoney,
  /** Of it, set aside at tills. */
  setAside: WireMoney,
  issuedAt: WireInstant,
  expiresAt: WireInstant,
  registered: z.boolean(),
  wrongTries: count,
});
export type CardRow = z.infer<typeof CardRow>;

export const CardDetail = CardRow.extend({
  history: z.array(
    z.object({
      at: WireInstant,
      what: text(40),
      from: z.enum(CARD_STATES).nullable(),
      to: z.enum(CARD_STATES),
      by: text(100),
      reason: z.string().max(200),
    }),
  ),
  grants: z.array(
    z.object({
      grantId: text(80),
      terminalId: WireTerminalId,
      amount: WireMoney,
      spent: WireMoney,
      state: text(20),
      expiresAt: WireInstant,
    }),
  ),
});
export type CardDetail = z.infer<typeof CardDetail>;

/** A card as it is handed over: the only answer that holds its numbers and its initial password. */
export const IssuedCard = z.object({
  cardId: WireCardId,
  number: z.string().regex(/^\d{16}$/),
  pin: z.string().regex(/^\d{12}$/),
  initialPassword: text(32),
  amount: WireMoney,
  expiresAt: WireInstant,
});
export type IssuedCard = z.infer<typeof IssuedCard>;

const number = z.string().regex(/^\d{12}$|^\d{16}$/);
const password = text(32);
const byId = z.object({ cardId: WireCardId });
const reasoned = byId.extend({ reason: PlainText.min(1).max(200) });
const actionId = text(80).regex(/^[\w:.-]+$/);

export const cardsContract = {
  issue: allow("manager", "operator")
    .route({ method: "POST", path: "/v1/console/card-batches", ...about("Issue a batch of cards") })
    .input(
      z.object({
        id: actionId,
        quantity: z.number().int().min(1).max(ISSUE_QUANTITY_MAX),
        amount: WireMoney,
        validDays: z.number().int().min(1).max(3_660),
      }),
    )
    .output(z.object({ batchId: text(80), makerId: WireStaffId, cards: z.array(IssuedCard) })),
  list: allow("cashier", "manager", "operator")
    // A search may hold a number, and a number belongs into no address: so it is posted.
    .route({
      method: "POST",
      path: "/v1/console/card-searches",
      ...about("Search cards by number, PIN#, or state"),
    })
    .input(
      z.object({
        query: SearchText.max(40).optional(),
        state: z.enum(CARD_STATES).optional(),
        page: z.number().int().min(0).max(100_000).default(0),
        pageSize: z.number().int().min(1).max(200).default(50),
      }),
    )
    .output(z.object({ total: count, rows: z.array(CardRow) })),
  get: allow("cashier", "manager", "operator")
    .route({ method: "GET", path: "/v1/console/cards/{cardId}", ...about("One card with its history") })
    .input(byId)
    .output(CardDetail),
  block: allow("manager", "operator")
    .route({ method: "POST", path: "/v1/console/cards/{cardId}/block", ...about("Block a card") })
    .input(reasoned)
    .output(CardRow),
  unblock: allow("manager", "operator")
    .route({ method: "POST", path: "/v1/console/cards/{cardId}/unblock", ...about("Unblock a card") })
    .input(reasoned)
    .output(CardRow),
  /** The card is `closing` until every grant at a till is closed; then the rest is paid out. */
  end: allow("manager", "operator")
    .route({
      method: "POST",
      path: "/v1/console/cards/{cardId}/end",
      ...about("Refund, expire or close a card"),
    })
    .input(reasoned.extend({ ending: z.enum(["expired", "refunded", "closed"]) }))
    .output(CardRow),
  /** The number in full, for the rare case of a worn card; written down with who asked and why. */
  reveal: allow("operator")
    .route({ method: "POST", path: "/v1/console/cards/{cardId}/reveal", ...about("Show a card's numbers") })
    .input(reasoned)
    .output(z.object({ number, pin: z.string().regex(/^\d{12}$/) })),
  /** The initial password opens this and nothing else (D17). */
  register: allow("anyone")
    .route({ method: "POST", path: "/v1/cards/registrations", ...about("Register a card's own password") })
    .input(z.object({ number, initialPassword: password, password }))
    .output(z.object({ card: text(40), state: z.enum(CARD_STATES), expiresAt: WireInstant })),
  changePassword: allow("anyone")
    .route({ method: "POST", path: "/v1/cards/passwords", ...about("Change a card's password") })
    .input(z.object({ number, password, newPassword: password }))
    .output(z.object({ card: text(40) })),
};
