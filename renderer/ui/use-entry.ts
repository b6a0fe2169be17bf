// Typed digits that the next key can read at once, before the screen has drawn them.
import { useCallback, useMemo, useRef, useState } from "react";

export type Entry = Readonly<{
  /** As it is drawn. */
  shown: string;
  /** As it is now. */
  read(): string;
  set(text: string): void;
  /** Takes what is typed and leaves nothing. */
  take(): string;
}>;

export function useEntry(): Entry {
  const now = useRef("");
  const [shown, setShown] = useState("");
  const set = useCallback((text: string) => {
    now.current = text;
    setShown(text);
  }, []);
  return useMemo(
    () => ({
      shown,
      read: () => now.current,
      set,
      take: () => {
        const text = now.current;
        set("");
        return text;
      },
    }),
    [shown, set],
  );
}
