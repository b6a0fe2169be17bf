// Keys of enrolments that this machine has left: kept in the ring of the present one, or sealed beside it, for as long as
// something that they signed may have to be sent.
import type { TerminalId } from "#core/ids.ts";
import { type AsideRing, EARLIER_MAX, type EarlierKeys, type KeyRing, type KeyStore } from "./key-store.ts";

/** The earlier keys for the ring that takes the place of this one: its own are among them. */
export function earlierAfter(ring: KeyRing | undefined): Pick<KeyRing, "earlier"> {
  return ring === undefined ? {} : earlierIn(keysIn(ring));
}

/**
 * The ring with what lies beside it and can be opened here. On the disk that moves into the ring too, but where it would be
 * less safe there: what the system's key store seals stays sealed beside a ring that is kept plain. A crash on the way leaves
 * such a file, and what it holds is taken once. Fails with KEY_SEALED or DISK_FULL.
 * @param ring the one that is on the disk
 */
export async function takeInAside<Ring extends KeyRing>(store: KeyStore, ring: Ring): Promise<Ring> {
  const aside = await store.openAside();
  const found = aside.length === 0 ? undefined : await store.read();
  if (found === undefined || found.enrolment === null) return ring;
  const { keyStore, ...kept } = found;
  const moved = aside.filter((file) => keyStore === "os" || file.keyStore === "file");
  if (moved.length > 0) await store.write({ ...kept, ...earlierOf(moved, kept) }, keyStore);
  for (const file of moved) await file.remove();
  return { ...ring, ...earlierOf(aside, ring) };
}

const earlierOf = (aside: readonly AsideRing[], { earlier = [], enrolment }: KeyRing) =>
  earlierIn([...aside.flatMap((file) => keysIn(file.ring)), ...earlier], enrolment ?? undefined);

/** Forgets the keys of enrolments of which nothing can be asked for any more. Fails with KEY_SEALED or DISK_FULL. */
export async function forgetEarlier(store: KeyStore, over: ReadonlySet<TerminalId>): Promise<void> {
  for (const { ring, remove } of await store.openAside()) {
    if (keysIn(ring).every(({ terminalId }) => over.has(terminalId))) await remove();
  }
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
