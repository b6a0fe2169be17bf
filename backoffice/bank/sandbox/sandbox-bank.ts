// A bank to rehearse with: it takes our files, keeps its own books, and answers as a bank does, also badly on request.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { assert } from "#core/assert.ts";
import { fail } from "#core/errors.ts";
import type { Ids } from "#core/ids.ts";
import { type Currency, decimalOf, money, sum } from "#core/money.ts";
import { type Clock, calendarDay } from "#core/time.ts";
import { parseXml } from "../xml.ts";
import {
  type BookedEntry,
  type Decision,
  type Reason,
  writeStatement,
  writeStatusReport,
} from "./answers.ts";
import { type Books, type Outgoing, openBooks, saveBooks } from "./books.ts";
import { type Order, readOrder } from "./order.ts";

export type SandboxBehaviour =
  | { readonly kind: "honest" }
  /** Refuses one transfer of a file, counted from 1. */
  | { readonly kind: "reject-item"; readonly item: number }
  | { readonly kind: "reject-all" }
  /** Does not look at its folder. */
  | { readonly kind: "silent" }
  /** Answers with files that break off; the whole ones follow when it behaves otherwise. */
  | { readonly kind: "malformed" }
  /** Sends its statement again: as it was under another name, and once more as a marked duplicate. */
  | { readonly kind: "duplicate-statement" }
  /** Pays the first transfer one unit short. */
  | { readonly kind: "wrong-amount" };

export type SandboxBankOptions = Readonly<{
  /** Where the customer puts files, and where the customer looks for answers: the channel's `out` and `in`. */
  outDir: string;
  inDir: string;
  clock: Clock;
  ids: Ids;
  behaviour: SandboxBehaviour;
  /** Its own folder; beside `outDir` unless given. */
  booksDir?: string;
  mode?: "demo" | "production";
}>;

export type SandboxBank = Readonly<{
  /** One round: takes what is there and answers it. The number of customer files taken. */
  work(): Promise<number>;
  setBehaviour(behaviour: SandboxBehaviour): void;
  /** Ends after the round that is under way. */
  close(): Promise<void>;
}>;

const OPENING_BALANCE_MINOR = 100_000_000_000n; // enough for every rehearsal, and never the reason for a refusal
const KOREA_OFFSET_MINUTES = 540;

/** Fails with OPTION_INVALID in production mode: no real money may ever be sent to a rehearsal. */
export function createSandboxBank(options: SandboxBankOptions): SandboxBank {
  if (options.mode === "production")
    fail("OPTION_INVALID", "the sandbox bank does not exist in production mode");
  const dir = options.booksDir ?? join(dirname(options.outDir), "sandbox");
  let behaviour = options.behaviour;
  let closed = false;
  let last: Promise<unknown> = Promise.resolve();

  return {
    work() {
      const round = last.then(() => (closed ? 0 : workOnce({ ...options, dir, behaviour })));
      // The next round waits for this one whatever became of it; who asked for it sees its failure.
      last = round.catch(() => undefined);
      return round;
    },
    setBehaviour(next) {
      behaviour = next;
    },
    async close() {
      closed = true;
      await last;
    },
  };
}

type Desk = Omit<SandboxBankOptions, "booksDir" | "mode"> & Readonly<{ dir: string }>;

async function workOnce(desk: Desk): Promise<number> {
  const taken = join(desk.dir, "taken");
  await mkdir(taken, { recursive: true });
  await mkdir(desk.inDir, { recursive: true });
  await mkdir(desk.outDir, { recursive: true });
  let books = await deliver(desk, await openBooks(desk.dir));
  if (desk.behaviour.kind === "silent") return 0;
  const names = (await readdir(desk.outDir)).filter((name) => !name.startsWith(".")).sort();
  for (const name of names) {
    const bytes = await readFile(join(desk.outDir, name));
    const next = takeFile(desk, books, bytes);
    // Books first, then answers, then the file itself: a crash anywhere repeats only what repeats harmlessly.
    await saveBooks(desk.dir, next);
    books = await deliver(desk, next);
    await rename(join(desk.outDir, name), join(taken, name));
  }
  return names.length;
}

async function deliver(desk: Desk, books: Books): Promise<Books> {
  const due = books.outbox.filter((file) => !file.held || desk.behaviour.kind !== "malformed");
  if (due.length === 0) return books;
  for (const { name, content } of due) {
    const part = join(desk.inDir, `.${name}.part`);
    await writeFile(part, content, { flush: true });
    await rename(part, join(desk.inDir, name));
  }
  const next = { ...books, outbox: books.outbox.filter((file) => !due.includes(file)) };
  await saveBooks(desk.dir, next);
  return next;
}

function takeFile(desk: Desk, books: Books, bytes: Uint8Array): Books {
  const root = parseXml(bytes);
  const order = root.ok ? readOrder(root.value) : root;
  // Without a message id there is nothing to answer; a real bank's clerk would telephone.
  if (!order.ok) return books;
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const known = books.messages[order.value.messageId];
  if (known === sha256) return books;
  if (known !== undefined) return refuseAll(desk, books, order.value, DUPLICATE);
  const remembered = { ...books, messages: { ...books.messages, [order.value.messageId]: sha256 } };
  const refusal = refusalOf(desk.behaviour, order.value);
  return refusal === undefined
    ? execute(desk, remembered, order.value)
    : refuseAll(desk, remembered, order.value, refusal);
}

const DUPLICATE: Reason = { code: "DU01", says: "This message id was used for another file" };
const FORBIDDEN: Reason = { code: "AG01", says: "Credit transfers are not allowed from this account" };
const CLOSED_ACCOUNT: Reason = { code: "AC04", says: "The creditor's account is closed" };
const WRONG_SUM: Reason = { code: "AM10", says: "The control sum or the count is wrong" };
const NO_FUNDS: Reason = { code: "AM04", says: "The balance is too low" };

function refusalOf(behaviour: SandboxBehaviour, order: Order): Reason | undefined {
  if (behaviour.kind === "reject-all") return FORBIDDEN;
  const [first] = order.transfers;
  if (first === undefined || order.claimedCount !== String(order.transfers.length)) return WRONG_SUM;
  const total = sum(
    order.transfers.map((transfer) => transfer.amount),
    first.amount.currency,
  );
  return order.claimedSum === decimalOf(total) ? undefined : WRONG_SUM;
}

function refuseAll(desk: Desk, books: Books, order: Order, refusal: Reason): Books {
  const content = writeStatusReport({
    messageId: messageId(desk),
    at: desk.clock.now(),
    order,
    refusal,
    decisions: [],
  });
  return post(desk, books, "pain002", content);
}

function execute(desk: Desk, books: Books, order: Order): Books {
  const [first] = order.transfers;
  assert(first !== undefined, "an empty order was refused");
  const account = first.debtorAccount;
  const { currency } = first.amount;
  const opening = balanceOf(books, account, currency);
  const decisions = decide(desk.behaviour, order, opening);
  const entries = bookedEntries(desk.behaviour, decisions, books.entryCount);
  const status = writeStatusReport({
    messageId: messageId(desk),
    at: desk.clock.now(),
    order,
    refusal: undefined,
    decisions,
  });
  const answered = post(desk, books, "pain002", status);
  if (entries.length === 0) return answered;

  const paid = entries.reduce((all, entry) => all + entry.amount.minor, 0n);
  const booked: Books = {
    ...answered,
    balances: { ...answered.balances, [keyOf(account, currency)]: String(opening - paid) },
    entryCount: answered.entryCount + entries.length,
    statementCount: answered.statementCount + 1,
  };
  const statement = {
    statementId: `S${String(booked.statementCount).padStart(8, "0")}`,
    sequence: booked.statementCount,
    at: desk.clock.now(),
    day: calendarDay(desk.clock.now(), KOREA_OFFSET_MINUTES),
    account,
    ownerName: first.debtorName,
    opening: money(opening, currency),
    entries,
    orderMessageId: order.messageId,
  };
  const content = writeStatement({ ...statement, messageId: messageId(desk), duplicate: false });
  const sent = post(desk, booked, "camt053", content);
  if (desk.behaviour.kind !== "duplicate-statement") return sent;
  const again = writeStatement({ ...statement, messageId: messageId(desk), duplicate: true });
  return post(desk, post(desk, sent, "camt053", content), "camt053", again);
}

function decide(behaviour: SandboxBehaviour, order: Order, balance: bigint): readonly Decision[] {
  let left = balance;
  return order.transfers.map((transfer, index) => {
    if (behaviour.kind === "reject-item" && index + 1 === behaviour.item) {
      return { transfer, refusal: CLOSED_ACCOUNT };
    }
    if (transfer.amount.minor > left) return { transfer, refusal: NO_FUNDS };
    left -= transfer.amount.minor;
    return { transfer, refusal: undefined };
  });
}

function bookedEntries(
  behaviour: SandboxBehaviour,
  decisions: readonly Decision[],
  entryCount: number,
): readonly BookedEntry[] {
  return decisions
    .filter((decision) => decision.refusal === undefined)
    .map(({ transfer }, index) => {
      const short = behaviour.kind === "wrong-amount" && index === 0 ? 1n : 0n;
      return {
        reference: `SBX${String(entryCount + index + 1).padStart(10, "0")}`,
        amount: money(transfer.amount.minor - short, transfer.amount.currency),
        transfer,
      };
    });
}

const keyOf = (account: string, currency: Currency) => `${account} ${currency}`;

const balanceOf = (books: Books, account: string, currency: Currency) =>
  BigInt(books.balances[keyOf(account, currency)] ?? OPENING_BALANCE_MINOR);

/** 35 characters at most: a UUID without its hyphens has 32. */
const messageId = (desk: Desk) => desk.ids.next().replaceAll("-", "").slice(0, 35);

/** Names sort in the order of sending. A malformed answer is the whole one cut off, and the whole one held back. */
function post(desk: Desk, books: Books, kind: string, content: string): Books {
  const name = (count: number) => `${String(count).padStart(8, "0")}-${kind}.xml`;
  const whole = (count: number, held: boolean): Outgoing => ({ name: name(count), content, held });
  if (desk.behaviour.kind !== "malformed") {
    const fileCount = books.fileCount + 1;
    return { ...books, fileCount, outbox: [...books.outbox, whole(fileCount, false)] };
  }
  const cut: Outgoing = {
    name: name(books.fileCount + 1),
    content: content.slice(0, Math.floor((content.length * 2) / 3)),
    held: false,
  };
  const fileCount = books.fileCount + 2;
  return { ...books, fileCount, outbox: [...books.outbox, cut, whole(fileCount, true)] };
}
