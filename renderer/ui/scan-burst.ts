// Tells a scanner that types like a keyboard from a person who types: by the gaps between the keys.

/** A scanner sends a character every few milliseconds; fast hands need 60 and more. */
const GAP_MAX_MS = 40;
/** Below this length it is not a barcode: EAN-8 has 8, short house codes 6. */
const SCAN_CHARS_MIN = 6;

/** Keys that came close together and are not decided yet. */
export type Burst = Readonly<{ text: string; lastMs: number }>;

export const noBurst: Burst = { text: "", lastMs: Number.NEGATIVE_INFINITY };

/** What a key decides: characters that a person typed, and what is still open. */
export type BurstStep = Readonly<{ burst: Burst; typed: string }>;

/** Takes one character. When it comes too late for a scanner, what came before it was typed by a person. */
export function takeCharacter(burst: Burst, character: string, atMs: number): BurstStep {
  const isTogether = atMs - burst.lastMs <= GAP_MAX_MS;
  return isTogether
    ? { burst: { text: burst.text + character, lastMs: atMs }, typed: "" }
    : { burst: { text: character, lastMs: atMs }, typed: burst.text };
}

/** Enter ends a burst: `scanned` when it was one, else the characters were typed and Enter means Enter. */
export function takeEnter(burst: Burst, atMs: number): Readonly<{ scanned: string | null; typed: string }> {
  const isScan = burst.text.length >= SCAN_CHARS_MIN && atMs - burst.lastMs <= GAP_MAX_MS;
  return isScan ? { scanned: burst.text, typed: "" } : { scanned: null, typed: burst.text };
}

/** How long a character may stay undecided before it counts as typed. */
export const DECIDED_AFTER_MS = GAP_MAX_MS + 5;
