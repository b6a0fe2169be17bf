// Chance that can be had again: every choice of a day comes from its seed and from what the choice is for,
// so that tills which work at the same time do not disturb each other's luck.

export type Random = Readonly<{
  /** A whole number from 0 up to, not including, `bound`. */
  below(bound: number): number;
  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number;
  /** True with this probability, of 0 to 1. */
  chance(probability: number): boolean;
  pick<T>(from: readonly [T, ...T[]]): T;
  shuffled<T>(list: readonly T[]): readonly T[];
  /** Luck of its own for one purpose, the same for the same seed and name. */
  fork(name: string): Random;
}>;

const TWO_POW_32 = 4_294_967_296;

export function randomFrom(seed: number | string): Random {
  let state = hashOf(String(seed));
  // Mulberry32: small, and good enough to spread a day's choices.
  const unit = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / TWO_POW_32;
  };
  const below = (bound: number) => Math.floor(unit() * bound);
  return {
    below,
    between: (from, to) => from + below(to - from + 1),
    chance: (probability) => unit() < probability,
    pick: (from) => from[below(from.length)] ?? from[0],
    shuffled: (list) =>
      list
        .map((item) => ({ item, at: unit() }))
        .sort((a, b) => a.at - b.at)
        .map(({ item }) => item),
    fork: (name) => randomFrom(`${seed}/${name}`),
  };
}

/** FNV-1a over the text's UTF-16 units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return hash;
}
