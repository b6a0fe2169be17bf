// A card reader on a TCP line and on a real PTY: swipes good and bad, plugged out and in again.
import { afterEach, describe, expect, test } from "vitest";
import type { DeviceConfig } from "#core/contract/devices.ts";
import { simulateCardReader } from "#hardware/card-reader/simulator.ts";
import { aHost, closeAll, closeLater, someSimulators } from "./counter.ts";
import { aPty, hasSocat } from "./pty.ts";

const CARD = "9410001234567892";
const OTHER_CARD = "9410009999999992";
const SOON = { timeout: 8_000, interval: 20 };

afterEach(closeAll);

describe("over TCP", () => {
  test("a swipe arrives once, with its number, expiry and format code", async () => {
    const { press, events } = await aCounter();
    await press.swipe({ reader: "card-reader", cardNumber: CARD });
    await expect.poll(() => swipesIn(events), SOON).toHaveLength(1);
    expect(swipesIn(events)[0]).toMatchObject({
      reader: "card-reader",
      cardNumber: CARD,
      expiry: "3012",
      track: 2,
      formatCode: "P",
    });
  });
  test.each([
    ["noise", [CARD], []],
    ["fragmented", [CARD], []],
    ["two-in-one-chunk", [CARD, CARD], []],
    ["bad-lrc", [], ["bad-lrc"]],
    ["half", [], ["incomplete"]],
  ] as const)("a swipe with the fault %s", async (fault, cards, problems) => {
    const counter = await aCounter();
    await counter.press.swipe({ reader: "card-reader", cardNumber: CARD, fault });
    await expect.poll(() => [counter.cards(), counter.problems()], SOON).toEqual([cards, problems]);
    await counter.press.swipe({ reader: "card-reader", cardNumber: OTHER_CARD });
    await expect.poll(counter.cards, SOON).toEqual([...cards, OTHER_CARD]);
  });
  test("pulled out it is absent, plugged in again it is ready and reads", async () => {
    const counter = await aCounter();
    await counter.press.unplug({ device: "card-reader" });
    await expect.poll(() => counter.stateOf("card-reader"), SOON).not.toBe("ready");
    await expect(counter.press.swipe({ reader: "card-reader", cardNumber: CARD })).rejects.toMatchObject({
      failure: { code: "DEVICE_ABSENT" },
    });
    await counter.press.plug({ device: "card-reader" });
    await expect.poll(() => counter.stateOf("card-reader"), SOON).toBe("ready");
    expect(counter.statesTold("card-reader")).toContain("unplugged");
    await counter.press.swipe({ reader: "card-reader", cardNumber: CARD });
    await expect.poll(counter.cards, SOON).toEqual([CARD]);
  });
  test("half a swipe before the cable is pulled does not join with the next", async () => {
    const counter = await aCounter();
    await counter.press.swipe({ reader: "card-reader", cardNumber: CARD, fault: "half" });
    await counter.press.unplug({ device: "card-reader" });
    await expect.poll(() => counter.statesTold("card-reader"), SOON).toContain("unplugged");
    await counter.press.plug({ device: "card-reader" });
    await expect.poll(() => counter.stateOf("card-reader"), SOON).toBe("ready");
    await counter.press.swipe({ reader: "card-reader", cardNumber: OTHER_CARD });
    await expect.poll(counter.cards, SOON).toEqual([OTHER_CARD]);
  });
  test("one that was never there is looked for until it comes", async () => {
    const first = await someSimulators();
    await first.press.unplug({ device: "card-reader" });
    const counter = aHost([reader(first.devices.cardReader)]);
    await expect.poll(() => counter.stateOf("card-reader"), SOON).toBe("refused");
    await first.press.plug({ device: "card-reader" });
    await expect.poll(() => counter.stateOf("card-reader"), SOON).toBe("ready");
  });
});

describe.runIf(hasSocat)("over a real PTY", () => {
  test("a swipe arrives, also in pieces", async () => {
    const line = await aPty();
    const simulated = await simulateCardReader(`serial:${line.far}`, () => undefined);
    closeLater(simulated.plug.close);
    const counter = aHost([reader(`serial:${line.near}?baud=19200`)]);
    await expect.poll(() => counter.stateOf("card-reader"), SOON).toBe("ready");
    await simulated.swipe(CARD, undefined, "none");
    await simulated.swipe(OTHER_CARD, undefined, "fragmented");
    await expect.poll(counter.cards, SOON).toEqual([CARD, OTHER_CARD]);
  });
  test("pulled out it is absent, plugged in again it is ready and reads", async () => {
    const line = await aPty();
    const counter = aHost([reader(`serial:${line.near}`)]);
    await expect.poll(() => counter.stateOf("card-reader"), SOON).toBe("ready");
    await line.pull();
    await expect.poll(() => counter.stateOf("card-reader"), SOON).toBe("not-found");
    expect(counter.statesTold("card-reader")).toContain("unplugged");
    await line.plug();
    await expect.poll(() => counter.stateOf("card-reader"), SOON).toBe("ready");
    const simulated = await simulateCardReader(`serial:${line.far}`, () => undefined);
    closeLater(simulated.plug.close);
    await simulated.swipe(CARD, undefined, "none");
    await expect.poll(counter.cards, SOON).toEqual([CARD]);
  });
});

test("a serial path that does not exist is absent, and the others work on", async () => {
  const { devices, press } = await someSimulators();
  const counter = aHost([
    reader(devices.cardReader),
    { id: "scanner", kind: "scanner", address: "serial:/dev/no-such-port" },
  ]);
  await expect.poll(() => counter.stateOf("scanner"), SOON).toBe("not-found");
  await expect.poll(() => counter.stateOf("card-reader"), SOON).toBe("ready");
  await press.swipe({ reader: "card-reader", cardNumber: CARD });
  await expect.poll(counter.cards, SOON).toEqual([CARD]);
});

const reader = (address: string): DeviceConfig => ({ id: "card-reader", kind: "card-reader", address });

async function aCounter() {
  const { devices, press } = await someSimulators();
  const counter = aHost([reader(devices.cardReader)]);
  await expect.poll(() => counter.stateOf("card-reader"), SOON).toBe("ready");
  return { ...counter, press };
}

const swipesIn = (events: ReturnType<typeof aHost>["events"]) =>
  events.filter((event) => event.kind === "card-swiped");
