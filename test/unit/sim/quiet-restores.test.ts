// Which restores the simulation may ask to lose nothing that was promised.
import { expect, it } from "vitest";
import { instant } from "#core/time.ts";
import { watchQuietRestores } from "#test/sim/quiet-restores.ts";

const noBooks = {} as Parameters<ReturnType<typeof watchQuietRestores>["settled"]>[0];

it("a restore during the wait of one that was disturbed is as little quiet", async () => {
  const watch = watchQuietRestores();
  watch.began(instant(1), true);
  watch.disturbed();
  watch.began(instant(2), true);
  expect(watch.isQuiet()).toBe(false);
  await watch.settled(noBooks);
  expect(watch.count()).toBe(0);
  watch.began(instant(3), true);
  expect(watch.isQuiet()).toBe(true);
});
