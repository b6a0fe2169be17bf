// Nobody alone fills the queue for passwords, and tills and staff keep places of their own in it.
import { expect, test } from "vitest";
import { createPasswordPool } from "#backoffice/cards/password-pool.ts";
import { type Asker, createPasswordShares, staffAsks, tillAsks } from "#backoffice/cards/password-shares.ts";
import type { FailureError } from "#core/errors.ts";
import type { StaffId, TerminalId } from "#core/ids.ts";

const merchant = (name: string): Asker => ({ share: "others", who: `merchant:${name}` });
const till = (name: string) => tillAsks(name as TerminalId);
const person = (name: string) => staffAsks(name as StaffId);

/** A queue of ten in which nothing is ever done before `finish` is called. */
function aQueue() {
  const within = createPasswordShares({ placesMax: 10, eachMax: 4, kept: { tills: 3, staff: 1 } });
  const finishers: (() => void)[] = [];
  const work = () => new Promise<string>((resolve) => finishers.push(() => resolve("done")));
  const refused: string[] = [];
  /** How many of `count` asked at once are let in. */
  const letIn = async (asker: Asker, count: number): Promise<number> => {
    const before = finishers.length;
    for (let asked = 0; asked < count; asked += 1)
      void within(asker, work).catch((error: FailureError) => refused.push(error.failure.code));
    await Promise.resolve();
    return finishers.length - before;
  };
  return { letIn, refused, finish: () => finishers.splice(0).map((finish) => finish()) };
}

test("one caller has no more places than one caller may", async () => {
  const { letIn, refused, finish } = aQueue();
  expect(await letIn(merchant("a"), 6)).toBe(4);
  expect(refused).toEqual(["BUSY", "BUSY"]);
  expect(await letIn(merchant("b"), 1)).toBe(1);
  finish();
  await new Promise((turn) => setImmediate(turn));
  expect(await letIn(merchant("a"), 6)).toBe(4);
});

test("however many merchants ask, tills and staff have the places that are kept for them", async () => {
  const { letIn } = aQueue();
  expect(await letIn(merchant("a"), 4)).toBe(4);
  expect(await letIn(merchant("b"), 4)).toBe(2);
  expect(await letIn(merchant("c"), 1)).toBe(0);
  expect(await letIn(till("1"), 2)).toBe(2);
  expect(await letIn(till("2"), 2)).toBe(1);
  expect(await letIn(person("kim"), 2)).toBe(1);
});

test("tills take what others leave, but not the place that is kept for staff", async () => {
  const { letIn } = aQueue();
  const all = [await letIn(till("1"), 4), await letIn(till("2"), 4), await letIn(till("3"), 4)];
  expect(all).toEqual([4, 4, 1]);
  expect(await letIn(merchant("a"), 1)).toBe(0);
  expect(await letIn(person("kim"), 1)).toBe(1);
});

test("work that fails gives its place back", async () => {
  const within = createPasswordShares({ placesMax: 1, eachMax: 1, kept: { tills: 0, staff: 0 } });
  const broken = within(merchant("a"), () => Promise.reject(new Error("broken")));
  await expect(broken).rejects.toThrow("broken");
  expect(await within(merchant("a"), async () => "done")).toBe("done");
});

test("260 passwords of one merchant at once leave room for a till, a person and another merchant", async () => {
  const pool = createPasswordPool({ workers: 1 });
  try {
    const stored = await pool.hash("sesame");
    const flood = Promise.allSettled(
      Array.from({ length: 260 }, () => pool.verify(stored, "guess", merchant("a"))),
    );
    const others = [till("1"), person("kim"), merchant("b")].map((asker) =>
      pool.verify(stored, "sesame", asker),
    );
    expect(await Promise.all(others)).toEqual([true, true, true]);
    expect((await flood).filter(({ status }) => status === "rejected")).toHaveLength(260 - 32);
  } finally {
    await pool.close();
  }
});
