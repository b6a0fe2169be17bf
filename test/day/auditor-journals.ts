// The tills' journals as the auditor reads them: each entry checked against its chain and its signature, and what it
// says of money turned into plain facts.
import { createPublicKey, verify } from "node:crypto";
import { join } from "node:path";
import { canonical, count, type Row, rowsOf, sha256, text } from "./auditor-files.ts";
import type { DayRecord } from "./record.ts";

type Till = DayRecord["tills"][number];
type Json = Readonly<Record<string, unknown>>;

export type Entry = Readonly<{
  till: Till;
  epoch: string;
  seq: number;
  kind: string;
  at: string;
  hash: string;
  body: Json;
}>;

/** A tender that a till approved, with all that became of it there. */
export type Slip = {
  readonly entry: Entry;
  readonly tenderId: string;
  readonly saleId: string;
  readonly method: string;
  readonly amount: bigint;
  /** "cash", "online", "escrow" or "risk". */
  readonly route: string;
  readonly cardRef: string;
  readonly cardId: string | undefined;
  readonly slices: readonly Readonly<{ grantId: string; amount: bigint }>[];
  readonly byManager: boolean;
  /** Its sale was completed with it. */
  completed: boolean;
  voided: boolean;
  refunded: bigint;
};

export type Grant = Readonly<{ grantId: string; cardId: string; terminalId: string; amount: bigint }> & {
  isOpen: boolean;
};

export type Receipt = Readonly<{
  till: number;
  epoch: string;
  receiptNumber: number;
  kind: "sale" | "refund";
  saleId: string;
  gross: bigint;
}>;

export type Journals = Readonly<{
  entries: readonly Entry[];
  verified: number;
  slips: ReadonlyMap<string, Slip>;
  /** Tenders that more than one entry approved. */
  approvedTwice: readonly string[];
  grants: ReadonlyMap<string, Grant>;
  receipts: readonly Receipt[];
  /** Z numbers with the difference that each counted, in order, by till. */
  zs: readonly Readonly<{ till: number; epoch: string; zNumber: number; difference: bigint }>[];
  findings: readonly string[];
}>;

const GENESIS = "0".repeat(64);

export async function readJournals(dir: string, tills: readonly Till[]): Promise<Journals> {
  const findings: string[] = [];
  const entries: Entry[] = [];
  let verified = 0;
  for (const till of tills) {
    const path = join(dir, `till-${till.till}`, "till.db");
    const keys = new Map(
      (await rowsOf(path, "SELECT epoch, terminal_id, public_key FROM epochs")).map((row) => [
        text(row, "epoch"),
        row,
      ]),
    );
    const rows = await rowsOf(
      path,
      "SELECT epoch, seq, id, kind, at, staff_id, body, prev_hash, hash, sig FROM entries ORDER BY position",
    );
    const heads = new Map<string, { seq: number; hash: string }>();
    for (const row of rows) {
      const epoch = text(row, "epoch");
      const before = heads.get(epoch) ?? { seq: 0, hash: GENESIS };
      const fault = faultOf(row, keys.get(epoch), before);
      if (fault === undefined) verified += 1;
      else findings.push(`journal of ${till.name}, entry ${count(row, "seq")}: ${fault}`);
      heads.set(epoch, { seq: count(row, "seq"), hash: text(row, "hash") });
      entries.push({
        till,
        epoch,
        seq: count(row, "seq"),
        kind: text(row, "kind"),
        at: text(row, "at"),
        hash: text(row, "hash"),
        body: JSON.parse(text(row, "body")) as Json,
      });
    }
  }
  return { ...factsOf(entries, findings), entries, verified, findings };
}

function faultOf(
  row: Row,
  key: Row | undefined,
  before: Readonly<{ seq: number; hash: string }>,
): string | undefined {
  if (key === undefined) return "its epoch is not known";
  if (count(row, "seq") !== before.seq + 1) return `it follows entry ${before.seq}`;
  if (text(row, "prev_hash") !== before.hash) return "it does not name the entry before it";
  const content = {
    terminalId: text(key, "terminal_id"),
    epoch: text(row, "epoch"),
    seq: count(row, "seq"),
    id: text(row, "id"),
    kind: text(row, "kind"),
    at: text(row, "at"),
    staffId: row.staff_id === null ? null : text(row, "staff_id"),
    body: JSON.parse(text(row, "body")) as unknown,
    prevHash: text(row, "prev_hash"),
  };
  const hash = text(row, "hash");
  if (sha256(canonical(content)) !== hash) return "it is not what was hashed";
  const publicKey = createPublicKey({
    key: Buffer.from(text(key, "public_key"), "base64"),
    format: "der",
    type: "spki",
  });
  const isSigned = verify(null, Buffer.from(hash, "hex"), publicKey, Buffer.from(text(row, "sig"), "base64"));
  return isSigned ? undefined : "its signature is not the terminal's";
}

function factsOf(entries: readonly Entry[], findings: string[]) {
  const slips = new Map<string, Slip>();
  const approvedTwice: string[] = [];
  const grants = new Map<string, Grant>();
  const receipts: Receipt[] = [];
  const zs: { till: number; epoch: string; zNumber: number; difference: bigint }[] = [];
  for (const entry of entries) {
    const { body, till, epoch } = entry;
    switch (entry.kind) {
      case "tender-approved": {
        const slip = slipOf(entry);
        if (slips.has(slip.tenderId)) approvedTwice.push(slip.tenderId);
        else slips.set(slip.tenderId, slip);
        break;
      }
      case "tender-voided": {
        const slip = slips.get(String(json(body.tender).tenderId));
        if (slip === undefined) findings.push(`till ${till.till} voided a tender that it never approved`);
        else slip.voided = true;
        break;
      }
      case "sale-completed":
        receipts.push(receiptOf(entry, "sale", money(json(body.totals).gross)));
        for (const tender of list(body.tenders)) {
          const slip = slips.get(String(tender.tenderId));
          if (slip === undefined || slip.voided || slip.completed)
            findings.push(`sale ${String(body.saleId)} was completed with tender ${String(tender.tenderId)}`);
          else slip.completed = true;
        }
        break;
      case "refund-approved": {
        receipts.push(receiptOf(entry, "refund", money(body.amount)));
        const slip = slips.get(String(json(body.to).tenderId));
        if (json(body.to).method !== "prepaid") break;
        if (slip === undefined) findings.push(`till ${till.till} refunded a card that never paid`);
        else slip.refunded += money(body.amount);
        break;
      }
      case "grant-accepted": {
        const grantId = String(body.grantId);
        const amount = money(body.amount);
        const { terminalId } = till;
        grants.set(grantId, { grantId, cardId: String(body.cardId), terminalId, amount, isOpen: true });
        break;
      }
      case "grant-closed": {
        const grant = grants.get(String(body.grantId));
        if (grant === undefined) findings.push(`till ${till.till} closed a grant that it never took`);
        else grant.isOpen = false;
        break;
      }
      case "z-closed": {
        const report = json(body.report);
        const difference = report.difference === null ? 0n : money(report.difference);
        zs.push({ till: till.till, epoch, zNumber: Number(body.zNumber), difference });
        break;
      }
    }
  }
  return { slips, approvedTwice, grants, receipts, zs };
}

function slipOf(entry: Entry): Slip {
  const tender = json(entry.body.tender);
  const approval = json(tender.approval);
  const card = json(tender.card);
  const method = String(tender.method);
  return {
    entry,
    tenderId: String(tender.tenderId),
    saleId: String(entry.body.saleId),
    method,
    amount: money(tender.amount),
    route: method === "cash" ? "cash" : String(approval.kind),
    cardRef: String(card.cardRef ?? ""),
    cardId: card.cardId === undefined ? undefined : String(card.cardId),
    slices: list(approval.slices).map((slice) => ({
      grantId: String(slice.grantId),
      amount: money(slice.amount),
    })),
    byManager: typeof approval.approvedBy === "string",
    completed: false,
    voided: false,
    refunded: 0n,
  };
}

const receiptOf = ({ till, epoch, body }: Entry, kind: Receipt["kind"], gross: bigint): Receipt => ({
  till: till.till,
  epoch,
  receiptNumber: Number(body.receiptNumber),
  kind,
  saleId: String(body.saleId),
  gross,
});

const json = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});
const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.map(json) : []);
const money = (value: unknown): bigint => BigInt(String(json(value).minor));
