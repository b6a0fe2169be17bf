// What somebody has counted of a drawer, while they leave the close for a sale and come back.
import { useState } from "react";
import type { Counts } from "./denominations.ts";

/** `of` says whose count of which shift it is: nobody else sees it. */
export function useKeptCount(of: string): readonly [Counts, (counts: Counts) => void] {
  const [kept, setKept] = useState<Readonly<{ of: string; counts: Counts }>>({ of, counts: {} });
  return [kept.of === of ? kept.counts : {}, (counts) => setKept({ of, counts })];
}
