// A line that loses, repeats and delays: it stands where a till's `fetch` is.

export type LineFaults = {
  /** Nothing passes at all. */
  isCut: boolean;
  /** Of 1,000 requests, how many are lost on the way there, how many answers on the way back. */
  lostThere: number;
  lostBack: number;
  /** Of 1,000 requests, how many arrive twice, byte for byte. */
  doubled: number;
};

export const soundLine = (): LineFaults => ({ isCut: false, lostThere: 0, lostBack: 0, doubled: 0 });

/** Numbers at least 0 and below 1 from a seed (mulberry32), so that a failing run can be run again. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function faultyFetch(faults: LineFaults, random: () => number): typeof fetch {
  const happens = (perMille: number) => random() * 1_000 < perMille;
  const lost = () => new TypeError("fetch failed", { cause: { code: "ECONNRESET" } });
  return async (input, init) => {
    if (faults.isCut || happens(faults.lostThere)) throw lost();
    const isDoubled = happens(faults.doubled);
    const first = await fetch(input, init);
    if (isDoubled) await (await fetch(input, init)).arrayBuffer();
    if (happens(faults.lostBack)) {
      await first.body?.cancel();
      throw lost();
    }
    return first;
  };
}
