// Makes this machine a terminal: keys of its own, and the back office's word by a one-time code.
import { FailureError } from "#core/errors.ts";
import type { Instant } from "#core/time.ts";
import { earlierAfter } from "../keys/earlier-keys.ts";
import type { KeyFile, KeyRing, KeyStore, KeyStoreKind } from "../keys/key-store.ts";
import { makeTillSecrets, type TillSecrets, tillKeysOf } from "../keys/till-keys.ts";
import { makeServerLink } from "./server-link.ts";
import { makeTransport } from "./transport.ts";

export type EnrolRequest = Readonly<{
  backofficeUrl: string;
  /** The one-time code that the console shows. */
  code: string;
  /** Where the keys are kept from now on. */
  keyStore: KeyStoreKind;
  softwareVersion: string;
}>;

export type EnrolDeps = Readonly<{
  store: KeyStore;
  now(): Instant;
  fetch: typeof fetch;
  stopping: AbortSignal;
}>;

/** A ring whose terminal is known. */
export type EnrolledRing = KeyRing & Readonly<{ enrolment: NonNullable<KeyRing["enrolment"]> }>;

/**
 * Enrols as a new terminal; also one that may take cash only, or whose keys are sealed by the other shell.
 * The new keys are on the disk before the code is used, so that a lost answer can be asked for again with the same key;
 * they wait beside the ring that is there, which the till goes by until the answer takes its place. In that one moment the
 * signing key of before becomes one of the earlier ones, by which what it signed is still sent; a ring that is sealed by
 * the other shell is put aside whole.
 * Fails with ENROLMENT_REFUSED, LINE_CUT, TIMED_OUT, KEY_SEALED (asked for the system's key store where there is none)
 * or DISK_FULL.
 */
export async function enrol(request: EnrolRequest, deps: EnrolDeps): Promise<EnrolledRing> {
  const { store } = deps;
  const before = await ringIfReadable(store);
  const secrets = secretsToEnrol(before, await ringIfReadable(store.pending));
  await store.pending.write({ secrets, enrolment: null }, request.keyStore);
  const server = makeServerLink(makeTransport({ ...deps, baseUrl: request.backofficeUrl, signer: null }));
  const enrolment = await server.enrol({
    code: request.code,
    publicKey: tillKeysOf(secrets).signer.publicKey,
    keyStore: request.keyStore,
    softwareVersion: request.softwareVersion,
  });
  const ring = { secrets, enrolment, ...earlierAfter(before) };
  if (before === undefined) await store.putAside();
  await store.write(ring, request.keyStore);
  await store.pending.remove();
  return ring;
}

/**
 * Keys that wait for their enrolment are used again. A terminal that enrols anew gets a new signing key and keeps the
 * others: what is sealed on this machine and how its journal names cards stay readable. Without the keys that were
 * sealed by the other shell, what they sealed at rest is lost.
 */
function secretsToEnrol(ring: KeyRing | undefined, pending: KeyRing | undefined): TillSecrets {
  if (ring === undefined) return pending?.secrets ?? makeTillSecrets();
  // A crash may have left the keys of the ring among those that wait: they have their terminal.
  const isWaiting = pending !== undefined && pending.secrets.signing !== ring.secrets.signing;
  return { ...ring.secrets, signing: (isWaiting ? pending.secrets : makeTillSecrets()).signing };
}

async function ringIfReadable(file: KeyFile): Promise<KeyRing | undefined> {
  try {
    return await file.read();
  } catch (error) {
    if (error instanceof FailureError && error.failure.code === "KEY_SEALED") return undefined;
    throw error;
  }
}
