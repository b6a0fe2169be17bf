// The operating system's key store, for the till's keys: the main process seals and opens, the till asks over the wire.
import { implement } from "@orpc/server";
import { keysContract } from "#core/contract/keys.ts";
import { fail } from "#core/errors.ts";
import type { Channels } from "../process/channels.ts";
import { type OnDefect, serve } from "../process/rpc.ts";

/** The parts of Electron's safeStorage used here; tests pass a plain object. */
export type SafeStorageLike = Readonly<{
  isEncryptionAvailable(): boolean;
  getSelectedStorageBackend?(): string;
  encryptString(plain: string): Buffer;
  decryptString(sealed: Buffer): string;
}>;

/** On Linux without a key ring Electron "encrypts" with a password that is in its source: that is no key store. */
const NO_KEY_STORE = "basic_text";

/** Whether keys can be sealed on this machine. */
export function hasKeyStore(storage: SafeStorageLike): boolean {
  return storage.isEncryptionAvailable() && storage.getSelectedStorageBackend?.() !== NO_KEY_STORE;
}

/** Offers the key store to the till. Fails with KEY_SEALED where the key store does not do it. */
export function offerKeys(channels: Channels, storage: SafeStorageLike, onDefect: OnDefect): void {
  const os = implement(keysContract);
  const router = os.router({
    seal: os.seal.handler(({ input }) => ({
      sealed: refusing(() => storage.encryptString(input.plain)).toString("base64"),
    })),
    open: os.open.handler(({ input }) => ({
      plain: refusing(() => storage.decryptString(Buffer.from(input.sealed, "base64"))),
    })),
  });
  channels.accept("keys", (session) => serve(router, session, {}, onDefect));
}

function refusing<T>(work: () => T): T {
  try {
    return work();
  } catch {
    // What the key store says may quote what it was given.
    return fail("KEY_SEALED", "the operating system's key store refused");
  }
}
