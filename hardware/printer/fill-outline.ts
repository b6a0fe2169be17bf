// The outline of a character to black dots. Pure arithmetic without angles or roots, so that every machine
// gives the same dots; a dot is black where ink covers enough of it.
import { type Bitmap, bitmapOf } from "./bitmap.ts";

/** A TrueType outline: straight lines and quadratic curves, in units of the face, y upwards. */
export type OutlineCommand =
  | Readonly<{ type: "M"; x: number; y: number }>
  | Readonly<{ type: "L"; x: number; y: number }>
  | Readonly<{ type: "Q"; x1: number; y1: number; x: number; y: number }>
  | Readonly<{ type: "Z" }>;

export type Placing = Readonly<{
  /** Dots of one unit. */
  scaleX: number;
  scaleY: number;
  /** Where the origin of the outline lies, from the left and from the top. */
  leftDots: number;
  baselineDots: number;
}>;

/** At 24 dots a curve of six pieces is nowhere half a dot off. */
const PIECES_OF_A_CURVE = 6;
/** Rows of samples in a dot; across, the cover is measured exactly. */
const SAMPLES_DOWN = 8;
/** Thin strokes lie between two rows of dots; at half they would break. */
const COVER_MIN = 0.42;

type Edge = Readonly<{ x0: number; y0: number; x1: number; y1: number }>;

/** Fills by the non-zero rule, as faces are drawn. What lies outside of the cell is cut off. */
export function fillOutline(
  commands: readonly OutlineCommand[],
  placing: Placing,
  widthDots: number,
  heightDots: number,
): Bitmap {
  const edges = edgesOf(commands, placing);
  const cover = new Float64Array(widthDots * heightDots);
  for (let sample = 0; sample < heightDots * SAMPLES_DOWN; sample++) {
    const row = Math.floor(sample / SAMPLES_DOWN) * widthDots;
    for (const [from, to] of spansAt(edges, (sample + 0.5) / SAMPLES_DOWN)) {
      const last = Math.min(widthDots, Math.ceil(to));
      for (let x = Math.max(0, Math.floor(from)); x < last; x++) {
        const covered = Math.min(to, x + 1) - Math.max(from, x);
        cover[row + x] = (cover[row + x] ?? 0) + covered / SAMPLES_DOWN;
      }
    }
  }
  return bitmapOf(widthDots, heightDots, (x, y) => (cover[y * widthDots + x] ?? 0) >= COVER_MIN);
}

function edgesOf(commands: readonly OutlineCommand[], placing: Placing): readonly Edge[] {
  const edges: Edge[] = [];
  const dotX = (x: number) => placing.leftDots + x * placing.scaleX;
  const dotY = (y: number) => placing.baselineDots - y * placing.scaleY;
  let start = { x: 0, y: 0 };
  let at = start;
  const lineTo = (x: number, y: number) => {
    edges.push({ x0: dotX(at.x), y0: dotY(at.y), x1: dotX(x), y1: dotY(y) });
    at = { x, y };
  };
  for (const command of commands) {
    if (command.type === "Z") lineTo(start.x, start.y);
    else if (command.type === "Q") {
      const { x, y } = at;
      for (let piece = 1; piece <= PIECES_OF_A_CURVE; piece++) {
        const part = piece / PIECES_OF_A_CURVE;
        lineTo(onCurve(x, command.x1, command.x, part), onCurve(y, command.y1, command.y, part));
      }
    } else if (command.type === "L") lineTo(command.x, command.y);
    else {
      start = { x: command.x, y: command.y };
      at = start;
    }
  }
  return edges;
}

const onCurve = (from: number, control: number, to: number, part: number) =>
  (1 - part) * (1 - part) * from + 2 * (1 - part) * part * control + part * part * to;

/** Where a horizontal line is inside the outline, from left to right. */
function spansAt(edges: readonly Edge[], y: number): readonly (readonly [from: number, to: number])[] {
  const crossings = edges
    .filter(({ y0, y1 }) => y0 <= y !== y1 <= y)
    .map(({ x0, y0, x1, y1 }) => ({ x: x0 + ((y - y0) / (y1 - y0)) * (x1 - x0), turn: y0 < y1 ? 1 : -1 }))
    .sort((one, other) => one.x - other.x);
  const spans: [number, number][] = [];
  let winding = 0;
  let from = 0;
  for (const { x, turn } of crossings) {
    if (winding === 0) from = x;
    winding += turn;
    if (winding === 0 && x > from) spans.push([from, x]);
  }
  return spans;
}
