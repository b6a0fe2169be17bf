// Keys of enrolments that this machine has left: kept in the ring of the present one, as safely as its own, for as long as
// something that they signed may have to be sent.
import type { TerminalId } from "#core/ids.ts";
import { EARLIER_MAX, type EarlierKeys, type KeyRing, type KeyStore } from "./key-store.ts";

/** The earlier keys for the ring that takes the place of this one: its own are among them. */
export function earlierAfter(ring: KeyRing | undefined): Pick<KeyRing, "earlier"> {
  return ring === undefined ? {} : earlierIn(keysIn(ring));
}

/**
 * Takes into the ring what another shell had sealed and this one can open. A crash on the way leaves such a file, and
 * what it holds is taken once. Fails with KEY_SEALED or DISK_FULL.
 */
export async function takeInAside(store: KeyStore): Promise<void> {
  const aside = await store.openAside();
  const found = aside.length === 0 ? undefined : await store.read();
  if (found === undefined || found.enrolment === null) return;
  const { keyStore, ...ring } = found;
  const more = aside.flatMap((file) => keysIn(file.ring));
  await store.write({ ...ring, ...earlierIn([...more, ...(ring.earlier ?? [])], found.enrolment) }, keyStore);
  for (const file of aside) await file.remove();
}

/** Forgets the keys of enrolments of which nothing can be asked for any more. Fails with KEY_SEALED or DISK_FULL. */
export async function forgetEarlier(store: KeyStore, over: ReadonlySet<TerminalId>): Promise<void> {
  const found = await store.read();
  if (found === undefined || !(found.earlier ?? []).some(({ terminalId }) => over.has(terminalId))) return;
  const { keyStore, earlier = [], secrets, enrolment } = found;
  const kept = earlier.filter(({ terminalId }) => !over.has(terminalId));
  await store.write({ secrets, enrolment, ...earlierIn(kept) }, keyStore);
}

function keysIn({ secrets, enrolment, earlier = [] }: KeyRing): readonly EarlierKeys[] {
  if (enrolment === null) return earlier;
  const { terminalId, serverKey } = enrolment;
  return [...earlier, { terminalId, serverKey, signing: secrets.signing }];
}

/** Each once, and none of the present enrolment. */
function earlierIn(
  keys: readonly EarlierKeys[],
  present?: Readonly<{ terminalId: TerminalId }>,
): Pick<KeyRing, "earlier"> {
  const byTerminal = new Map(keys.map((each) => [each.terminalId, each]));
  const kept = [...byTerminal.values()].filter(({ terminalId }) => terminalId !== present?.terminalId);
  return kept.length === 0 ? {} : { earlier: kept.slice(-EARLIER_MAX) };
}
