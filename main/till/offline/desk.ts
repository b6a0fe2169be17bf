// The offline desk: reads what this till knows, asks the rules, and says what to write. It writes no approval itself.
import type { Logger } from "pino";
import { assertNever } from "#core/assert.ts";
import { wireMoney } from "#core/contract/values.ts";
import type { CardId } from "#core/ids.ts";
import type { CardMention, PrepaidApproval } from "#core/journal/bodies.ts";
import type { Entry, EntryDraft } from "#core/journal/entry.ts";
import { exceeds, isPositive, type Money, smaller, subtract, zero } from "#core/money.ts";
import {
  decideOffline,
  decideOfflineRefund,
  type HotCode,
  type OfflineDecision,
  type PasswordCheck,
} from "#core/offline/decide.ts";
import type { OfflineLimits as Policy } from "#core/offline/limits.ts";
import type { PasswordHasher } from "../keys/password-hash.ts";
import { sealCredentials } from "../keys/seal-credentials.ts";
import type { TillKeys } from "../keys/till-keys.ts";
import type { Identity, OfflineAnswer, OfflineDesk, OfflineLimits, OfflineRequest } from "../ports.ts";
import type { Journal } from "../store/journal.ts";
import type { TillDatabase } from "../store/tx.ts";
import { cardDayExposure, localTries, openGrants, terminalExposure } from "./books.ts";
import { mentionOf } from "./card-names.ts";
import { closeRecalled } from "./grant-book.ts";
import { keepSealed } from "./sealed-slips.ts";
import { makeVerifierStore } from "./verifiers.ts";

/** What the snapshot brought for the desk. Null before the first one. */
export type OfflineRules = Readonly<{
  policy(): Policy | null;
  hotCode(cardId: CardId): HotCode | undefined;
}>;

export type OfflineDeskOptions = Readonly<{
  identity: Identity;
  /** The server's X25519 key, base64. */
  sealKey: string;
  database: TillDatabase;
  journal: Journal;
  keys: TillKeys;
  hasher: PasswordHasher;
  rules: OfflineRules;
  /** True while this till may take cash only, until it is enrolled again. */
  isCashOnly(): boolean;
  /** Sends what is unsynced now. Resolves once the back office has it; fails with LINE_CUT or what it refused by. */
  push(): Promise<void>;
  log: Logger;
}>;

export function makeOfflineDesk(options: OfflineDeskOptions): OfflineDesk & Readonly<{ stop(): void }> {
  const { identity, database, journal, keys, rules, log } = options;
  const verifiers = makeVerifierStore(options);
  const { currency } = identity;
  let used: Money = zero(currency);

  /** The status bar asks often and at once, so the sum is kept and made again after each change. */
  const countUsed = async () => {
    used = (await terminalExposure(database.read, currency)).terminal;
  };
  const countUsedSoon = () => {
    countUsed().catch((error: unknown) => log.error({ err: error }, "offline.exposure-unread"));
  };
  const stop = journal.onChange(countUsedSoon);
  countUsedSoon();

  const facts = async (card: CardMention, amount: Money) => {
    const now = journal.now();
    const { read } = database;
    const [grants, terminal, cardDay] = await Promise.all([
      card.cardId === undefined ? [] : openGrants(read, card.cardId),
      terminalExposure(read, currency),
      cardDayExposure(read, card.cardRef, now, identity),
    ]);
    return {
      now,
      lastServer: journal.lastCountersigned()?.serverTime,
      hot: card.cardId === undefined ? undefined : rules.hotCode(card.cardId),
      grants,
      exposure: { ...terminal, cardDay },
      amount,
    };
  };

  /** What the password is worth here, with what has to be written of it. */
  const checkPassword = async (
    card: CardMention,
    password: string | null,
    policy: Policy,
  ): Promise<{ check: PasswordCheck; drafts: readonly EntryDraft[] }> => {
    const tries = await localTries(database.read, card.cardRef);
    if (tries.isBlocked) return { check: { kind: "locked" }, drafts: [] };
    if (password === null) {
      const isVerifiable = card.cardId !== undefined && (await verifiers.has(card.cardId));
      return { check: { kind: "untyped", isVerifiable }, drafts: [] };
    }
    const checked = card.cardId === undefined ? undefined : await verifiers.check(card.cardId, password);
    if (checked === undefined) return { check: { kind: "unverifiable" }, drafts: [] };
    if (checked.isRight)
      return { check: { kind: "verified", passwordVersion: checked.passwordVersion }, drafts: [] };
    const wrongTries = tries.wrongTries + 1;
    const triesLeft = Math.max(0, policy.wrongTriesMax - wrongTries);
    return {
      check: { kind: "wrong", triesLeft },
      drafts: [{ kind: "password-wrong", body: { card, wrongTries, blockedHere: triesLeft === 0 } }],
    };
  };

  const decide = async (request: OfflineRequest): Promise<OfflineAnswer> => {
    const card = await mentionOf(database.read, keys, request.number);
    const policy = rules.policy();
    if (options.isCashOnly()) return refusal(card, "CASH_ONLY");
    // Without a first snapshot nobody has said what may be taken offline.
    if (policy === null) return refusal(card, "OFFLINE_REFUSED");

    const question = {
      ...(await facts(card, request.amount)),
      limits: policy,
      managerApproved: request.managerId !== null,
    };
    // The dear check comes last: a payment that the right password would not save is refused before it.
    const before = await checkPassword(card, null, policy);
    const preview = decideOffline({ ...question, password: before.check });
    if (request.password === null || preview.kind !== "needs-password") {
      return answerOf(preview, card, request, before.drafts);
    }
    const typed = await checkPassword(card, request.password, policy);
    return answerOf(decideOffline({ ...question, password: typed.check }), card, request, typed.drafts);
  };

  const answerOf = async (
    decision: OfflineDecision,
    card: CardMention,
    request: OfflineRequest,
    drafts: readonly EntryDraft[],
  ): Promise<OfflineAnswer> => {
    switch (decision.kind) {
      case "needs-password":
        return { kind: "needs-password", card };
      case "needs-manager":
        return { kind: "needs-manager", card, code: decision.code, takeable: positive(decision.takeable) };
      case "refused":
        return {
          kind: "refused",
          card,
          code: decision.code,
          triesLeft: decision.triesLeft,
          takeable: positive(decision.takeable),
          drafts,
        };
      case "escrow": {
        const slices = decision.slices.map((slice) => ({ ...slice, amount: wireMoney(slice.amount) }));
        return { kind: "approved", card, approval: { kind: "escrow", slices }, drafts };
      }
      case "risk": {
        const approvedBy = decision.beyond === null ? null : request.managerId;
        if (decision.password.kind === "verified") {
          const approval: PrepaidApproval = { kind: "risk", password: decision.password, approvedBy };
          return { kind: "approved", card, approval, drafts };
        }
        return sealedApproval(request, card, approvedBy, drafts);
      }
      default:
        return assertNever(decision);
    }
  };

  const sealedApproval = async (
    request: OfflineRequest,
    card: CardMention,
    approvedBy: OfflineRequest["managerId"],
    drafts: readonly EntryDraft[],
  ): Promise<OfflineAnswer> => {
    const { tenderId } = request;
    const slip = { terminalId: identity.terminalId, tenderId, amount: wireMoney(request.amount) };
    const credentials = { number: request.number.replaceAll(" ", ""), password: request.password ?? "" };
    const sealed = await sealCredentials(options.sealKey, slip, credentials);
    return {
      kind: "approved",
      card,
      approval: { kind: "risk", password: { kind: "sealed", sealedHash: sealed.hash }, approvedBy },
      drafts,
      effects: (entries) => [keepSealed(tenderId, slipEntry(entries, tenderId), sealed)],
    };
  };

  return {
    decide,
    learn: async (approval) => {
      try {
        await verifiers.learn(approval);
      } catch (error) {
        // The payment stands; only the next cut of the line will know this card less well.
        log.warn({ cardId: approval.cardId, err: error }, "offline.verifier-not-made");
      }
    },
    mention: (number) => mentionOf(database.read, keys, number),
    closeGrants: async (grantIds) => {
      await closeRecalled(journal, grantIds);
      await options.push();
    },
    limits: () => limitsNow(rules.policy(), used, options.isCashOnly()),
    refundAllowed: async (amount, card) => {
      const policy = rules.policy();
      if (options.isCashOnly()) return { code: "CASH_ONLY" };
      if (policy === null) return { code: "OFFLINE_REFUSED" };
      const { now, lastServer, exposure } = await facts(card, amount);
      const decision = decideOfflineRefund({
        limits: policy,
        now,
        lastServer,
        exposure,
        amount,
        // What is left of the slip to refund was found in the journal by the refund service that asks.
        refundable: amount,
        managerApproved: false,
      });
      return decision.kind === "approved" ? null : { code: decision.code };
    },
    stop,
  };
}

const refusal = (card: CardMention, code: "CASH_ONLY" | "OFFLINE_REFUSED"): OfflineAnswer => ({
  kind: "refused",
  card,
  code,
  triesLeft: null,
  takeable: null,
  drafts: [],
});

const positive = (amount: Money): Money | null => (isPositive(amount) ? amount : null);

function limitsNow(policy: Policy | null, used: Money, cashOnly: boolean): OfflineLimits {
  const none = zero(used.currency);
  if (policy === null || cashOnly) return { paymentMax: none, left: none, used, cashOnly };
  const left = exceeds(used, policy.terminalMax) ? none : subtract(policy.terminalMax, used);
  return { paymentMax: smaller(policy.paymentMax, left), left, used, cashOnly };
}

/** The place of the entry that approves the slip, among those that are being written. */
function slipEntry(entries: readonly Entry[], tenderId: string) {
  const entry = entries.find(
    (written) => written.kind === "tender-approved" && written.body.tender.tenderId === tenderId,
  );
  // Without its slip the ciphertext would never be sent or erased, so the whole approval is undone.
  if (entry === undefined) throw new Error("credentials were sealed for a slip that is not being written");
  return { epoch: entry.epoch, seq: entry.seq };
}
