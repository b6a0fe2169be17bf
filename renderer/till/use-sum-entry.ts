// A sum that is typed while a sale is paid, by touch or by keys. A code that is scanned there is no sum of money.
import { nextEntry } from "#renderer/ui/keypad.tsx";
import type { KeyLayer } from "#renderer/ui/keys.tsx";
import { type Entry, useEntry } from "#renderer/ui/use-entry.ts";
import { useScan } from "#renderer/ui/use-scan.ts";
import type { Task } from "./desk.tsx";

type SumEntry = Readonly<{
  entry: Entry;
  onKey: (key: string) => void;
  /** For the screen's key layer. */
  listens: Pick<KeyLayer, "enter" | "text">;
}>;

/** A scan is refused with SALE_PAYING and leaves nothing of itself in the sum. */
export function useSumEntry(digitsMax: number, { refuse }: Pick<Task, "refuse">): SumEntry {
  const entry = useEntry();
  const onKey = (key: string) => entry.set(nextEntry(entry.read(), key, digitsMax));
  const scanning = useScan(
    (text) => {
      for (const character of text) onKey(character);
    },
    (_barcode, typedOfIt) => {
      // A scanner that stuttered had its first characters taken for typing.
      entry.set(entry.read().slice(0, Math.max(0, entry.read().length - typedOfIt)));
      refuse("SALE_PAYING");
    },
  );
  return {
    entry,
    onKey,
    listens: {
      enter: scanning.enter,
      text: (character, atMs) => {
        if (character === "?") return false;
        scanning.text(character, atMs);
        return true;
      },
    },
  };
}
