// Accounts and postings of the small back office: plain data, so that it can be backed up and restored by a copy.

export type Books = {
  balances: Map<string, bigint>;
  /** By their unique key: what was posted once is never posted again. */
  postings: Map<string, Readonly<{ debit: string; credit: string; amount: bigint }>>;
};

export const emptyBooks = (): Books => ({ balances: new Map(), postings: new Map() });

export const balanceOf = (books: Books, account: string): bigint => books.balances.get(account) ?? 0n;

/**
 * Moves an amount once per key. Accounts of cards, holds and escrow never go below zero: false where one would.
 * While tills send again what a restored server lost, what returns to a card may arrive after what was made of it,
 * so cards (`mayOverdraw`) are held to their floor only when all of it is in.
 */
export function post(
  books: Books,
  key: string,
  debit: string,
  credit: string,
  amount: bigint,
  mayOverdraw = false,
): boolean {
  if (books.postings.has(key) || amount === 0n) return true;
  const left = balanceOf(books, debit) - amount;
  const hasFloor = /^(hold|escrow):/.test(debit) || (debit.startsWith("card:") && !mayOverdraw);
  if (left < 0n && hasFloor) return false;
  books.postings.set(key, { debit, credit, amount });
  books.balances.set(debit, left);
  books.balances.set(credit, balanceOf(books, credit) + amount);
  return true;
}

/** What is wrong with the books; undefined when the postings alone give every balance and all of them sum to zero. */
export function faultOfBooks(books: Books, mayOverdraw = false): string | undefined {
  const derived = new Map<string, bigint>();
  for (const { debit, credit, amount } of books.postings.values()) {
    if (amount <= 0n) return `a posting of ${amount}`;
    derived.set(debit, (derived.get(debit) ?? 0n) - amount);
    derived.set(credit, (derived.get(credit) ?? 0n) + amount);
  }
  let sum = 0n;
  for (const [account, balance] of books.balances) {
    if ((derived.get(account) ?? 0n) !== balance) return `${account} is not the sum of its postings`;
    const hasFloor = /^(hold|escrow):/.test(account) || (account.startsWith("card:") && !mayOverdraw);
    if (balance < 0n && hasFloor) return `${account} is below zero`;
    sum += balance;
  }
  return sum === 0n ? undefined : `the balances sum to ${sum}`;
}
