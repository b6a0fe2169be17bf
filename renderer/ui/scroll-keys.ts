// What is longer than its place moves by keyboard: a row with the arrows, a page with PageUp and PageDown, and to either end.

/** About two rows of paper. */
const STEP_PX = 48;
/** A part of the page before stays in sight. */
const PAGE_SHARE = 0.85;

const SCROLLS = {
  ArrowUp: () => -STEP_PX,
  ArrowDown: () => STEP_PX,
  PageUp: (box) => -box.clientHeight * PAGE_SHARE,
  PageDown: (box) => box.clientHeight * PAGE_SHARE,
  Home: (box) => -box.scrollHeight,
  End: (box) => box.scrollHeight,
} as const satisfies Record<string, (box: HTMLElement) => number>;
export type ScrollKey = keyof typeof SCROLLS;
export const SCROLL_KEYS = Object.keys(SCROLLS) as readonly ScrollKey[];
export const isScrollKey = (key: string): key is ScrollKey => Object.hasOwn(SCROLLS, key);

/** Moves an element that has more than it shows, or else the nearest box around it that has. */
export function scrollByKey(element: HTMLElement | null, key: ScrollKey): void {
  const box = boxOf(element);
  box?.scrollBy({ top: SCROLLS[key](box) });
}

function boxOf(element: HTMLElement | null): HTMLElement | null {
  if (element === null) return null;
  const hasMore = element.scrollHeight > element.clientHeight + 1;
  if (hasMore && /auto|scroll/.test(getComputedStyle(element).overflowY)) return element;
  return boxOf(element.parentElement);
}
