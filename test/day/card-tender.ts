// One prepaid tender at the counter, step by step as the screen asks for it: card, password, answer, and what if none.
import type { TillView } from "#core/contract/till.ts";
import { FailureError } from "#core/errors.ts";
import { isGone } from "#test/world/till-driver.ts";
import { type Counter, wireWon } from "./counter.ts";
import type { CardWish } from "./customers.ts";

type Prepaid = NonNullable<NonNullable<TillView["sale"]>["prepaid"]>;

/** What became of it. `refused` has every code that the screen gave on the way, also where it ended well. */
export type CardOutcome = Readonly<{ kind: "approved" | "given-up"; codes: readonly string[] }>;

const PRESENTATIONS_MAX = 4;
const UNANSWERED_MAX = 3;
const READ_MS_MAX = 3_000;
const ANSWER_MS_MAX = 20_000;

const prepaidOf = (view: TillView): Prepaid | null => view.sale?.prepaid ?? null;

/**
 * Pays a part of the sale by card, or finds that it cannot be. Opens the tender unless one is open, as after a crash.
 * Fails with PEER_GONE where the till ends meanwhile.
 */
export async function payByCard(
  counter: Counter,
  wish: CardWish,
  at: Readonly<{ saleId: string; amountWon: number; customer: number }>,
): Promise<CardOutcome> {
  const { driver, record, accidents } = counter;
  const codes: string[] = [];
  const note = (code: string | null) => {
    if (code !== null && codes.at(-1) !== code) codes.push(code);
  };
  let wrongLeft = wish.wrongPasswords;
  let presentations = 0;
  let unanswered = 0;
  if (prepaidOf(driver.view()) === null) {
    await driver.press().startPrepaid({ amount: wireWon(at.amountWon) });
    await seen(counter, (prepaid) => prepaid !== null, "a prepaid tender");
  }
  record.presented.push({
    till: counter.till,
    saleId: at.saleId,
    cardId: wish.card.cardId,
    amountWon: at.amountWon,
  });
  for (;;) {
    const prepaid = prepaidOf(driver.view());
    if (prepaid === null) return { kind: "approved", codes };
    switch (prepaid.step) {
      case "card":
        note(prepaid.problem);
        presentations += 1;
        if (presentations > PRESENTATIONS_MAX) return giveUp(counter, codes);
        await present(counter, wish, presentations);
        break;
      case "password": {
        note(prepaid.problem);
        const isWrong = wrongLeft > 0;
        wrongLeft -= 1;
        accidents.moment("asking", at.customer, counter);
        await moved(counter, () =>
          driver.press().typePassword({ password: isWrong ? wrongFor(wish) : wish.card.password }),
        );
        break;
      }
      case "asking":
        await seen(counter, (next) => next?.step !== "asking", "an answer", ANSWER_MS_MAX);
        break;
      case "unknown":
        note(prepaid.code);
        unanswered += 1;
        if (unanswered > UNANSWERED_MAX) return giveUp(counter, codes);
        await askSomehow(counter, prepaid.offlineAllowed, unanswered);
        break;
      case "manager": {
        note(prepaid.code);
        if (!wish.asksManager) return giveUp(counter, codes);
        const { staffId, pin } = counter.manager;
        await moved(counter, () => driver.press().approveAsManager({ managerId: staffId, managerPin: pin }));
        break;
      }
      case "declined":
        note(prepaid.code);
        return giveUp(counter, codes);
    }
  }
}

/** A wrong password has the form of a right one. */
const wrongFor = ({ card }: CardWish) => (card.password === "0000" ? "1111" : "0000");

/** Swipes or types. Whatever a reader could not read is typed in the end, as at any counter. */
async function present(counter: Counter, wish: CardWish, time: number): Promise<void> {
  const { driver, simulators } = counter;
  const { card, entry, fault } = wish;
  if (entry !== "swipe" || time > 2) {
    const number = entry === "pin" ? card.pin : card.number;
    await moved(counter, () => driver.press().typeCard({ number }));
    return;
  }
  const before = stepText(driver.view());
  const isHeard = await simulators
    .swipe({ reader: "card-reader", cardNumber: card.number, fault: time === 1 ? fault : "none" })
    .then(() => true, unlessAbsent);
  if (isHeard) await changed(counter, before, READ_MS_MAX);
}

/** A reader whose device host is being restarted hears nothing: the cashier tries again, and types in the end. */
function unlessAbsent(error: unknown): false {
  if (error instanceof FailureError && error.failure.code === "DEVICE_ABSENT") return false;
  throw error;
}

/** No answer came: while the line is up the same question is asked once more, else the till decides here. */
async function askSomehow(counter: Counter, offlineAllowed: boolean, time: number): Promise<void> {
  const { driver } = counter;
  const isOnline = driver.view().line.state === "online";
  const again = !offlineAllowed || (isOnline && time < UNANSWERED_MAX);
  await moved(counter, () => (again ? driver.press().askAgain() : driver.press().goOffline()));
}

async function giveUp(counter: Counter, codes: readonly string[]): Promise<CardOutcome> {
  await counter.driver.press().cancelPrepaid();
  await seen(counter, (prepaid) => prepaid === null, "the tender given up");
  return { kind: "given-up", codes };
}

const stepText = (view: TillView) =>
  JSON.stringify([view.sale?.stage, view.sale?.tenders.length, prepaidOf(view)]);

/**
 * Presses, and waits until the screen shows something else than before. Where the till had gone on while the hand was
 * on its way (it refuses a card early, for one), the press is refused and the cashier looks again.
 */
async function moved(counter: Counter, press: () => Promise<unknown>): Promise<void> {
  const before = stepText(counter.driver.view());
  try {
    await press();
  } catch (error) {
    if (!(error instanceof FailureError) || error.failure.code !== "STATE_CONFLICT") throw error;
  }
  await changed(counter, before, ANSWER_MS_MAX);
}

/** An unreadable swipe after an unreadable swipe changes nothing on the screen: then the cashier goes on as well. */
async function changed({ driver }: Counter, before: string, msMax: number): Promise<void> {
  try {
    await driver.until((view) => (stepText(view) === before ? undefined : true), "the next step", msMax);
  } catch (error) {
    if (isGone(error) || msMax !== READ_MS_MAX) throw error;
  }
}

async function seen(
  { driver }: Counter,
  isSo: (prepaid: Prepaid | null) => boolean,
  what: string,
  msMax?: number,
): Promise<void> {
  await driver.until((view) => (isSo(prepaidOf(view)) ? true : undefined), what, msMax);
}
