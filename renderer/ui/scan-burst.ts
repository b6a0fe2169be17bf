// Tells a scanner that types like a keyboard from a person who types: by the gaps between the keys.

/** A scanner sends a character every few milliseconds; fast hands need 60 and more. */
const GAP_MAX_MS = 40;
/** A scanner may stutter for as long; a hand that typed a quantity and pulls a trigger takes longer. */
const STUTTER_MAX_MS = 150;
/** Below this length it is not a barcode: EAN-8 has 8, short house codes 6. */
const SCAN_CHARS_MIN = 6;

/** Keys that came close together and are not decided yet; `before` was taken for typing, but may be the scan's start. */
export type Burst = Readonly<{ before: string; text: string; lastMs: number }>;

export const noBurst: Burst = { before: "", text: "", lastMs: Number.NEGATIVE_INFINITY };

/** What a key decides: characters that a person typed, and what is still open. */
export type BurstStep = Readonly<{ burst: Burst; typed: string }>;

/** Takes one character. When it comes too late for a scanner, what came before it was typed by a person. */
export function takeCharacter(burst: Burst, character: string, atMs: number): BurstStep {
  const gapMs = atMs - burst.lastMs;
  if (gapMs <= GAP_MAX_MS && burst.text !== "")
    return { burst: { ...burst, text: burst.text + character, lastMs: atMs }, typed: "" };
  const { burst: settled, typed } = settleBurst(burst);
  const before = gapMs <= STUTTER_MAX_MS ? settled.before : "";
  return { burst: { before, text: character, lastMs: atMs }, typed };
}

/** Nothing more came in time: what is undecided was typed. */
export function settleBurst(burst: Burst): BurstStep {
  return { burst: { ...burst, before: burst.before + burst.text, text: "" }, typed: burst.text };
}

/**
 * Enter ends a burst: `scanned` when it was one, else the characters were typed and Enter means Enter.
 * `typedOfIt` counts the characters of the scan that went out as typing when the scanner stuttered.
 */
export function takeEnter(
  burst: Burst,
  atMs: number,
): Readonly<{ scanned: string | null; typed: string; typedOfIt: number }> {
  const isScan = burst.text.length >= SCAN_CHARS_MIN && atMs - burst.lastMs <= GAP_MAX_MS;
  return isScan
    ? { scanned: burst.before + burst.text, typed: "", typedOfIt: burst.before.length }
    : { scanned: null, typed: burst.text, typedOfIt: 0 };
}

/** How long a character may stay undecided before it counts as typed. */
export const DECIDED_AFTER_MS = GAP_MAX_MS + 5;
