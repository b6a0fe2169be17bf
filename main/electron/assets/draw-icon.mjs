// Draws icon.png from the shapes of icon.svg: `node main/electron/assets/draw-icon.mjs`. Two ticks: two have signed.
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { crc32, deflateSync } from "node:zlib";

const SIZE = 1_024;
/** The drawing's own units, as in the SVG. */
const UNITS = 512;
const SCALE = SIZE / UNITS;
const STROKE_RADIUS = 22;

/** @typedef {readonly [number, number]} Point */
/** @typedef {readonly [number, number, number]} Colour */

/** @type {readonly { points: readonly Point[], colour: Colour }[]} */
const TICKS = [
  {
    points: [
      [104, 268],
      [176, 344],
      [324, 168],
    ],
    colour: [0xff, 0xff, 0xff],
  },
  {
    points: [
      [244, 330],
      [260, 346],
      [408, 168],
    ],
    colour: [0x8f, 0xd6, 0xcf],
  },
];
/** @type {Colour} */
const GROUND = [0x0b, 0x5c, 0x5c];

const rows = Buffer.alloc(SIZE * (1 + SIZE * 4));
for (let y = 0; y < SIZE; y++) {
  for (let x = 0; x < SIZE; x++) {
    const [r, g, b, a] = pixelAt((x + 0.5) / SCALE, (y + 0.5) / SCALE);
    rows.set([r, g, b, a], y * (1 + SIZE * 4) + 1 + x * 4);
  }
}
writeFileSync(join(dirname(fileURLToPath(import.meta.url)), "icon.png"), png(rows));

/**
 * @param {number} x
 * @param {number} y
 * @returns {[number, number, number, number]}
 */
function pixelAt(x, y) {
  const alpha = coverage(distanceToSquare(x, y));
  /** @type {Colour} */
  let colour = GROUND;
  for (const tick of TICKS) {
    const ink = coverage(distanceToLine([x, y], tick.points) - STROKE_RADIUS);
    colour = mix(colour, tick.colour, ink);
  }
  return [...colour, Math.round(alpha * 255)];
}

/**
 * How much of a pixel lies inside a shape, by its distance to the edge: smooth edges without oversampling.
 * @param {number} distance
 */
function coverage(distance) {
  return Math.min(1, Math.max(0, 0.5 - distance * SCALE));
}

/**
 * @param {number} x
 * @param {number} y
 */
function distanceToSquare(x, y) {
  const [half, radius] = [240, 104];
  const dx = Math.abs(x - 256) - (half - radius);
  const dy = Math.abs(y - 256) - (half - radius);
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - radius;
}

/**
 * @param {Point} at
 * @param {readonly Point[]} points
 */
function distanceToLine([x, y], points) {
  const distances = points.slice(1).map(([x2, y2], index) => {
    const [x1, y1] = points[index] ?? [x2, y2];
    const along = ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / ((x2 - x1) ** 2 + (y2 - y1) ** 2);
    const part = Math.min(1, Math.max(0, along));
    return Math.hypot(x - x1 - part * (x2 - x1), y - y1 - part * (y2 - y1));
  });
  return Math.min(...distances);
}

/**
 * @param {Colour} from
 * @param {Colour} to
 * @param {number} part
 * @returns {Colour}
 */
function mix(from, to, part) {
  const one = (/** @type {0 | 1 | 2} */ channel) =>
    Math.round(from[channel] + (to[channel] - from[channel]) * part);
  return [one(0), one(1), one(2)];
}

/** @param {Buffer} filteredRows */
function png(filteredRows) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIZE, 0);
  header.writeUInt32BE(SIZE, 4);
  header.set([8, 6, 0, 0, 0], 8); // 8 bits, RGBA, no interlace
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(filteredRows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/**
 * @param {string} type
 * @param {Buffer} data
 */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
