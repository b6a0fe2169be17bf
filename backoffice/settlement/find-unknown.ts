// What lies in the bank's folders and not in these books: files that it was sent, and answers of it.
import {
  type Answer,
  HASH_START_CHARACTERS,
  hashOfBytes,
  type SentName,
} from "#backoffice/bank/channel-look-back.ts";
import { CREDIT_TRANSFER_KIND } from "#backoffice/bank/pain-001.ts";
import { readCreditTransfers } from "#backoffice/bank/read-credit-transfers.ts";
import { fail } from "#core/errors.ts";
import { type SentFile, type SentVerdict, verdictOn } from "#core/settlement/adopt.ts";
import { wasSent } from "#core/settlement/batch.ts";
import type { Param, ReadDb } from "#database/database.ts";
import { textOf } from "#database/row.ts";
import { allMerchants, type Merchant } from "../merchants/store.ts";
import type { SettlementDeps } from "./deps.ts";
import type { BankRestore } from "./restored-bank.ts";
import { type BatchRecord, batchByMessage, payoutsOf } from "./store.ts";

export type UnknownSent = Readonly<{
  name: string;
  sha256: string;
  /** The file as it was sent. */
  document: string;
  /** Undefined where it cannot be read. */
  file: SentFile | undefined;
  /** The batch that the books hold as not sent. */
  held: BatchRecord | undefined;
  verdict: SentVerdict;
}>;

type Looking = Pick<SettlementDeps, "database" | "channel">;

/** A batch a day and currency, for as long as back-ups are kept, is far less. More are a folder that is not ours. */
const SENT_FILES_MAX = 500;
const NAMES_PER_QUERY = 500;

/** Files that the bank was sent and these books do not know as sent, by name. Fails with REQUEST_TOO_LARGE. */
export async function unknownSent(
  { database, channel }: Looking,
  restore: BankRestore,
): Promise<readonly UnknownSent[]> {
  const names = await channel.sent();
  const known = await present(
    database.read,
    "SELECT message_id AS id FROM settlement_batch WHERE sent_at IS NOT NULL AND message_id IN",
    names.map(({ name }) => messageOf(name)),
  );
  const unknown = names.filter(({ name }) => !known.has(messageOf(name)));
  if (unknown.length > SENT_FILES_MAX) fail("REQUEST_TOO_LARGE", `${unknown.length} files sent to the bank`);
  const merchants = await allMerchants(database.read);
  const found = new Map<string, UnknownSent>();
  for (const sent of unknown) {
    const bytes = await channel.readSent(sent);
    if (bytes === undefined) continue;
    const one = await lookAt(database.read, restore, merchants, sent, bytes);
    // A copy that somebody brought from elsewhere may have any name: the message id in it tells which it is.
    if (one !== undefined && !found.has(one.file?.messageId ?? one.name)) {
      found.set(one.file?.messageId ?? one.name, one);
    }
  }
  return [...found.values()];
}

const ENDING = `.${CREDIT_TRANSFER_KIND}.xml`;
const messageOf = (name: string) => (name.endsWith(ENDING) ? name.slice(0, -ENDING.length) : name);

async function lookAt(
  read: ReadDb,
  { backupMadeAt }: BankRestore,
  merchants: readonly Merchant[],
  { name, finished }: SentName,
  bytes: Uint8Array,
): Promise<UnknownSent | undefined> {
  const sha256 = hashOfBytes(bytes);
  const sent = readCreditTransfers(bytes);
  const seen = { name, sha256, document: new TextDecoder().decode(bytes), file: undefined, held: undefined };
  if (!sent.ok) return { ...seen, verdict: { kind: finished ? "unreadable" : "unfinished" } };
  const file = sent.value;
  const held = await batchByMessage(read, file.messageId);
  if (held !== undefined && wasSent(held.state)) return undefined;
  // Of a batch that the books hold, the sending simply goes on where it stopped.
  if (!finished && held !== undefined) return undefined;
  if (!finished) return { ...seen, file, verdict: { kind: "unfinished" } };
  const verdict = verdictOn(file, {
    backupMadeAt,
    merchants,
    held: held && { state: held.state, payouts: await payoutsOf(read, held.id) },
    payoutIds: await present(
      read,
      "SELECT id FROM settlement_payout WHERE id IN",
      file.transfers.map(({ payoutId }) => payoutId),
    ),
  });
  return { ...seen, file, held, verdict };
}

/** Answers of the bank that these books have not taken in, by name. */
export async function unknownAnswers({ database, channel }: Looking): Promise<readonly Answer[]> {
  const answers = await channel.answers();
  const known = await present(
    database.read,
    `SELECT substr(sha256, 1, ${HASH_START_CHARACTERS}) AS id FROM bank_file WHERE substr(sha256, 1, ${HASH_START_CHARACTERS}) IN`,
    answers.map(({ hashStart }) => hashStart),
  );
  return answers.filter(({ hashStart }) => !known.has(hashStart));
}

/** Which of the ids a query finds. */
async function present(read: ReadDb, sql: string, ids: readonly Param[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (let from = 0; from < ids.length; from += NAMES_PER_QUERY) {
    const part = ids.slice(from, from + NAMES_PER_QUERY);
    const rows = await read.all(`${sql} (${part.map(() => "?").join(", ")})`, part);
    for (const row of rows) found.add(textOf(row, "id"));
  }
  return found;
}
