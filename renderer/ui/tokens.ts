// Every colour of every page, by meaning. One accent; amber waits, red refuses or stops, green is done.
// The pairs at the end are what is read on what: a test holds them to WCAG contrast in both schemes.

const light = {
  ground: "#edf1f1",
  surface: "#ffffff",
  sunken: "#f5f8f8",
  line: "#cfdada",
  edge: "#71827f",
  text: "#10201e",
  dim: "#465956",
  accent: "#0b5d57",
  accentPressed: "#084842",
  accentSoft: "#d9edea",
  onAccent: "#ffffff",
  pending: "#6d4400",
  pendingSoft: "#fdeecb",
  pendingEdge: "#b97a00",
  refused: "#a3201a",
  refusedSoft: "#fde8e6",
  onRefused: "#ffffff",
  done: "#17643a",
  doneSoft: "#dff3e6",
  focus: "#1746c9",
  paper: "#fffefa",
  ink: "#1b1b1a",
} as const;

export type Token = keyof typeof light;

const dark = {
  ground: "#0b1211",
  surface: "#141e1d",
  sunken: "#0f1817",
  line: "#2a3937",
  edge: "#758985",
  text: "#e9f1ef",
  dim: "#a5b8b4",
  accent: "#5fcabd",
  accentPressed: "#86dbd0",
  accentSoft: "#12403b",
  onAccent: "#04211e",
  pending: "#f7cd77",
  pendingSoft: "#3a2a08",
  pendingEdge: "#c08a1e",
  refused: "#ff9d94",
  refusedSoft: "#451917",
  onRefused: "#2a0705",
  done: "#85d9a3",
  doneSoft: "#123521",
  focus: "#9dbcff",
  paper: "#f4f2ea",
  ink: "#1b1b1a",
} as const satisfies Record<Token, string>;

export const SCHEMES = { light, dark } as const satisfies Record<string, Record<Token, string>>;
export type Scheme = keyof typeof SCHEMES;

/** `--cs-accent-soft` for `accentSoft`: the name of a token in style sheets. */
export const variableOf = (token: Token) => `--cs-${token.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;

/** WCAG 2.2: 4.5 for text (AA), 7 for amounts (AAA), 3 for edges and marks that carry meaning. */
const TEXT = 4.5;
const AMOUNT = 7;
const MARK = 3;

/** What is read on what, and the contrast it must have. */
export const PAIRS: readonly (readonly [foreground: Token, background: Token, ratioMin: number])[] = [
  ["text", "ground", AMOUNT],
  ["text", "surface", AMOUNT],
  ["text", "sunken", AMOUNT],
  ["text", "accentSoft", AMOUNT],
  ["dim", "ground", TEXT],
  ["dim", "surface", TEXT],
  ["dim", "sunken", TEXT],
  ["accent", "ground", TEXT],
  ["accent", "surface", TEXT],
  ["accent", "accentSoft", TEXT],
  ["onAccent", "accent", AMOUNT],
  ["onAccent", "accentPressed", AMOUNT],
  ["pending", "pendingSoft", AMOUNT],
  ["pending", "surface", TEXT],
  ["refused", "refusedSoft", TEXT],
  ["refused", "surface", TEXT],
  ["onRefused", "refused", AMOUNT],
  ["done", "doneSoft", TEXT],
  ["done", "surface", TEXT],
  ["ink", "paper", AMOUNT],
  ["surface", "text", AMOUNT],
  ["edge", "surface", MARK],
  ["edge", "ground", MARK],
  ["pendingEdge", "surface", MARK],
  ["focus", "ground", MARK],
  ["focus", "surface", MARK],
  ["focus", "accentSoft", MARK],
];

/** Relative luminance contrast of two colours given as "#rrggbb" (WCAG 2.2, 1.4.3). */
export function contrast(one: string, other: string): number {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: string): number {
  const channel = (from: number) => {
    const part = Number.parseInt(colour.slice(from, from + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}
