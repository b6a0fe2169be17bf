import type { Shortcut } from "#renderer/ui/shortcut-map.tsx";
import { useView } from "./desk.tsx";
import { useWords } from "./words.ts";

/** The map of keys of the till, as it is shown on `?`. */
export function useShortcuts(): readonly Shortcut[] {
  const words = useWords();
  const { demo } = useView();
  return [
    { keys: ["0–9"], says: words.keyDigits },
    { keys: ["Enter"], says: words.keyEnter },
    { keys: ["Esc"], says: words.keyEscape },
    { keys: ["/", "A–Z"], says: words.keySearch },
    { keys: ["↑", "↓"], says: words.keyLines },
    { keys: ["→"], says: words.keyItems },
    { keys: ["PgUp", "PgDn"], says: words.keyTabs },
    { keys: ["*"], says: words.quantity },
    { keys: ["="], says: words.price },
    { keys: ["%"], says: words.discount },
    { keys: ["Del"], says: words.keyDelete },
    { keys: ["F1"], says: words.cash },
    { keys: ["F2"], says: words.keyCounted },
    { keys: ["F3"], says: words.prepaid },
    { keys: ["F5"], says: words.park },
    { keys: ["F6"], says: words.parkedTitle },
    { keys: ["F7"], says: words.receipts },
    { keys: ["F8"], says: words.balance },
    { keys: ["F9"], says: words.printAgain },
    { keys: ["F10"], says: words.menu },
    ...(demo ? [{ keys: ["F12"], says: words.devices }] : []),
    { keys: ["?"], says: words.keyMap },
  ];
}
