// Terminals come in by a code that works once, and are known by their key from then on.
import { createHash, createPublicKey, verify } from "node:crypto";
import type { z } from "zod";
import type { Enrolment, EnrolmentRequest } from "#core/contract/terminal.ts";
import { SIGNATURE_AGE_MS_MAX, type SignedParts, textToSign } from "#core/contract/terminal-signature.ts";
import { instantOf, wireInstant } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import type { MerchantId, TerminalId } from "#core/ids.ts";
import { GENESIS_HASH } from "#core/journal/entry.ts";
import { after, type Instant, minutes } from "#core/time.ts";
import { textOf } from "#database/row.ts";
import { merchantById } from "../merchants/store.ts";
import type { TerminalDeps } from "./deps.ts";
import { type TerminalRecord, terminalById } from "./store.ts";

/** Time to carry a code to the till. */
const CODE_VALID_MS = minutes(30);
/** Sixteen signs of 32: 80 bits, for half an hour. */
const CODE_BYTES = 16;
const STAFF_KEY_BYTES = 32;

/** Base 32 of Crockford: nothing in it is mistaken for anything else when read out. */
const SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

export type CodeOrder = Readonly<{ terminalName: string; merchantId: MerchantId; madeBy: string }>;

/** A one-time code for a new terminal; only its hash is kept. Fails with NOT_FOUND for an unknown merchant. */
export async function createEnrolmentCode(
  deps: TerminalDeps,
  order: CodeOrder,
): Promise<Readonly<{ code: string; expiresAt: Instant }>> {
  if ((await merchantById(deps.database.read, order.merchantId)) === undefined) {
    return fail("NOT_FOUND", "no such merchant");
  }
  const code = [...deps.randomBytes(CODE_BYTES)].map((byte) => SIGNS[byte % 32]).join("");
  const now = deps.clock.now();
  const expiresAt = after(now, CODE_VALID_MS);
  await deps.database.transaction((tx) =>
    tx.run(
      `INSERT INTO enrolment_code (code_hash, terminal_name, merchant_id, made_by, made_at, expires_at)
       VALUES (?, ?, ?, ?, ?, ?)`,
      [hashOf(code), order.terminalName, order.merchantId, order.madeBy, now, expiresAt],
    ),
  );
  return { code: code.replace(/(.{4})(?=.)/g, "$1-"), expiresAt };
}

const hashOf = (code: string) =>
  createHash("sha256")
    .update(code.toUpperCase().replaceAll(/[^0-9A-Z]/g, ""))
    .digest("hex");

/**
 * Enrols a terminal under a new id. Asked again with the code and the key of a terminal that has not synced yet, it
 * gives that one's answer again: the first was lost on the way, or by a crash of the till.
 * Fails with ENROLMENT_REFUSED, or REQUEST_INVALID for a key that is none.
 */
export async function enrolTerminal(
  deps: TerminalDeps,
  asked: z.output<typeof EnrolmentRequest>,
): Promise<Enrolment> {
  const publicKey = ed25519Of(asked.publicKey);
  const now = deps.clock.now();
  const made = await makeTerminal(deps, asked, publicKey, now);
  const terminal = made ?? (await madeBefore(deps, asked.code, publicKey, now)) ?? fail("ENROLMENT_REFUSED");
  deps.log.info({ terminalId: terminal.terminalId, again: made === undefined }, "terminal.enrolled");
  return {
    terminalId: terminal.terminalId,
    terminalName: terminal.name,
    stationName: deps.station.name,
    merchantId: terminal.merchantId,
    currency: deps.station.currency,
    utcOffsetMinutes: deps.station.utcOffsetMinutes,
    serverKey: deps.keys.serverKey,
    sealKey: deps.keys.sealKey,
    staffKey: staffKeyOf(deps, terminal).toString("base64"),
    serverTime: wireInstant(now),
  };
}

/** Uses the code up; undefined where it is none, too old or used. */
async function makeTerminal(
  deps: TerminalDeps,
  { code, keyStore, softwareVersion }: z.output<typeof EnrolmentRequest>,
  publicKey: string,
  now: Instant,
): Promise<TerminalRecord | undefined> {
  const terminalId = `t-${deps.ids.next()}` as TerminalId;
  const staffKey = Buffer.from(deps.randomBytes(STAFF_KEY_BYTES)).toString("base64");
  return deps.database.transaction(async (tx) => {
    const used = await tx.run(
      "UPDATE enrolment_code SET used_by = ? WHERE code_hash = ? AND used_by IS NULL AND expires_at > ?",
      [terminalId, hashOf(code), now],
    );
    const row = await tx.get("SELECT terminal_name, merchant_id FROM enrolment_code WHERE used_by = ?", [
      terminalId,
    ]);
    if (used !== 1 || row === undefined) return undefined;
    await tx.run(
      `INSERT INTO terminal (terminal_id, name, merchant_id, state, public_key, key_store, software_version,
         staff_key_sealed, epoch, mark_seq, mark_hash, snapshot_version, enrolled_at, last_sync_at)
       VALUES (?, ?, ?, 'enrolled', ?, ?, ?, ?, NULL, 0, ?, 0, ?, NULL)`,
      [
        terminalId,
        textOf(row, "terminal_name"),
        textOf(row, "merchant_id"),
        publicKey,
        keyStore,
        softwareVersion,
        deps.cards.keys.seal(staffKey, `${terminalId}/staff-key`),
        GENESIS_HASH,
        now,
      ],
    );
    return terminalById(tx, terminalId);
  });
}

/** The terminal that this code made for the same key, while the code is good and nothing has come from the terminal. */
async function madeBefore(
  { database: { read } }: TerminalDeps,
  code: string,
  publicKey: string,
  now: Instant,
): Promise<TerminalRecord | undefined> {
  const row = await read.get(
    "SELECT used_by FROM enrolment_code WHERE code_hash = ? AND used_by IS NOT NULL AND expires_at > ?",
    [hashOf(code), now],
  );
  if (row === undefined) return undefined;
  const terminal = await terminalById(read, textOf(row, "used_by") as TerminalId);
  const isWaiting = terminal?.state === "enrolled" && terminal.lastSyncAt === null;
  return isWaiting && terminal.publicKey === publicKey ? terminal : undefined;
}

function ed25519Of(base64: string): string {
  try {
    const key = createPublicKey({ key: Buffer.from(base64, "base64"), format: "der", type: "spki" });
    if (key.asymmetricKeyType === "ed25519") {
      return key.export({ format: "der", type: "spki" }).toString("base64");
    }
  } catch {
    // Falls through to the refusal: what cannot be read is no key.
  }
  return fail("REQUEST_INVALID", "not an Ed25519 public key");
}

/** The key that a terminal's staff verifiers are made with. */
export const staffKeyOf = (deps: TerminalDeps, terminal: TerminalRecord): Buffer =>
  Buffer.from(deps.cards.keys.open(terminal.staffKeySealed, `${terminal.terminalId}/staff-key`), "base64");

/** For what a request says of itself, before its body has come: fails with TERMINAL_UNKNOWN where it is none of ours. */
export async function refuseUnknown({ database }: TerminalDeps, terminalId: TerminalId): Promise<void> {
  if ((await terminalById(database.read, terminalId)) === undefined) fail("TERMINAL_UNKNOWN");
}

/**
 * Who signed a request: its key, its age within two minutes of now, its nonce never seen before.
 * Fails with TERMINAL_UNKNOWN or SIGNATURE_WRONG.
 */
export async function terminalOfSignature(
  deps: TerminalDeps,
  parts: SignedParts,
  signature: string,
): Promise<TerminalId> {
  const terminal = await terminalById(deps.database.read, parts.terminalId as TerminalId);
  if (terminal === undefined) return fail("TERMINAL_UNKNOWN");
  const now = deps.clock.now();
  if (Math.abs(now - instantOf(parts.at)) > SIGNATURE_AGE_MS_MAX) {
    return fail("SIGNATURE_WRONG", "made too long ago, or by a clock that is wrong");
  }
  const text = Buffer.from(textToSign(parts));
  if (!verify(null, text, publicKeyOf(terminal.publicKey), Buffer.from(signature, "base64"))) {
    return fail("SIGNATURE_WRONG");
  }
  // After the signature: nobody else can use up a terminal's nonces.
  if (!deps.nonces.isFresh(terminal.terminalId, parts.nonce, now)) {
    return fail("SIGNATURE_WRONG", "sent before");
  }
  return terminal.terminalId;
}

/**
 * The terminal, where it may take part in anything beyond its own journal. Fails with TERMINAL_UNKNOWN,
 * TERMINAL_QUARANTINED, TERMINAL_WRITTEN_OFF, or CASH_ONLY where its machine was enrolled again under another id.
 */
export async function tradingTerminal(deps: TerminalDeps, terminalId: TerminalId): Promise<TerminalRecord> {
  const terminal = await standingTerminal(deps, terminalId);
  return terminal.leftAt === null ? terminal : fail("CASH_ONLY", "enrolled again under another id");
}

/** As `tradingTerminal`, and one that was left too: it may still ask what was decided for it. */
export async function standingTerminal(deps: TerminalDeps, terminalId: TerminalId): Promise<TerminalRecord> {
  const terminal = (await terminalById(deps.database.read, terminalId)) ?? fail("TERMINAL_UNKNOWN");
  if (terminal.state === "quarantined") return fail("TERMINAL_QUARANTINED");
  return terminal.state === "written-off" ? fail("TERMINAL_WRITTEN_OFF") : terminal;
}

export const publicKeyOf = (base64: string) =>
  createPublicKey({ key: Buffer.from(base64, "base64"), format: "der", type: "spki" });
