// The keys of a screen where scans and typing come through the same keyboard.
import { useEffect, useRef } from "react";
import { type Burst, DECIDED_AFTER_MS, noBurst, takeCharacter, takeEnter } from "./scan-burst.ts";

/**
 * `text` and `enter` for a key layer. Typed characters arrive some milliseconds late, once no scanner can have sent
 * them, so that a scan never flickers through the keypad.
 */
export function useScan(onTyped: (text: string) => void, onScan: (barcode: string) => void) {
  const burst = useRef<Burst>(noBurst);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  return {
    text: (character: string, atMs: number) => {
      clearTimeout(timer.current);
      const step = takeCharacter(burst.current, character, atMs);
      burst.current = step.burst;
      if (step.typed !== "") onTyped(step.typed);
      timer.current = setTimeout(() => {
        const { text } = burst.current;
        burst.current = noBurst;
        onTyped(text);
      }, DECIDED_AFTER_MS);
    },
    /** True when Enter ended a scan and so is no Enter of a person. */
    enter: (atMs: number): boolean => {
      clearTimeout(timer.current);
      const { scanned, typed } = takeEnter(burst.current, atMs);
      burst.current = noBurst;
      if (typed !== "") onTyped(typed);
      if (scanned !== null) onScan(scanned);
      return scanned !== null;
    },
  };
}
