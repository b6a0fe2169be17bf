// E01: what is left on a card, asked at the till by a swipe or a typed number.
import { expect, it } from "vitest";
import type { DeviceEvent } from "#core/contract/devices.ts";
import { aCounter, CARD, KIM, LEE, PIN_NUMBER, type RunningTill, withBasket, won } from "./a-till.ts";
import { coded, PASSWORD } from "./prepaid-steps.ts";

const swiped = (cardNumber: string): DeviceEvent =>
  ({ kind: "card-swiped", reader: "card-reader", cardNumber, expiry: null }) as DeviceEvent;

async function atTheCounter(): Promise<RunningTill> {
  const till = await (await aCounter()).start();
  await till.act("signIn", { staffId: KIM, pin: "1111" });
  await till.act("openShift", { float: won(100_000) });
  return till;
}

it("E01 asks about the card that was swiped, and shows no digit of it but the last four", async () => {
  const till = await atTheCounter();
  await till.act("openEnquiry");
  till.deviceSays(swiped(CARD));
  const view = await till.until(({ enquiry }) => enquiry?.masked != null);
  expect(JSON.stringify(view)).not.toContain(CARD);
  expect(view.enquiry?.masked).toContain(CARD.slice(-4));
  expect(await till.act("cardBalance", { password: PASSWORD })).toMatchObject({ available: won(50_000) });
  expect((await till.view()).enquiry).toEqual({ masked: null, problem: null });
  await till.stop();
});

it("asks about a number that was typed, whatever was swiped before", async () => {
  const till = await atTheCounter();
  await till.act("openEnquiry");
  till.deviceSays(swiped(CARD));
  await till.until(({ enquiry }) => enquiry?.masked != null);
  const answer = await till.act("cardBalance", { number: PIN_NUMBER, password: PASSWORD });
  expect(answer).toMatchObject({ masked: expect.stringContaining(PIN_NUMBER.slice(0, 4)) });
  await till.stop();
});

it("says what was wrong with a swipe, and asks nothing without a card", async () => {
  const till = await atTheCounter();
  await till.act("openEnquiry");
  till.deviceSays(swiped("4111111111111111"));
  await till.until(({ enquiry }) => enquiry?.problem === "CARD_NOT_OURS");
  await expect(till.act("cardBalance", { password: PASSWORD })).rejects.toMatchObject(
    coded("CARD_NUMBER_INVALID"),
  );
  await till.stop();
});

it("leaves a swipe to the payment that is at work, and to nothing once it is closed or another signs in", async () => {
  const till = await atTheCounter();
  await withBasket(till);
  await till.act("openEnquiry");
  await till.act("startPaying");
  till.deviceSays(swiped(CARD));
  const paying = await till.until(({ sale }) => sale?.prepaid?.step === "password");
  expect(paying.enquiry).toEqual({ masked: null, problem: null });
  await till.act("cancelPrepaid");
  await till.act("backToBasket");
  till.deviceSays(swiped(CARD));
  await till.until(({ enquiry }) => enquiry?.masked != null);
  await till.act("signOut");
  await till.act("signIn", { staffId: LEE, pin: "2222" });
  expect((await till.view()).enquiry).toBeNull();
  await till.stop();
});
