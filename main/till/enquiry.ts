// What is left on a card, and its holder's own password: swiped or typed, with the password that opens it. The number stays
// here and the passwords go through; the screen sees none of them, and nothing of it is written down.
import { type CardIdentifier, parseIdentifier } from "#core/card/number.ts";
import { fail } from "#core/errors.ts";
import { unwrap } from "./pay/unwrap.ts";
import { openShiftOf, type TillWork } from "./till-work.ts";

/** Longer than a busy back office takes; the cashier may ask again. */
const ANSWER_MS_MAX = 8_000;

const NO_CARD = { card: null, code: null };

/** From now on a swipe names the card that is asked about. SHIFT_CLOSED. */
export async function openEnquiry(work: TillWork): Promise<void> {
  openShiftOf(work);
  work.state.set({ enquiry: NO_CARD });
}

export async function closeEnquiry(work: TillWork): Promise<void> {
  work.state.set({ enquiry: null });
}

/** A swipe while the enquiry is open; what is wrong with it is shown there. */
export function enquireAbout(work: TillWork, number: string): void {
  const card = parseIdentifier(number);
  work.state.set({
    enquiry: card.ok ? { card: card.value, code: null } : { card: null, code: card.error.code },
  });
}

export function enquirySwipeFailed(work: TillWork): void {
  work.state.set({ enquiry: { card: null, code: "CARD_UNREADABLE" } });
}

type CardAsked = Readonly<{ number?: string | undefined }>;

/** `number` where it was typed; else of the card that was swiped. CARD_NUMBER_INVALID, and what the back office refuses by. */
export async function cardBalance(work: TillWork, input: CardAsked & Readonly<{ password: string }>) {
  const card = cardAsked(work, input);
  const balance = await work.backOffice.balance(
    { number: card.reveal(), password: input.password },
    { signal: AbortSignal.timeout(ANSWER_MS_MAX) },
  );
  forgetCard(work);
  return balance;
}

/**
 * Puts the holder's own password in the place of the initial one. Only the back office can, so LINE_CUT where it is out
 * of reach; CARD_NUMBER_INVALID, and what the back office refuses by.
 */
export async function registerCard(
  work: TillWork,
  input: CardAsked & Readonly<{ initialPassword: string; password: string }>,
) {
  const card = cardAsked(work, input);
  if (work.line.state().kind === "offline") return fail("LINE_CUT");
  const { initialPassword, password } = input;
  const registered = await work.backOffice.register(
    { number: card.reveal(), initialPassword, password },
    { signal: AbortSignal.timeout(ANSWER_MS_MAX) },
  );
  forgetCard(work);
  return { masked: card.masked, expiresAt: registered.expiresAt };
}

function cardAsked(work: TillWork, { number }: CardAsked): CardIdentifier {
  openShiftOf(work);
  const swiped = work.state.get().enquiry?.card ?? null;
  const card = number === undefined ? swiped : unwrap(parseIdentifier(number));
  return card ?? fail("CARD_NUMBER_INVALID", "no card was swiped");
}

function forgetCard({ state }: TillWork): void {
  if (state.get().enquiry !== null) state.set({ enquiry: NO_CARD });
}
