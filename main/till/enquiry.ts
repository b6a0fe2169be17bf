// What is left on a card: swiped or typed, with its holder's password. The number stays here and the password goes
// through; the screen sees neither.
import { parseIdentifier } from "#core/card/number.ts";
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

/** `number` where it was typed; else of the card that was swiped. CARD_NUMBER_INVALID, and what the back office refuses by. */
export async function cardBalance(
  work: TillWork,
  input: Readonly<{ number?: string | undefined; password: string }>,
) {
  openShiftOf(work);
  const swiped = work.state.get().enquiry?.card ?? null;
  const card = input.number === undefined ? swiped : unwrap(parseIdentifier(input.number));
  if (card === null) return fail("CARD_NUMBER_INVALID", "no card was swiped");
  const balance = await work.backOffice.balance(
    { number: card.reveal(), password: input.password },
    { signal: AbortSignal.timeout(ANSWER_MS_MAX) },
  );
  if (work.state.get().enquiry !== null) work.state.set({ enquiry: NO_CARD });
  return balance;
}
