// One listener for the whole keyboard of a till. Screens put layers on it; a key goes to the highest layer that takes it,
// so an open panel hears Escape before the screen beneath it does.
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
} from "react";
import { flushSync } from "react-dom";

/** The page itself, the screen on it, a panel over the screen, a sheet over all. */
export const KEY_LEVEL = { page: 0, screen: 1, panel: 2, sheet: 3 } as const;
export type KeyLevel = keyof typeof KEY_LEVEL;

/** By `event.key`: "Enter", "F1", "ArrowDown". */
export type KeyMap = Readonly<Record<string, (() => void) | undefined>>;

export type KeyLayer = Readonly<{
  level: KeyLevel;
  keys: KeyMap;
  /** Offered any single character that has no key of its own; true when it takes it. */
  text?: ((character: string, atMs: number) => boolean) | undefined;
  /** Sees Enter before all others and may take it: the end of a scan. */
  enter?: ((atMs: number) => boolean) | undefined;
  /** Nothing beneath this layer hears anything. */
  alone?: boolean | undefined;
}>;

/** A layer as it is now: what one key changes, the next key meets. */
type CurrentLayer = Readonly<{ current: KeyLayer }>;
type Registry = Readonly<{ add(layer: CurrentLayer): () => void }>;

const KeysContext = createContext<Registry | null>(null);

export function KeysProvider({ children }: Readonly<{ children: ReactNode }>) {
  const layers = useRef(new Set<CurrentLayer>());
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const ordered = [...layers.current].sort(
        (a, b) => KEY_LEVEL[b.current.level] - KEY_LEVEL[a.current.level],
      );
      // Shown before the next key comes: fast hands never meet the screen of the key before.
      flushSync(() => dispatchKey(event, ordered));
    };
    window.addEventListener("keydown", onKey);
    window.addEventListener("mousedown", keepFocus);
    return () => {
      window.removeEventListener("keydown", onKey);
      window.removeEventListener("mousedown", keepFocus);
    };
  }, []);
  const registry = useMemo<Registry>(
    () => ({
      add: (layer) => {
        layers.current.add(layer);
        return () => void layers.current.delete(layer);
      },
    }),
    [],
  );
  return <KeysContext.Provider value={registry}>{children}</KeysContext.Provider>;
}

/** Listens while the component stands. A screen without a KeysProvider hears nothing. */
export function useKeys(layer: KeyLayer): void {
  const registry = useContext(KeysContext);
  const latest = useRef(layer);
  useLayoutEffect(() => {
    latest.current = layer;
  });
  // With the paint, not after it: whoever sees the screen may press its keys.
  useLayoutEffect(() => registry?.add(latest), [registry]);
}

/** Gives a key to the layers, highest first. Typing in a field stays in the field, but for F-keys and Escape. */
export function dispatchKey(event: KeyboardEvent, layers: readonly CurrentLayer[]): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const { key } = event;
  const isTyping = isField(event.target);
  if (isTyping && key !== "Escape" && !/^F\d+$/.test(key)) return;
  // A button that was reached by keyboard keeps its own Enter and Space.
  const isOnControl = isControl(event.target);
  if (isOnControl && key === " ") return;
  for (const layer of layers) {
    if (key === "Enter" && layer.current.enter?.(event.timeStamp) === true) {
      event.preventDefault();
      return;
    }
    if (isOnControl && key === "Enter") continue;
    const act = layer.current.keys[key];
    if (act !== undefined) {
      event.preventDefault();
      act();
      return;
    }
    if (key.length === 1 && layer.current.text?.(key, event.timeStamp) === true) {
      event.preventDefault();
      return;
    }
    if (layer.current.alone === true) return;
  }
}

function isField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null
  );
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("button, a[href], [role=option], summary") !== null;
}

/** A touch acts but does not move the focus: after a touch on an item, Enter is still the primary action. */
function keepFocus(event: MouseEvent): void {
  if (event.target instanceof HTMLElement && event.target.closest("button, [role=option]") !== null)
    event.preventDefault();
}
