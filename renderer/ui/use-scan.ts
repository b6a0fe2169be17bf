// The keys of a screen where scans and typing come through the same keyboard.
import { useEffect, useRef } from "react";
import { flushSync } from "react-dom";
import {
  type Burst,
  DECIDED_AFTER_MS,
  noBurst,
  settleBurst,
  takeCharacter,
  takeEnter,
} from "./scan-burst.ts";

/**
 * `text` and `enter` for a key layer, and `settle` for a key that can be no part of a scan. Typed characters arrive some milliseconds late, once no scanner can have sent
 * them, so that a scan never flickers through the keypad.
 */
export function useScan(
  onTyped: (text: string) => void,
  onScan: (barcode: string, typedOfIt: number) => void,
) {
  const burst = useRef<Burst>(noBurst);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  /** Nobody waits any longer: what is undecided was typed. */
  const settle = () => {
    clearTimeout(timer.current);
    const step = settleBurst(burst.current);
    burst.current = step.burst;
    if (step.typed !== "") flushSync(() => onTyped(step.typed));
  };
  return {
    settle,
    text: (character: string, atMs: number) => {
      clearTimeout(timer.current);
      const step = takeCharacter(burst.current, character, atMs);
      burst.current = step.burst;
      if (step.typed !== "") onTyped(step.typed);
      timer.current = setTimeout(settle, DECIDED_AFTER_MS);
    },
    /** True when Enter ended a scan and so is no Enter of a person. */
    enter: (atMs: number): boolean => {
      clearTimeout(timer.current);
      const { scanned, typed, typedOfIt } = takeEnter(burst.current, atMs);
      burst.current = noBurst;
      // Enter then meets what was typed just before it.
      if (typed !== "") flushSync(() => onTyped(typed));
      if (scanned !== null) onScan(scanned, typedOfIt);
      return scanned !== null;
    },
  };
}
