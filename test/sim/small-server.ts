// The small model as the simulation's server: it shares no code with the real back office, so the two can disagree.
import { fail } from "#core/errors.ts";
import type { AttemptId, CardId } from "#core/ids.ts";
import { SmallBackOffice } from "#test/world/small-back-office.ts";
import { balanceOf, faultOfBooks } from "#test/world/small-books.ts";
import type { SmallState } from "#test/world/small-state.ts";
import { GRANT_MAX, type Losses, POLICY, type SimServer, type SimWorld } from "./sim-server.ts";
import type { SimTill } from "./sim-till.ts";

export function openSmallServer(world: SimWorld, cardCount: number): SimServer {
  const { clock, random, nextId } = world;
  const office = new SmallBackOffice({ now: clock.now, nextId, policy: POLICY, grantMax: GRANT_MAX });
  const charges: { cardId: CardId; amount: bigint; key: string }[] = [];
  let backup: SmallState | undefined;
  for (let index = 0; index < cardCount; index += 1) addCard(office, index);

  const happen = () => {
    const what = random();
    const cardIds = [...office.state.cards.keys()];
    const cardId = cardIds[Math.floor(random() * cardIds.length)] ?? fail("CARD_UNKNOWN");
    if (what < 0.3) {
      const charge = { cardId, amount: BigInt(Math.floor(random() * 60_000)), key: nextId() };
      charges.push(charge);
      office.charge(charge.cardId, charge.amount, charge.key);
    } else if (what < 0.4) office.recall(cardId);
    else if (what < 0.5) office.changePassword(cardId, `password ${Math.floor(random() * 1_000)}`);
    else if (what < 0.9 || backup === undefined || office.state.waitsFor.size > 0) {
      // A back-up that is older than what tills may have pruned is no back-up; here the last one is kept.
      if (office.state.waitsFor.size === 0) backup = office.backup();
    } else {
      office.restore(backup);
      // What came in by the bank is on the bank's statement too, and is entered again; what was there stays once.
      for (const { cardId: charged, amount, key } of charges) office.charge(charged, amount, key);
    }
  };

  return {
    mayTake: () => true,
    takesRefunds: false,
    restores: () => office.restores,
    enrol: async (input) => office.enrol(input),
    mark: async (terminalId) => office.mark(terminalId),
    sync: async (terminalId, input, signed) => office.sync(terminalId, input, signed.restores),
    snapshot: async (terminalId, since) => office.snapshot(terminalId, since),
    authorise: async (terminalId, input) => office.authorise(terminalId, input),
    attempt: async (_, attemptId: AttemptId) => office.attempt(attemptId),
    refund: async () => fail("NOT_FOUND"),
    cards: () => [...office.state.cards.values()],
    happen: async () => happen(),
    restart: async () => undefined,
    isWaiting: async () => office.state.waitsFor.size > 0,
    awaitsSlips: async () => false,
    isQuiet: () => false,
    losses: async () => lossesOf(office.state.workItems),
    faults: async () => faultsNow(office),
    faultsAtEnd: async (tills) => faultsAtEnd(office, tills),
    counts: () => ({}),
    transfers: async () => "",
    close: async () => undefined,
  };
}

function faultsNow({ state }: SmallBackOffice): readonly string[] {
  const fault = faultOfBooks(state.books, state.waitsFor.size > 0);
  const { escrow } = lossesOf(state.workItems);
  const odd = state.workItems.find((item) => !item.startsWith("loss risk"));
  return [
    ...(fault === undefined ? [] : [`I1: ${fault}`]),
    ...(escrow > 0n ? [`I5: escrow lost ${escrow}`] : []),
    ...(odd === undefined ? [] : [`I3: ${odd}`]),
  ];
}

function faultsAtEnd({ state }: SmallBackOffice, tills: readonly SimTill[]): readonly string[] {
  const faults: string[] = [];
  let acknowledged = 0n;
  for (const till of tills) {
    for (const amount of till.acknowledged.values()) acknowledged += amount;
    const stored = state.terminals.get(till.terminalId)?.entries ?? [];
    const { hash, seq } = till.journal.head();
    if (stored.length !== seq) faults.push(`I4: the server has ${stored.length} of ${seq}`);
    if (stored.at(-1)?.hash !== hash) faults.push(`I4: the heads of ${till.terminalId} differ`);
  }
  const paid = balanceOf(state.books, "merchant");
  if (paid !== acknowledged) faults.push(`I3: ${acknowledged} was acknowledged, ${paid} was paid`);
  const held = [...state.books.balances].filter(
    ([account, left]) => account.startsWith("hold:") && left > 0n,
  );
  if (held.length > 0) faults.push(`I3: ${held.length} holds without an end`);
  return faults;
}

function lossesOf(workItems: readonly string[]): Losses {
  const sumOf = (kind: string) =>
    workItems
      .filter((item) => item.startsWith(`loss ${kind} `))
      .reduce((sum, item) => sum + BigInt(item.split(" ").at(-1) ?? "0"), 0n);
  return { escrow: sumOf("escrow"), risk: sumOf("risk"), restored: 0n };
}

function addCard(office: SmallBackOffice, index: number): void {
  const card = {
    cardId: `card-${index}` as CardId,
    number: `9410009${String(index).padStart(9, "0")}`,
    pin: `77${String(index).padStart(10, "0")}`,
    password: `password ${index}`,
  };
  office.addCard(card, 60_000n);
}
