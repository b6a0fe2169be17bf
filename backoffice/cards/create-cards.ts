// The module of cards, as the rest of the back office uses it.
import type { CardEnding } from "#core/card/state.ts";
import type { CardId } from "#core/ids.ts";
import {
  blockCard,
  endCard,
  finishEnding,
  type StateChange,
  sweepCards,
  unblockCard,
} from "./change-state.ts";
import type { CardDeps } from "./deps.ts";
import { type CardSearch, cardDetail, revealCard, searchCards } from "./find-cards.ts";
import { type IssueOrder, issueCards } from "./issue-cards.ts";
import type { Asker } from "./password-shares.ts";
import { changePassword, type PasswordChange, type Registration, registerPassword } from "./passwords.ts";

export type Cards = ReturnType<typeof createCards>;

/** Each function fails as the use case of its name says. */
export const createCards = (deps: CardDeps) => ({
  issue: (order: IssueOrder) => issueCards(deps, order),
  register: (asked: Registration, asker?: Asker) => registerPassword(deps, asked, asker),
  changePassword: (asked: PasswordChange, asker?: Asker) => changePassword(deps, asked, asker),
  block: (change: StateChange) => blockCard(deps, change),
  unblock: (change: StateChange) => unblockCard(deps, change),
  end: (change: StateChange, ending: CardEnding) => endCard(deps, change, ending),
  /** After a grant of a closing card came back. */
  finishEnding: (cardId: CardId) => finishEnding(deps, cardId),
  /** To be called every minute or so. */
  sweep: () => sweepCards(deps),
  search: (search: CardSearch) => searchCards(deps, search),
  detail: (cardId: CardId) => cardDetail(deps, cardId),
  reveal: (asked: Parameters<typeof revealCard>[1]) => revealCard(deps, asked),
});
