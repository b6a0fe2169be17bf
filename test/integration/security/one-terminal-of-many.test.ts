// Whoever has one terminal's key must not use up what all terminals share.
import { expect, test } from "vitest";
import { createNonces } from "#backoffice/terminals/nonces.ts";
import { createNudges } from "#backoffice/terminals/nudges.ts";
import { FailureError } from "#core/errors.ts";
import type { TerminalId } from "#core/ids.ts";
import { instant } from "#core/time.ts";

const NOW = instant(Date.parse("2026-03-01T03:00:00.000Z"));

test("a flood of signed requests stops its own terminal, and no other", () => {
  const nonces = createNonces();
  const flood = () => {
    for (let count = 0; count <= 50_000; count += 1) nonces.isFresh("stolen", `nonce-${count}`, NOW);
  };
  expect(flood).toThrow(FailureError);
  expect(nonces.isFresh("honest", "nonce-1", NOW)).toBe(true);
  expect(nonces.isFresh("honest", "nonce-1", NOW)).toBe(false);
});

test("the fifth line of a terminal ends its first one, and none of another's", async () => {
  const nudges = await createNudges({ clock: { now: () => NOW } });
  const lineOf = async (terminal: string) => {
    const line = nudges.listen(terminal as TerminalId, undefined);
    expect((await line.next()).value).toMatchObject({ kind: "hello" });
    return line;
  };
  const honest = await lineOf("honest");
  const first = await lineOf("stolen");
  const ended = first.next();
  for (let count = 0; count < 4; count += 1) await lineOf("stolen");
  expect((await ended).done).toBe(true);
  const heard = honest.next();
  nudges.publish("all", "snapshot");
  expect((await heard).value).toMatchObject({ kind: "snapshot" });
  await nudges.close();
});
