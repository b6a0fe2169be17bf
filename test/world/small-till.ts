// A till's keys, journal and database in memory, with the few entries of a sale that the sync and the offline desk need.
import type { WireMoney } from "#core/contract/values.ts";
import type { ErrorCode } from "#core/errors.ts";
import type { AttemptId, CardId, SaleId } from "#core/ids.ts";
import type { PrepaidApproval } from "#core/journal/bodies.ts";
import type { EntryDraft } from "#core/journal/entry.ts";
import { krw } from "#core/money.ts";
import type { Clock } from "#core/time.ts";
import type { KeyRing } from "#main/till/keys/key-store.ts";
import { makeTillSecrets, type TillSecrets, tillKeysOf } from "#main/till/keys/till-keys.ts";
import type { OfflineDesk } from "#main/till/ports.ts";
import { createJournal, type Journal } from "#main/till/store/journal.ts";
import { openTillDatabase } from "#main/till/store/open.ts";
import type { TillDatabase } from "#main/till/store/tx.ts";
import type { EnrolledRing } from "#main/till/sync/enrol.ts";
import { krwWire } from "./small-back-office.ts";

export type SmallTill = Readonly<{ ring: EnrolledRing; database: TillDatabase; journal: Journal }>;

/** Enrols by the given call and opens the journal. */
export async function openSmallTill(
  options: Readonly<{
    clock: Clock;
    nextId(): string;
    enrol(request: {
      code: string;
      publicKey: string;
      keyStore: "file";
      softwareVersion: string;
    }): Promise<NonNullable<KeyRing["enrolment"]>>;
    database?: TillDatabase;
    secrets?: TillSecrets;
  }>,
): Promise<SmallTill> {
  const secrets = options.secrets ?? makeTillSecrets();
  const { signer } = tillKeysOf(secrets);
  const enrolment = await options.enrol({
    code: "code-1",
    publicKey: signer.publicKey,
    keyStore: "file",
    softwareVersion: "test",
  });
  const database = options.database ?? (await openTillDatabase(":memory:"));
  const journal = await openJournal({ secrets, enrolment }, database, options);
  return { ring: { secrets, enrolment }, database, journal };
}

export const openJournal = (
  ring: EnrolledRing,
  database: TillDatabase,
  { clock, nextId }: Readonly<{ clock: Clock; nextId(): string }>,
): Promise<Journal> =>
  createJournal({
    database,
    clock,
    ids: { next: nextId },
    signer: tillKeysOf(ring.secrets).signer,
    terminalId: ring.enrolment.terminalId,
    softwareVersion: "test",
  });

export type OfflineSale = Readonly<{
  number: string;
  password: string;
  amount: number;
  saleId: SaleId;
  tenderId: string;
  supersedes?: readonly AttemptId[];
}>;

/** Asks the desk and writes what it says, as the tender service does. The code of a refusal, or how it was approved. */
export async function payOffline(
  desk: OfflineDesk,
  journal: Journal,
  sale: OfflineSale,
): Promise<PrepaidApproval["kind"] | ErrorCode | "needs-manager" | "needs-password"> {
  const { saleId, tenderId, number, password } = sale;
  const amount = krw(sale.amount);
  const answer = await desk.decide({ saleId, tenderId, amount, number, password, managerId: null });
  if (answer.kind === "needs-manager" || answer.kind === "needs-password") return answer.kind;
  if (answer.kind === "refused") {
    await journal.append(answer.drafts, { staffId: null });
    return answer.code;
  }
  const { card, approval, drafts, effects } = answer;
  const approved: EntryDraft = {
    kind: "tender-approved",
    body: {
      saleId,
      tender: { method: "prepaid", tenderId, amount: krwWire(sale.amount), card, approval },
      supersedes: [...(sale.supersedes ?? [])],
    },
  };
  await journal.append([...drafts, approved], {
    staffId: null,
    ...(effects === undefined ? {} : { effects }),
  });
  return approval.kind;
}

/** The approval of an online payment, as the tender service writes it. */
export const approvedOnline = (
  sale: Omit<OfflineSale, "password">,
  attemptId: AttemptId,
  card: Readonly<{ cardId: CardId; cardRef: string; masked: string }>,
  balanceAfter: WireMoney,
): EntryDraft => ({
  kind: "tender-approved",
  body: {
    saleId: sale.saleId,
    tender: {
      method: "prepaid",
      tenderId: sale.tenderId,
      amount: krwWire(sale.amount),
      card,
      approval: { kind: "online", attemptId, balanceAfter },
    },
    supersedes: [],
  },
});
