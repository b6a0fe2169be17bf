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

/** Moves the nearest box around an element that has more than it shows. */
export function scrollByKey(element: HTMLElement | null, key: ScrollKey): void {
  const box = boxAround(element);
  box?.scrollBy({ top: SCROLLS[key](box) });
}

function boxAround(element: HTMLElement | null): HTMLElement | null {
  if (element === null) return null;
  const hasMore = element.scrollHeight > element.clientHeight + 1;
  if (hasMore && /auto|scroll/.test(getComputedStyle(element).overflowY)) return element;
  return boxAround(element.parentElement);
}
