// One sale from the first item to the receipt, through everything that may happen on the way. After a crash the cashier
// looks at the screen and goes on from what it shows; what it had shown before must still be there.
import type { TillView } from "#core/contract/till.ts";
import { payByCard } from "./card-tender.ts";
import { type Counter, standAtCounter, whateverHappens, wireWon, wonOf } from "./counter.ts";
import type { Customer, Wish } from "./customers.ts";
import { randomFrom } from "./random.ts";

export type Sold = Readonly<{
  kind: "sold";
  saleId: string;
  receiptNumber: number;
  codes: readonly string[];
}>;
export type Sale = Sold | Readonly<{ kind: "refused"; codes: readonly string[] }>;

/** What the cashier remembers of the sale at hand. */
type Memory = {
  saleId: string | undefined;
  wishes: Wish[];
  /** Cash that was pressed and whose answer was not seen yet. */
  cashPressedWon: number;
  /** Won by tender, as the screen approved them. */
  approved: Map<string, { won: number; method: "cash" | "prepaid" }>;
  cardAtHand: string | null;
  /** Tenders that the cashier pressed to take back. */
  goingBack: Set<string>;
  codes: string[];
};

type ViewedSale = NonNullable<TillView["sale"]>;

export async function sell(counter: Counter, customer: Customer): Promise<Sale> {
  const memory = freshMemory(customer);
  const sale = await whateverHappens(counter, () => goOn(counter, customer, memory));
  counter.accidents.over(customer.number, counter);
  if (sale.kind === "refused") counter.record.refused += 1;
  return sale;
}

const freshMemory = (customer: Customer): Memory => ({
  saleId: undefined,
  wishes: [...customer.wishes],
  cashPressedWon: 0,
  approved: new Map(),
  cardAtHand: null,
  goingBack: new Set(),
  codes: [],
});

async function goOn(counter: Counter, customer: Customer, memory: Memory): Promise<Sale> {
  const { driver } = counter;
  const atHand = driver.view().sale;
  if (memory.saleId !== undefined && atHand?.saleId !== memory.saleId) {
    const found = await completedBefore(counter, memory, memory.saleId);
    if (found !== undefined) return found;
    if (memory.approved.size > 0)
      counter.problem(`sale ${memory.saleId} is gone, with tenders that the screen had approved`);
    Object.assign(memory, freshMemory(customer));
  } else if (atHand?.stage === "completed" && memory.saleId === undefined) {
    await nextSale(counter);
  }
  if (driver.view().sale === null) await fillBasket(counter, customer);
  const sale = driver.view().sale;
  memory.saleId = sale?.saleId;
  if (sale?.stage === "building") {
    counter.accidents.moment("freezing", customer.number, counter);
    await driver.press().startPaying();
    await driver.until((view) => (view.sale?.stage === "paying" ? true : undefined), "the sale being paid");
  }
  return pay(counter, customer, memory);
}

/** Different goods until the basket costs what the customer came for. */
async function fillBasket(counter: Counter, { number, basketWon, changesMind }: Customer): Promise<void> {
  const { driver, items } = counter;
  const random = randomFrom(`${counter.record.seed}/basket/${number}`);
  const [regret, ...goods] = random.shuffled(items);
  counter.accidents.moment("basket", number, counter);
  for (const item of goods) {
    const missing = basketWon - wonOf(driver.view().sale?.totals.gross ?? wireWon(0));
    if (missing <= 0) break;
    const price = wonOf(item.price);
    const isLast = missing <= price * 3;
    const quantity = Math.min(99, isLast ? Math.ceil(missing / price) : random.between(1, 3));
    await driver.press().addItem({ itemId: item.itemId, quantity });
    await lineSeen(counter, item.itemId, true);
  }
  if (!changesMind || regret === undefined) return;
  await driver.press().addItem({ itemId: regret.itemId, quantity: 1 });
  const lineId = await lineSeen(counter, regret.itemId, true);
  await driver.press().voidLine({ lineId });
  await lineSeen(counter, regret.itemId, false);
}

const lineSeen = ({ driver }: Counter, itemId: string, isThere: boolean): Promise<string> =>
  driver.until(
    ({ sale }) => {
      const line = sale?.lines.find((each) => each.itemId === itemId);
      return (line !== undefined) === isThere ? (line?.lineId ?? "") : undefined;
    },
    isThere ? "the item in the basket" : "the item out of the basket",
  );

async function pay(counter: Counter, customer: Customer, memory: Memory): Promise<Sale> {
  const { driver } = counter;
  for (;;) {
    const sale = driver.view().sale;
    if (sale === null) throw new Error("the sale left the screen before it was completed");
    noteTenders(counter, memory, sale);
    if (sale.stage === "completed") return complete(counter, memory, sale);
    if (customer.takesBack && memory.goingBack.size === 0 && memory.approved.size > 0) {
      await takeBack(counter, memory);
      continue;
    }
    const wish = memory.wishes[0];
    const isOpen = sale.prepaid !== null;
    if (wish?.method === "prepaid") {
      const dueWon = wonOf(sale.due);
      memory.cardAtHand = wish.card.cardId;
      const amountWon = sale.prepaid === null ? Math.min(wish.amountWon, dueWon) : wonOf(sale.prepaid.amount);
      const at = { saleId: sale.saleId, amountWon, customer: customer.number };
      const { kind, codes } = await payByCard(counter, wish, at);
      memory.codes.push(...codes);
      memory.wishes.shift();
      if (kind === "given-up" && customer.leavesWithoutCard) return leave(counter, memory);
    } else if (isOpen) {
      // After a crash a tender may be open that was on its way out.
      await driver.press().cancelPrepaid();
      await driver.until((view) => (view.sale?.prepaid === null ? true : undefined), "the tender given up");
    } else {
      const given =
        wish?.given === "notes" ? notesFor(wonOf(sale.due), memory.wishes.length > 1) : wonOf(sale.due);
      await payCash(counter, customer, memory, sale, given);
      memory.wishes.shift();
    }
  }
}

/** Cash before a card is one note that pays a part; cash at the end is what one has at hand. */
function notesFor(dueWon: number, isPart: boolean): number {
  const noteWon = dueWon > 10_000 ? 10_000 : 1_000;
  return isPart && dueWon > noteWon ? noteWon : Math.ceil(dueWon / noteWon) * noteWon;
}

async function payCash(
  counter: Counter,
  { number }: Customer,
  memory: Memory,
  sale: ViewedSale,
  givenWon: number,
): Promise<void> {
  const before = sale.tenders.length;
  memory.cashPressedWon = Math.min(givenWon, wonOf(sale.due));
  counter.accidents.moment("cash", number, counter);
  await counter.driver.press().payCash({ given: wireWon(givenWon) });
  await counter.driver.until(
    (view) => (view.sale !== null && view.sale.tenders.length > before ? true : undefined),
    "the cash taken",
  );
}

/** What the screen shows as approved counts as told to the customer. */
function noteTenders(counter: Counter, memory: Memory, sale: ViewedSale): void {
  const { till, record } = counter;
  for (const tender of sale.tenders) {
    const { tenderId, method, state, offline } = tender;
    if (state === "voided") noteTakenBack(counter, memory, tenderId);
    if (state !== "approved" || memory.approved.has(tenderId)) continue;
    const amountWon = wonOf(tender.amount);
    const cardId = method === "prepaid" ? memory.cardAtHand : null;
    memory.approved.set(tenderId, { won: amountWon, method });
    record.tenders.push({ till, saleId: sale.saleId, tenderId, method, amountWon, cardId, offline });
    if (method === "cash") {
      counter.drawer.won += amountWon;
      memory.cashPressedWon = 0;
    }
  }
  for (const tenderId of memory.approved.keys()) {
    if (!sale.tenders.some((tender) => tender.tenderId === tenderId && tender.state === "approved"))
      counter.problem(`tender ${tenderId} was approved on the screen and is not any more`);
  }
}

async function takeBack(counter: Counter, memory: Memory): Promise<void> {
  const { driver } = counter;
  const stateOf = (view: TillView, tenderId: string) =>
    view.sale?.tenders.find((tender) => tender.tenderId === tenderId)?.state;
  for (const tenderId of [...memory.approved.keys()]) {
    memory.goingBack.add(tenderId);
    if (stateOf(driver.view(), tenderId) === "approved") await driver.press().voidTender({ tenderId });
    await driver.until(
      (view) => (stateOf(view, tenderId) === "voided" ? true : undefined),
      "the tender taken back",
    );
    noteTakenBack(counter, memory, tenderId);
  }
}

function noteTakenBack(counter: Counter, memory: Memory, tenderId: string): void {
  const approved = memory.approved.get(tenderId);
  if (approved === undefined || !memory.goingBack.has(tenderId)) return;
  memory.approved.delete(tenderId);
  counter.record.voided.push({ till: counter.till, tenderId });
  if (approved.method === "cash") counter.drawer.won -= approved.won;
}

/** The customer goes without buying: what was paid is given back, and the basket given up. */
async function leave(counter: Counter, memory: Memory): Promise<Sale> {
  const { driver } = counter;
  const saleId = memory.saleId;
  return whateverHappens(counter, async () => {
    const stage = () => {
      const { sale } = driver.view();
      return sale?.saleId === saleId ? sale?.stage : undefined;
    };
    if (stage() === "paying") {
      if (driver.view().sale?.prepaid !== null) {
        await driver.press().cancelPrepaid();
        await driver.until((view) => (view.sale?.prepaid === null ? true : undefined), "the tender given up");
      }
      await takeBack(counter, memory);
      await driver.press().backToBasket();
      await driver.until((view) => (view.sale?.stage === "building" ? true : undefined), "the basket");
    }
    if (stage() === "building") {
      await driver.press().abandonSale({ reason: "the customer left" });
      await driver.until((view) => (view.sale === null ? true : undefined), "no sale");
    }
    return { kind: "refused", codes: memory.codes } as const;
  });
}

async function complete(counter: Counter, memory: Memory, sale: ViewedSale): Promise<Sale> {
  const receiptNumber = sale.receiptNumber ?? 0;
  const { epoch } = counter.driver.view();
  noteReceipt(counter, { epoch, receiptNumber, saleId: sale.saleId, grossWon: wonOf(sale.totals.gross) });
  const sold: Sold = { kind: "sold", saleId: sale.saleId, receiptNumber, codes: memory.codes };
  // The customer has the receipt: from here nothing may undo the sale, so a crash now only means to sign in again.
  await nextSale(counter).catch(() => standAtCounter(counter));
  return sold;
}

async function nextSale({ driver }: Counter): Promise<void> {
  await driver.press().nextSale();
  await driver.until((view) => (view.sale === null ? true : undefined), "the next sale");
}

/** A sale whose end the crash hid from the screen: the list of receipts tells. */
async function completedBefore(counter: Counter, memory: Memory, saleId: string): Promise<Sold | undefined> {
  const { rows } = await counter.driver.press().receipts({ query: "", page: 0 });
  const row = rows.find((each) => each.saleId === saleId && each.kind === "sale");
  if (row === undefined) return undefined;
  // What the crash hid was the last tender; where it was cash, it is in the drawer.
  const knownWon = [...memory.approved.values()].reduce((sum, { won }) => sum + won, 0);
  const hiddenWon = wonOf(row.total) - knownWon;
  if (hiddenWon !== 0 && memory.cashPressedWon === hiddenWon) counter.drawer.won += hiddenWon;
  const { epoch } = counter.driver.view();
  noteReceipt(counter, { epoch, receiptNumber: row.receiptNumber, saleId, grossWon: wonOf(row.total) });
  return { kind: "sold", saleId, receiptNumber: row.receiptNumber, codes: memory.codes };
}

function noteReceipt(
  { till, record }: Counter,
  receipt: Omit<(typeof record)["receipts"][number], "till">,
): void {
  record.receipts.push({ till, ...receipt });
}
