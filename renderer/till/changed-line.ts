import type { BasketLine } from "#core/sale/basket.ts";

/** The line that was added or changed last, so that the next key belongs to it; null when none is new. */
export function changedLine(before: readonly BasketLine[], after: readonly BasketLine[]): string | null {
  const known = new Map(before.map((line) => [line.lineId, line]));
  const changed = after.findLast((line) => {
    const old = known.get(line.lineId);
    return old === undefined || old.quantity !== line.quantity || old.amount.minor !== line.amount.minor;
  });
  return changed?.lineId ?? null;
}

/** The line a step up or down from the selected one, at the ends the same. */
export function lineBeside(
  lines: readonly BasketLine[],
  selected: string | null,
  step: 1 | -1,
): string | null {
  const at = lines.findIndex((line) => line.lineId === selected);
  const to = at === -1 ? lines.length - 1 : Math.min(Math.max(at + step, 0), lines.length - 1);
  return lines[to]?.lineId ?? null;
}
