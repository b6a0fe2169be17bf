// A back office in one object for tests and the simulation: the terminal's contract over a small, honest ledger.
// It shares no code with the real one but the contract and the chain, so that the two can disagree.
import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import type { InferContractRouterInputs, InferContractRouterOutputs } from "@orpc/contract";
import { canonicalJson, type JsonValue } from "#core/canonical-json.ts";
import {
  type Mark,
  type OfflinePolicy,
  type SnapshotParts,
  SYNC_ENTRIES_MAX,
  type terminalContract,
} from "#core/contract/terminal.ts";
import { type WireMoney, wireInstant } from "#core/contract/values.ts";
import { type ErrorCode, fail } from "#core/errors.ts";
import type { AttemptId, CardId, Epoch, GrantId, MerchantId, TerminalId } from "#core/ids.ts";
import { chainStart, faultOf, placeOf } from "#core/journal/chain.ts";
import { decodeEntry, type Entry, GENESIS_HASH, type SignedEntry } from "#core/journal/entry.ts";
import { days, hours, type Instant, instant, after as later } from "#core/time.ts";
import { balanceOf, emptyBooks, post } from "./small-books.ts";
import { judgeDeferred, postEntry } from "./small-postings.ts";
import {
  copyOfState,
  type SmallAttempt,
  type SmallCard,
  type SmallGrant,
  type SmallState,
  type SmallTerminal,
} from "./small-state.ts";

type Inputs = InferContractRouterInputs<typeof terminalContract>;
type Outputs = InferContractRouterOutputs<typeof terminalContract>;

export type SmallBackOfficeOptions = Readonly<{
  now(): Instant;
  nextId(): string;
  policy: OfflinePolicy;
  sealKey?: string;
  /** The most that one grant sets aside, and for how long. Zero gives none. */
  grantMax?: bigint;
  grantValidHours?: number;
  parts?: SnapshotParts;
}>;

export const krwWire = (minor: bigint | number): WireMoney => ({ minor: String(minor), currency: "KRW" });
const sha256 = (text: string) => createHash("sha256").update(text, "utf8").digest("hex");

export class SmallBackOffice {
  state: SmallState;
  restores = 0;
  readonly serverKey: string;
  readonly #key: KeyObject;
  readonly #options: SmallBackOfficeOptions;
  readonly #keys = new Map<TerminalId, KeyObject>();

  constructor(options: SmallBackOfficeOptions) {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    this.#key = privateKey;
    this.serverKey = publicKey.export({ type: "spki", format: "der" }).toString("base64");
    this.#options = options;
    this.state = {
      books: emptyBooks(),
      cards: new Map(),
      terminals: new Map(),
      grants: new Map(),
      attempts: new Map(),
      workItems: [],
      short: new Set(),
      waitsFor: new Set(),
      deferred: [],
      enrolled: 0,
    };
  }

  addCard(card: Omit<SmallCard, "passwordVersion" | "state">, balance: bigint): void {
    this.state.cards.set(card.cardId, { ...card, passwordVersion: 1, state: "active" });
    post(this.state.books, `issue:${card.cardId}`, "sold", `card:${card.cardId}`, balance);
  }

  charge(cardId: CardId, amount: bigint, key: string): void {
    post(this.state.books, `charge:${key}`, "sold", `card:${cardId}`, amount);
  }

  changePassword(cardId: CardId, password: string): void {
    const card = this.state.cards.get(cardId) ?? fail("CARD_UNKNOWN");
    card.password = password;
    card.passwordVersion += 1;
    this.#changedForAll();
  }

  block(cardId: CardId): void {
    const card = this.state.cards.get(cardId) ?? fail("CARD_UNKNOWN");
    card.state = "blocked";
    this.recall(cardId);
    this.#changedForAll();
  }

  recall(cardId: CardId): void {
    for (const grant of this.state.grants.values()) {
      if (grant.cardId !== cardId || grant.isRecalled) continue;
      grant.isRecalled = true;
      this.#changed(grant.terminalId);
    }
  }

  backup(): SmallState {
    return copyOfState(this.state);
  }

  /** Goes on from a back-up: it moves no money by itself until every terminal has sent again what it knows. */
  restore(backup: SmallState): void {
    this.state = copyOfState(backup);
    this.restores += 1;
    this.state.waitsFor = new Set(
      [...this.state.terminals.values()].filter((each) => !each.isWrittenOff).map((each) => each.terminalId),
    );
  }

  enrol(input: Inputs["enrol"]): Outputs["enrol"] {
    if (!input.code.startsWith("code-")) fail("ENROLMENT_REFUSED");
    const known = [...this.state.terminals.values()].find((each) => each.publicKey === input.publicKey);
    const terminalId = known?.terminalId ?? (`till-${++this.state.enrolled}` as TerminalId);
    if (known === undefined) {
      this.state.terminals.set(terminalId, {
        terminalId,
        publicKey: input.publicKey,
        entries: [],
        places: new Map(),
        epochs: [],
        version: 1,
        verifiers: new Set(),
        judged: [],
        sealed: new Map(),
        isQuarantined: false,
        isWrittenOff: false,
      });
    }
    return {
      terminalId,
      terminalName: terminalId,
      stationName: "Station 7",
      merchantId: "merchant-1" as MerchantId,
      currency: "KRW",
      utcOffsetMinutes: 540,
      serverKey: this.serverKey,
      sealKey: this.#options.sealKey ?? Buffer.alloc(32, 9).toString("base64"),
      staffKey: Buffer.alloc(32, 5).toString("base64"),
      serverTime: wireInstant(this.#options.now()),
    };
  }

  mark(terminalId: TerminalId): Outputs["mark"] {
    const mark = markOf(this.#terminal(terminalId));
    return { mark, signature: this.#sign(mark), serverTime: wireInstant(this.#options.now()) };
  }

  /** `signedAfter`: the restores that had happened when it was signed; a late one proves nothing after another. */
  sync(terminalId: TerminalId, input: Inputs["sync"], signedAfter = this.restores): Outputs["sync"] {
    const terminal = this.#terminal(terminalId);
    if (terminal.isWrittenOff) fail("TERMINAL_WRITTEN_OFF");
    if (terminal.isQuarantined) fail("TERMINAL_QUARANTINED");
    for (const { tenderId, enc, ciphertext } of input.sealed)
      terminal.sealed.set(tenderId, { enc, ciphertext });
    for (const entry of input.entries) this.#take(terminal, entry as SignedEntry);
    if (signedAfter === this.restores && hasAll(terminal, input) && this.state.waitsFor.delete(terminalId)) {
      if (this.state.waitsFor.size === 0) judgeDeferred(this.state);
      this.#changed(terminalId);
    }
    this.#offerGrants(terminal);
    const now = this.#options.now();
    return {
      ...this.mark(terminalId),
      prunableBefore: wireInstant(instant(now - days(7))),
      snapshotVersion: terminal.version,
      judgedTenders: terminal.judged.slice(-500),
    };
  }

  snapshot(terminalId: TerminalId, since: number | null) {
    const terminal = this.#terminal(terminalId);
    // A restored server never names a version below the one that a till has applied.
    if (since !== null && since > terminal.version) terminal.version = since + 1;
    const own = [...this.state.grants.values()].filter((grant) => grant.terminalId === terminalId);
    const snapshot = {
      terminalId,
      version: terminal.version,
      since: null,
      issuedAt: wireInstant(this.#options.now()),
      parts: {
        ...this.#options.parts,
        policy: this.#options.policy,
        hotList: [...this.state.cards.values()].flatMap(({ cardId, state }) =>
          state === "blocked" ? [{ cardId, code: "CARD_BLOCKED" as const }] : [],
        ),
        // A server that was just restored does not know yet which grants live.
        ...(this.state.waitsFor.size > 0 ? {} : { grants: own.map(wireGrant) }),
        recalls: own.filter((grant) => grant.isRecalled).map((grant) => grant.grantId),
        passwordVersions: [...this.state.cards.values()].map((card) => ({
          cardId: card.cardId,
          version: card.passwordVersion,
        })),
      },
    };
    return { snapshot, signature: this.#sign(snapshot) };
  }

  authorise(terminalId: TerminalId, input: Inputs["authorise"]): Outputs["authorise"] {
    const attemptId = input.attemptId as AttemptId;
    const content = sha256(canonicalJson({ ...input, card: input.card.number }));
    const known = this.state.attempts.get(attemptId);
    if (known !== undefined)
      return known.content === content || known.content === "" ? known.state : fail("ID_REUSED");
    if (this.state.waitsFor.size > 0) fail("BOOKS_RESTORED");
    const amount = BigInt(input.amount.minor);
    const card = this.#cardOf(input.card.number);
    const declined = (code: ErrorCode, ownGrants: GrantId[] = []) =>
      this.#remember({
        attemptId,
        content,
        state: {
          kind: "declined",
          attemptId,
          code,
          triesLeft: null,
          ownGrants,
          cardId: card?.cardId ?? null,
        },
        cardId: card?.cardId ?? null,
        amount,
        end: "none",
      });
    if (card === undefined) return declined("CARD_UNKNOWN");
    if (card.state === "blocked") return declined("CARD_BLOCKED");
    if (card.password !== input.card.password) return declined("PASSWORD_WRONG");
    const { books } = this.state;
    if (!post(books, `hold:${attemptId}`, `card:${card.cardId}`, `hold:${attemptId}`, amount)) {
      const open = [...this.state.grants.values()].filter((grant) => grant.cardId === card.cardId);
      const aside = open.reduce((sum, { grantId }) => sum + balanceOf(books, `escrow:${grantId}`), 0n);
      if (balanceOf(books, `card:${card.cardId}`) + aside < amount) return declined("FUNDS_INSUFFICIENT");
      this.recall(card.cardId);
      this.state.short.add(card.cardId);
      const own = open.filter((grant) => grant.terminalId === terminalId).slice(0, 10);
      return declined(
        "FUNDS_HELD_OFFLINE",
        own.map(({ grantId }) => grantId),
      );
    }
    this.state.short.delete(card.cardId);
    return this.#remember({
      attemptId,
      content,
      state: {
        kind: "approved",
        attemptId,
        cardId: card.cardId,
        masked: "****",
        balanceAfter: krwWire(balanceOf(books, `card:${card.cardId}`)),
        passwordVersion: card.passwordVersion,
      },
      cardId: card.cardId,
      amount,
      end: "held",
    });
  }

  attempt(attemptId: AttemptId): Outputs["attempt"] {
    return this.state.attempts.get(attemptId)?.state ?? { kind: "unseen", attemptId };
  }

  #remember(attempt: SmallAttempt): Outputs["authorise"] {
    this.state.attempts.set(attempt.attemptId, attempt);
    return attempt.state;
  }

  /** One entry, once, in its place; a fork stops the terminal. */
  #take(terminal: SmallTerminal, entry: SignedEntry): void {
    const place = `${entry.epoch}:${entry.seq}`;
    const known = terminal.places.get(place);
    if (known !== undefined) {
      if (known !== entry.hash) this.#quarantine(terminal, "another entry in a place that was stored");
      return;
    }
    const last = terminal.entries.at(-1);
    const isNewEpoch = last?.epoch !== entry.epoch;
    if (isNewEpoch && terminal.epochs.includes(entry.epoch)) this.#quarantine(terminal, "an epoch came back");
    const after =
      last === undefined || isNewEpoch ? chainStart(terminal.terminalId, entry.epoch) : placeOf(last);
    const isSigned = (hash: string, sig: string) =>
      verify(null, Buffer.from(hash, "hex"), this.#keyOf(terminal), Buffer.from(sig, "base64"));
    const fault = faultOf(entry, after, sha256, isSigned);
    if (fault === "gap") fail("SYNC_GAP");
    if (fault === "link") this.#quarantine(terminal, "an entry that follows another");
    if (fault !== undefined) fail("JOURNAL_BROKEN", fault);
    terminal.entries.push(entry);
    terminal.places.set(place, entry.hash);
    if (isNewEpoch) terminal.epochs.push(entry.epoch);
    const decoded: Entry | undefined = decodeEntry(entry);
    if (decoded === undefined) this.state.workItems.push(`${entry.id}: cannot be read`);
    else postEntry(this.state, terminal, decoded);
    if (entry.kind === "grant-closed") this.#changed(terminal.terminalId);
  }

  #keyOf({ terminalId, publicKey }: SmallTerminal): KeyObject {
    const known = this.#keys.get(terminalId);
    if (known !== undefined) return known;
    const key = createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" });
    this.#keys.set(terminalId, key);
    return key;
  }

  #quarantine(terminal: SmallTerminal, why: string): never {
    terminal.isQuarantined = true;
    this.state.workItems.push(`${terminal.terminalId}: ${why}`);
    return fail("TERMINAL_QUARANTINED", why);
  }

  #offerGrants(terminal: SmallTerminal): void {
    const grantMax = this.#options.grantMax ?? 0n;
    if (this.state.waitsFor.size > 0 || grantMax === 0n) return;
    const cardsWithGrants = new Set(
      [...this.state.grants.values()]
        .filter((grant) => grant.terminalId === terminal.terminalId)
        .map(({ cardId }) => cardId),
    );
    for (const cardId of terminal.verifiers) {
      if (cardsWithGrants.has(cardId)) continue;
      if (this.state.short.has(cardId)) continue;
      const half = balanceOf(this.state.books, `card:${cardId}`) / 2n;
      const amount = half < grantMax ? half : grantMax;
      if (amount === 0n || this.state.cards.get(cardId)?.state !== "active") continue;
      const grantId = this.#options.nextId() as GrantId;
      post(this.state.books, `grant:${grantId}`, `card:${cardId}`, `escrow:${grantId}`, amount);
      this.state.grants.set(grantId, {
        grantId,
        terminalId: terminal.terminalId,
        cardId,
        amount,
        expiresAt: later(this.#options.now(), hours(this.#options.grantValidHours ?? 24)),
        state: "offered",
        isRecalled: false,
      });
      this.#changed(terminal.terminalId);
    }
  }

  #changed(terminalId: TerminalId): void {
    this.#terminal(terminalId).version += 1;
  }

  #changedForAll(): void {
    for (const { terminalId } of this.state.terminals.values()) this.#changed(terminalId);
  }

  #cardOf(number: string): SmallCard | undefined {
    return [...this.state.cards.values()].find((card) => card.number === number || card.pin === number);
  }

  #terminal(terminalId: TerminalId): SmallTerminal {
    return this.state.terminals.get(terminalId) ?? fail("TERMINAL_UNKNOWN");
  }

  #sign(value: unknown): string {
    return sign(null, Buffer.from(canonicalJson(value as JsonValue), "utf8"), this.#key).toString("base64");
  }
}

/** A sync without entries proves nothing by itself: what came before the server's own mark may be missing still. */
function hasAll({ entries }: SmallTerminal, { head, entries: sent }: Inputs["sync"]): boolean {
  if (head === undefined) return sent.length < SYNC_ENTRIES_MAX;
  const last = entries.at(-1);
  return last === undefined ? head.seq === 0 : last.epoch === head.epoch && last.seq >= head.seq;
}

function markOf({ terminalId, entries }: SmallTerminal): Mark {
  const last = entries.at(-1);
  return last === undefined
    ? { terminalId, epoch: "none" as Epoch, seq: 0, hash: GENESIS_HASH }
    : { terminalId, epoch: last.epoch, seq: last.seq, hash: last.hash };
}

const wireGrant = ({ grantId, cardId, amount, expiresAt }: SmallGrant) => ({
  grantId,
  cardId,
  amount: krwWire(amount),
  expiresAt: wireInstant(expiresAt),
});
