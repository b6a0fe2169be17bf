import { describe, expect, it } from "vitest";
import { makeLatest } from "#main/till/latest.ts";

function aValue() {
  let value = 0;
  const latest = makeLatest(
    () => value,
    () => value,
  );
  const change = () => {
    value += 1;
    latest.changed();
  };
  return { latest, change };
}

describe("the latest of something", () => {
  it("comes at once, and then after each change", async () => {
    const { latest, change } = aValue();
    const watch = latest.watch(undefined);
    expect(await watch.next()).toEqual({ done: false, value: 0 });
    const next = watch.next();
    change();
    expect(await next).toEqual({ done: false, value: 1 });
    await watch.return();
  });

  it("skips what a slow watcher missed, however much that is", async () => {
    const { latest, change } = aValue();
    const watch = latest.watch(undefined);
    await watch.next();
    for (let n = 0; n < 10_000; n++) change();
    expect(await watch.next()).toEqual({ done: false, value: 10_000 });
    await watch.return();
  });

  it("pushes once what changes in one go", async () => {
    const { latest, change } = aValue();
    const watch = latest.watch(undefined);
    await watch.next();
    const next = watch.next();
    change();
    change();
    change();
    expect(await next).toEqual({ done: false, value: 3 });
    await watch.return();
  });

  it("ends with its watcher, and for all at its own end", async () => {
    const { latest } = aValue();
    const gone = new AbortController();
    const one = latest.watch(gone.signal);
    const other = latest.watch(undefined);
    await Promise.all([one.next(), other.next()]);
    const ends = Promise.all([one.next(), other.next()]);
    gone.abort();
    latest.end();
    expect(await ends).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
  });
});
