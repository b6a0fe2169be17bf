import { expect, test } from "vitest";
import { createNudges } from "#backoffice/terminals/nudges.ts";
import type { TerminalId } from "#core/ids.ts";
import { instant } from "#core/time.ts";

const clock = { now: () => instant(0) };
const one = "t1" as TerminalId;
const two = "t2" as TerminalId;

test("a till hears what is for it and for all, and is connected while it listens", async () => {
  const nudges = await createNudges({ clock });
  const heard = nudges.listen(one, undefined);
  expect((await heard.next()).value?.kind).toBe("hello");
  expect([nudges.isConnected(one), nudges.isConnected(two)]).toEqual([true, false]);
  nudges.publish(two, "recall");
  nudges.publish("all", "snapshot");
  expect((await heard.next()).value?.kind).toBe("snapshot");
  nudges.publish(one, "recall");
  expect((await heard.next()).value?.kind).toBe("recall");
  await heard.return(undefined);
  expect(nudges.isConnected(one)).toBe(false);
});

test("ends when the till goes or the server stops", async () => {
  const nudges = await createNudges({ clock });
  const gone = new AbortController();
  const first = nudges.listen(one, gone.signal);
  const second = nudges.listen(two, undefined);
  await first.next();
  await second.next();
  const ends = [first.next(), second.next()];
  gone.abort();
  await nudges.close();
  expect((await Promise.all(ends)).map(({ done }) => done)).toEqual([true, true]);
});

test("a slow till is kept to a bounded number of nudges", async () => {
  const nudges = await createNudges({ clock });
  const heard = nudges.listen(one, undefined);
  await heard.next();
  for (let count = 0; count < 1_000; count++) nudges.publish(one, "snapshot");
  let waiting = 0;
  for (; waiting < 1_000; waiting++) {
    const next = await Promise.race([
      heard.next(),
      new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined))),
    ]);
    if (next === undefined) break;
  }
  expect(waiting).toBeLessThanOrEqual(8);
  await nudges.close();
});
