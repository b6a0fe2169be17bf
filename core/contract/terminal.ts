// What a till and the back office say to one another, served as REST. Every request but the enrolment
// is signed by the terminal's key (see terminal-signature.ts); every answer that a till stores is signed by the server.
import { eventIterator } from "@orpc/contract";
import { z } from "zod";
import { SignedEntry } from "../journal/entry.ts";
import { VatTreatment } from "../sale/basket.ts";
import { TILL_STAFF_MAX } from "../staff/pin.ts";
import { PlainText } from "./plain-text.ts";
import { allow } from "./roles.ts";
import {
  Base64,
  HexHash,
  LocalText,
  WireAttemptId,
  WireCardId,
  WireEpoch,
  WireGrantId,
  WireInstant,
  WireItemId,
  WireMerchantId,
  WireMoney,
  WireSaleId,
  WireStaffId,
  WireTerminalId,
} from "./values.ts";

/** Entries in one sync; a till with more sends them in several. */
export const SYNC_ENTRIES_MAX = 500;

const text = (max: number) => z.string().min(1).max(max);
/** Made by a till. */
const givenId = PlainText.min(1).max(80);
const count = z.number().int().min(0);

/** What the holder gives: the number swiped or typed (16 digits) or the PIN# (12 digits), and the password. */
export const CardCredentials = z.object({
  number: z.string().regex(/^\d{12}$|^\d{16}$/),
  password: text(32),
});

// ── Enrolment ───────────────────────────────────────────────────────────────
export const EnrolmentRequest = z.object({
  code: text(40),
  /** Ed25519 public key, SPKI DER. */
  publicKey: Base64,
  keyStore: z.enum(["file", "os"]),
  softwareVersion: PlainText.min(1).max(40),
});
export const Enrolment = z.object({
  terminalId: WireTerminalId,
  terminalName: text(60),
  stationName: text(60),
  merchantId: WireMerchantId,
  currency: z.enum(["KRW", "EUR", "USD", "JPY"]),
  utcOffsetMinutes: z.number().int().min(-840).max(840),
  /** Ed25519, SPKI DER: signs snapshots and countersignatures. */
  serverKey: Base64,
  /** X25519 public key for HPKE: seals credentials that wait for the line. */
  sealKey: Base64,
  /** 32 random bytes of this terminal alone, kept in its key store: StaffVerifier is made over HMAC-SHA256(staffKey, PIN). */
  staffKey: Base64,
  serverTime: WireInstant,
});
export type Enrolment = z.infer<typeof Enrolment>;

// ── Up: the journal ─────────────────────────────────────────────────────────
/** When the back office was last restored from a back-up; null where it never was. */
const BooksRestoredAt = WireInstant.nullable();

export const SyncRequest = z.object({
  epoch: WireEpoch,
  entries: z.array(SignedEntry).max(SYNC_ENTRIES_MAX),
  /** Credentials of sealed risk slips, outside the journal, by the slip's tender id (HPKE base64: enc ‖ ciphertext). */
  sealed: z.array(z.object({ tenderId: givenId, enc: Base64, ciphertext: Base64 })).max(SYNC_ENTRIES_MAX),
  /** The journal's last entry when this was signed: the terminal has caught up once the mark is there. */
  head: z.object({ epoch: WireEpoch, seq: count }).optional(),
  /** The machine was enrolled under another id: this terminal sells no more, and is given nothing to sell by. */
  left: z.boolean().optional(),
  /** As the back office said it last: a request from before a restore proves nothing to the server after it. */
  booksRestoredAt: BooksRestoredAt.optional(),
});
export type SyncRequest = z.infer<typeof SyncRequest>;

/** The countersignature: "stored", not "honoured". Signs canonical JSON of terminalId, epoch, seq and hash. */
export const Mark = z.object({
  terminalId: WireTerminalId,
  epoch: WireEpoch,
  /** The last entry stored; 0 with the genesis hash when there is none. */
  seq: count,
  hash: HexHash,
});
export type Mark = z.infer<typeof Mark>;

/**
 * The last checkpoint of the ledger, for a till to witness (DESIGN §4). The signature is the server's, over canonical
 * JSON of terminalId, booksRestoredAt and checkpoint { number, hash }.
 */
export const BooksCheckpoint = z.object({ number: count, hash: HexHash, signature: Base64 });
export type BooksCheckpoint = z.infer<typeof BooksCheckpoint>;

export const SyncAnswer = z.object({
  mark: Mark,
  signature: Base64,
  serverTime: WireInstant,
  /** The oldest back-up that could be restored: entries countersigned before it may be deleted locally. */
  prunableBefore: WireInstant,
  snapshotVersion: count,
  /** Slips whose sealed credentials have been judged: their ciphertext is erased once that is before `prunableBefore`. */
  judgedTenders: z.array(text(80)).max(SYNC_ENTRIES_MAX),
  /** Slips that wait for their sealed credentials: those are to be sent, whatever was said of them before a restore. */
  awaitedTenders: z.array(text(80)).max(SYNC_ENTRIES_MAX).optional(),
  booksRestoredAt: BooksRestoredAt.optional(),
  checkpoint: BooksCheckpoint.nullable().optional(),
});
export type SyncAnswer = z.infer<typeof SyncAnswer>;

// ── Down: the snapshot ──────────────────────────────────────────────────────
/** A station shop sells a few thousand things, and a till takes in its whole catalogue with every change of it. */
export const CATALOGUE_ITEMS_MAX = 20_000;

export const CatalogueItem = z.object({
  itemId: WireItemId,
  name: LocalText,
  category: text(40),
  barcodes: z.array(text(40)).max(10),
  price: WireMoney,
  vat: VatTreatment,
  /** Place among the favourites, or null. */
  favourite: count.nullable(),
});
export type CatalogueItem = z.infer<typeof CatalogueItem>;

/** An item as somebody gives it in: its texts are read on screens and on paper. */
export const GivenItem = CatalogueItem.extend({
  name: z.object({ ko: PlainText.max(200), en: PlainText.max(200) }),
  category: PlainText.max(40),
  barcodes: z.array(PlainText.max(40)).max(10),
});

export const StaffVerifier = z.object({
  staffId: WireStaffId,
  name: text(60),
  role: z.enum(["cashier", "manager"]),
  /** Argon2id PHC string over HMAC(the terminal's staff key, PIN): of use at this terminal only. */
  verifier: text(300),
});
export type StaffVerifier = z.infer<typeof StaffVerifier>;

/** What may be taken offline (DESIGN §6). The caps bound the worst loss outside escrow. */
export const OfflinePolicy = z.object({
  paymentMax: WireMoney,
  cardDayMax: WireMoney,
  terminalMax: WireMoney,
  countMax: count,
  ageMaxMs: count,
  /** Above a cap: refuse, or let a manager's PIN go beyond the payment and card caps (never the terminal's). */
  aboveCap: z.enum(["refuse", "manager"]),
  /** A card without a verifier at this till: refused, or taken with credentials sealed to the server. */
  unverified: z.enum(["refuse", "sealed"]),
  wrongTriesMax: z.number().int().min(1).max(10),
});
export type OfflinePolicy = z.infer<typeof OfflinePolicy>;

export const Grant = z.object({
  grantId: WireGrantId,
  cardId: WireCardId,
  amount: WireMoney,
  expiresAt: WireInstant,
});
export type Grant = z.infer<typeof Grant>;

/** Some 75 bytes each: a full list is under eight megabytes of a till's line and memory. */
export const HOT_CARDS_MAX = 100_000;
/** Some 60 bytes each; five times the verifiers that a till keeps. */
export const PASSWORD_VERSIONS_MAX = 100_000;

/** One kind of snapshot part; a delta carries only the parts that changed since the version asked for. */
export const SnapshotParts = z.object({
  catalogue: z.array(CatalogueItem).max(CATALOGUE_ITEMS_MAX).optional(),
  staff: z.array(StaffVerifier).max(TILL_STAFF_MAX).optional(),
  policy: OfflinePolicy.optional(),
  /** Cards not to take, with the code to refuse them by. */
  hotList: z
    .array(z.object({ cardId: WireCardId, code: z.enum(["CARD_BLOCKED", "CARD_EXPIRED", "CARD_CLOSED"]) }))
    .max(HOT_CARDS_MAX)
    .optional(),
  /** The live grants of this terminal: all of them, so that one that is missing was closed. */
  grants: z.array(Grant).max(20_000).optional(),
  /** Grants to be closed and reported now. */
  recalls: z.array(WireGrantId).max(20_000).optional(),
  /** The password's version of each card seen here: a verifier of another version is revoked. */
  passwordVersions: z
    .array(z.object({ cardId: WireCardId, version: count }))
    .max(PASSWORD_VERSIONS_MAX)
    .optional(),
  receiptHead: z.object({ lines: z.array(LocalText).max(8), businessNumber: z.string().max(40) }).optional(),
});
export type SnapshotParts = z.infer<typeof SnapshotParts>;

export const Snapshot = z.object({
  terminalId: WireTerminalId,
  /** Rises with every change for this terminal; a lower one than the journal's is refused. */
  version: count,
  /** The version it builds on; null for a whole snapshot. */
  since: count.nullable(),
  issuedAt: WireInstant,
  parts: SnapshotParts,
});
export type Snapshot = z.infer<typeof Snapshot>;
/** `signature`: Ed25519 over the canonical JSON of the snapshot. */
export const SignedSnapshot = z.object({ snapshot: Snapshot, signature: Base64 });

// ── Payments asked for at once ──────────────────────────────────────────────
export const AuthoriseRequest = z.object({
  attemptId: WireAttemptId,
  tenderId: givenId,
  saleId: WireSaleId,
  amount: WireMoney,
  card: CardCredentials,
});
export const AttemptState = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("approved"),
    attemptId: WireAttemptId,
    cardId: WireCardId,
    masked: text(40),
    balanceAfter: WireMoney,
    passwordVersion: count,
  }),
  z.object({
    kind: z.literal("declined"),
    attemptId: WireAttemptId,
    code: text(60),
    triesLeft: count.nullable(),
    /**
     * With FUNDS_INSUFFICIENT and FUNDS_HELD_OFFLINE, which only the right password gets: what the card could pay then,
     * and no other time, so that an old attempt tells no later balance. Missing from a back office of before.
     */
    takeable: WireMoney.nullable().optional(),
    /** With FUNDS_HELD_OFFLINE: this terminal's own grants that it can close and then try again. */
    ownGrants: z.array(WireGrantId).max(10),
    cardId: WireCardId.nullable(),
  }),
  z.object({ kind: z.literal("unseen"), attemptId: WireAttemptId }),
]);
export type AttemptState = z.infer<typeof AttemptState>;

export const RefundRequest = z.object({
  attemptId: WireAttemptId,
  refundId: givenId,
  /** The slip that paid. */
  tenderId: givenId,
  amount: WireMoney,
});
export const RefundState = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("approved"),
    attemptId: WireAttemptId,
    masked: text(40),
    balanceAfter: WireMoney,
  }),
  z.object({ kind: z.literal("declined"), attemptId: WireAttemptId, code: text(60) }),
]);

export const CardBalance = z.object({
  masked: text(40),
  state: text(20),
  /** The card and its escrows, holds taken off. */
  available: WireMoney,
  expiresAt: WireInstant,
});

/** "Something changed": the till then syncs and pulls. */
export const Nudge = z.object({ kind: z.enum(["hello", "snapshot", "recall", "ping"]), at: WireInstant });
export type Nudge = z.infer<typeof Nudge>;

const tag = (name: string, summary: string) => ({ tags: [name], summary });

export const terminalContract = {
  enrol: allow("anyone")
    .route({
      method: "POST",
      path: "/v1/enrolments",
      ...tag("terminals", "Enrol a terminal by its one-time code"),
    })
    .input(EnrolmentRequest)
    .output(Enrolment),
  sync: allow("terminal")
    .route({
      method: "POST",
      path: "/v1/terminal/journal",
      ...tag("terminals", "Send journal entries upwards"),
    })
    .input(SyncRequest)
    .output(SyncAnswer),
  /** Where the server's mark stands, before anything is sent. */
  mark: allow("terminal")
    .route({
      method: "GET",
      path: "/v1/terminal/journal/mark",
      ...tag("terminals", "The server's mark for this terminal"),
    })
    .output(SyncAnswer.pick({ mark: true, signature: true, serverTime: true, booksRestoredAt: true })),
  snapshot: allow("terminal")
    .route({
      method: "GET",
      path: "/v1/terminal/snapshot",
      ...tag("terminals", "Pull the snapshot or what changed in it"),
    })
    .input(z.object({ since: z.coerce.number().int().min(0).optional() }))
    .output(SignedSnapshot),
  nudges: allow("terminal")
    .route({
      method: "GET",
      path: "/v1/terminal/nudges",
      ...tag("terminals", "Be told when something changed"),
    })
    .output(eventIterator(Nudge)),
  authorise: allow("terminal")
    .route({
      method: "POST",
      path: "/v1/terminal/payments",
      ...tag("terminals", "Hold an amount on a prepaid card"),
    })
    .input(AuthoriseRequest)
    .output(AttemptState),
  attempt: allow("terminal")
    .route({
      method: "GET",
      path: "/v1/terminal/payments/{attemptId}",
      ...tag("terminals", "What became of an attempt"),
    })
    .input(z.object({ attemptId: WireAttemptId }))
    .output(AttemptState),
  refund: allow("terminal")
    .route({
      method: "POST",
      path: "/v1/terminal/refunds",
      ...tag("terminals", "Refund onto the card that paid"),
    })
    .input(RefundRequest)
    .output(RefundState),
  balance: allow("terminal")
    .route({
      method: "POST",
      path: "/v1/terminal/balances",
      ...tag("terminals", "Balance of a card, by its password"),
    })
    .input(CardCredentials)
    .output(CardBalance),
};
