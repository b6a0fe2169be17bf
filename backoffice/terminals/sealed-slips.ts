// Sealed slips between their journal entry and their credentials, which may come with a later sync.
import { SYNC_ENTRIES_MAX, type SyncRequest } from "#core/contract/terminal.ts";
import type { TerminalId } from "#core/ids.ts";
import { decodeEntry, type Entry, SignedEntry } from "#core/journal/entry.ts";
import { textsIn, textsParam } from "#database/insert-rows.ts";
import { jsonOf, textOf } from "#database/row.ts";
import type { TerminalDeps } from "./deps.ts";
import { judge, type TriesOfSync, type Verdict } from "./judge-sealed.ts";

export type SealedWork = Readonly<{
  /** By tender; of slips that were not judged before. */
  verdicts: ReadonlyMap<string, Verdict>;
  /** Stored entries whose credentials have come only now: they are planned once more, and now post. */
  waiting: readonly Entry[];
}>;

/** Judges what came with a sync. The ciphertext is never stored here: the till keeps it until no restore can ask again. */
export async function sealedOf(
  deps: TerminalDeps,
  terminalId: TerminalId,
  entries: readonly Entry[],
  sealed: SyncRequest["sealed"],
): Promise<SealedWork> {
  const verdicts = new Map<string, Verdict>();
  const waiting: Entry[] = [];
  const tries: TriesOfSync = new Map();
  if (sealed.length === 0) return { verdicts, waiting };
  const known = await judgedAmong(
    deps,
    terminalId,
    sealed.map(({ tenderId }) => tenderId),
  );
  for (const credentials of sealed) {
    const { tenderId } = credentials;
    if (known.has(tenderId) || verdicts.has(tenderId)) continue;
    const fresh = entries.find((entry) => isSlip(entry, tenderId));
    const slip = fresh ?? (await waitingSlip(deps, terminalId, tenderId));
    if (slip?.kind !== "tender-approved" || slip.body.tender.method !== "prepaid") continue;
    if (fresh === undefined) waiting.push(slip);
    verdicts.set(tenderId, await judge(deps, terminalId, slip.body.tender, credentials, tries));
  }
  return { verdicts, waiting };
}

const isSlip = (entry: Entry, tenderId: string) =>
  entry.kind === "tender-approved" && entry.body.tender.tenderId === tenderId;

/** Of these tenders, those that were judged and are over: their credentials need not be sent again. */
export async function judgedAmong(
  { database }: TerminalDeps,
  terminalId: TerminalId,
  tenderIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (tenderIds.length === 0) return new Set();
  const rows = await database.read.all(
    `SELECT tender_id FROM sealed_slip
     WHERE terminal_id = ? AND judged_at IS NOT NULL AND ${textsIn(database.read, "tender_id")}`,
    [terminalId, textsParam(database.read, tenderIds)],
  );
  return new Set(rows.map((row) => textOf(row, "tender_id")));
}

/** Slips of a terminal whose credentials have not come: after a restore also those that were judged and forgotten. */
export async function awaitedOf(
  { database }: TerminalDeps,
  terminalId: TerminalId,
): Promise<readonly string[]> {
  const rows = await database.read.all(
    `SELECT tender_id FROM sealed_slip WHERE terminal_id = ? AND judged_at IS NULL
     ORDER BY epoch, seq LIMIT ${SYNC_ENTRIES_MAX}`,
    [terminalId],
  );
  return rows.map((row) => textOf(row, "tender_id"));
}

async function waitingSlip(
  { database }: TerminalDeps,
  terminalId: TerminalId,
  tenderId: string,
): Promise<Entry | undefined> {
  const row = await database.read.get(
    `SELECT e.content, e.hash, e.sig FROM sealed_slip s
     JOIN journal_entry e ON e.terminal_id = s.terminal_id AND e.epoch = s.epoch AND e.seq = s.seq
     WHERE s.terminal_id = ? AND s.tender_id = ? AND s.judged_at IS NULL`,
    [terminalId, tenderId],
  );
  if (row === undefined) return undefined;
  const content = jsonOf(row, "content");
  const entry = SignedEntry.safeParse({
    ...(typeof content === "object" ? content : {}),
    hash: textOf(row, "hash"),
    sig: textOf(row, "sig"),
  });
  return entry.success ? decodeEntry(entry.data) : undefined;
}
