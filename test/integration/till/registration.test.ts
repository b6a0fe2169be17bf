// C14 at the till: the holder's own password in the place of the one that came with the card.
import { expect, it } from "vitest";
import type { DeviceEvent } from "#core/contract/devices.ts";
import { FailureError } from "#core/errors.ts";
import { aCounter, CARD, KIM, PIN_NUMBER, won } from "./a-till.ts";
import { coded } from "./prepaid-steps.ts";

const INITIAL = "0815-initial";
const OWN = "Kw own#77";

async function atTheCounter() {
  const counter = await aCounter();
  const till = await counter.start();
  await till.act("signIn", { staffId: KIM, pin: "1111" });
  await till.act("openShift", { float: won(100_000) });
  return { counter, till };
}

it("C14 registers the card that was swiped, and writes neither number nor password anywhere", async () => {
  const { counter, till } = await atTheCounter();
  const asked: unknown[] = [];
  const answered = counter.script.register;
  counter.script.register = async (input) => {
    asked.push(input);
    return answered(input);
  };
  await till.act("openEnquiry");
  till.deviceSays({
    kind: "card-swiped",
    reader: "card-reader",
    cardNumber: CARD,
    expiry: null,
  } as DeviceEvent);
  await till.until(({ enquiry }) => enquiry?.masked != null);
  const answer = await till.act("registerCard", { initialPassword: INITIAL, password: OWN });
  expect(answer).toEqual({
    masked: expect.stringContaining(CARD.slice(-4)),
    expiresAt: "2030-01-01T00:00:00.000Z",
  });
  expect(asked).toEqual([{ number: CARD, initialPassword: INITIAL, password: OWN }]);
  expect((await till.view()).enquiry).toEqual({ masked: null, problem: null });
  const entries = await till.journal.entriesAfter({ epoch: till.journal.head().epoch, seq: 0 }, 500);
  const kept = JSON.stringify([entries, counter.logged, await till.view()]);
  for (const secret of [CARD, INITIAL, OWN]) expect(kept).not.toContain(secret);
  await till.stop();
});

it("passes on what the back office refuses by", async () => {
  const { counter, till } = await atTheCounter();
  counter.script.register = async () => {
    throw new FailureError({ code: "CARD_MOVE_ILLEGAL" });
  };
  const typed = { number: PIN_NUMBER, initialPassword: INITIAL, password: OWN };
  await expect(till.act("registerCard", typed)).rejects.toMatchObject(coded("CARD_MOVE_ILLEGAL"));
  await till.stop();
});

it("asks nobody while the line is cut", async () => {
  const { counter, till } = await atTheCounter();
  let asked = 0;
  const answered = counter.script.register;
  counter.script.register = async (input) => {
    asked += 1;
    return answered(input);
  };
  counter.script.line = "offline";
  const typed = { number: PIN_NUMBER, initialPassword: INITIAL, password: OWN };
  await expect(till.act("registerCard", typed)).rejects.toMatchObject(coded("LINE_CUT"));
  expect(asked).toBe(0);
  await till.stop();
});
