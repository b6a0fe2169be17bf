// The arrows walk between the buttons of a panel as they stand on the screen.

const ARROWS = {
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
} as const;
export type Arrow = keyof typeof ARROWS;
export const ARROW_KEYS = Object.keys(ARROWS) as readonly Arrow[];

/** How much rather a button straight ahead than one nearer but aside. */
const ASIDE_WEIGHT = 3;

export type Box = Readonly<{ x: number; y: number; width: number; height: number }>;

/** Moves the focus from the button that has it to the next one that way; to the first where none has it. */
export function walkButtons(panel: HTMLElement | null, arrow: Arrow): void {
  const buttons = [...(panel?.querySelectorAll<HTMLElement>("button:not(:disabled)") ?? [])];
  const at = buttons.findIndex((button) => button.matches(":focus"));
  const boxes = buttons.map((button) => button.getBoundingClientRect());
  buttons[at === -1 ? 0 : nextThatWay(boxes, at, arrow)]?.focus();
}

/** The place of the box that comes next; the same place at the edge. */
export function nextThatWay(boxes: readonly Box[], at: number, arrow: Arrow): number {
  const from = boxes[at];
  if (from === undefined) return at;
  const { x, y } = ARROWS[arrow];
  let best = { place: at, distance: Number.POSITIVE_INFINITY };
  boxes.forEach((box, place) => {
    const dx = middleX(box) - middleX(from);
    const dy = middleY(box) - middleY(from);
    const ahead = dx * x + dy * y;
    const aside = Math.abs(dx * y) + Math.abs(dy * x);
    // Beside one another is not above: half the button must be past.
    const isAhead = ahead > (x === 0 ? from.height : from.width) / 2;
    const distance = ahead + aside * ASIDE_WEIGHT;
    if (isAhead && distance < best.distance) best = { place, distance };
  });
  return best.place;
}

const middleX = ({ x, width }: Box) => x + width / 2;
const middleY = ({ y, height }: Box) => y + height / 2;
