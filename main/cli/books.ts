// The back office of a data folder on the command line: proved, backed up with its keys, and put back.
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { v7 } from "uuid";
import { backupBooks, restoreBooks } from "#backoffice/backup/backup-books.ts";
import { verifyBooks, type WitnessedAnchor } from "#backoffice/backup/verify-books.ts";
import { makeFirstOperator } from "#backoffice/staff/first-operator.ts";
import { fail } from "#core/errors.ts";
import { instant } from "#core/time.ts";
import { lockFolder } from "../station/lock.ts";
import { EXIT, type Say } from "./run-cli.ts";

const FOLDER = "backoffice";
const clock = { now: () => instant(Date.now()) };

export const booksPath = (dataDir: string) => join(dataDir, FOLDER, "backoffice.db");
export const hasBooks = (dataDir: string) => existsSync(booksPath(dataDir));
export const holdsBooks = (backup: string) => existsSync(join(backup, FOLDER, "manifest.json"));

/** Derives every balance and chain again, and compares the checkpoints with those that witnesses hold. */
export async function verifyTheBooks(
  dataDir: string,
  say: Say,
  anchors?: readonly WitnessedAnchor[],
): Promise<number> {
  const verified = await verifyBooks(booksPath(dataDir), anchors);
  if (!verified.ok) {
    say(`books: ${verified.wrong}`);
    return EXIT.WRONG;
  }
  const { transfers, accounts, batches, trialBalanceMinor } = verified;
  const sums = Object.entries(trialBalanceMinor).map(([currency, minor]) => `${minor} ${currency}`);
  say(
    `books: ${transfers} transfers in ${batches} batches, ${accounts} accounts; all hold, and the trial balance is ${sums.join(", ") || "empty"}.`,
  );
  if (anchors !== undefined) sayAnchors(anchors.length, verified.takenBack, say);
  return EXIT.OK;
}

function sayAnchors(held: number, takenBack: number, say: Say): void {
  say(`anchors: ${held - takenBack} checkpoints that tills and their Zs hold are those of the books.`);
  if (takenBack === 0) return;
  say(
    `anchors: ${takenBack} more are of before a restore, beyond what its back-up held: they prove nothing.`,
  );
}

/** @param passphrase without it the books are left out: their keys must not lie about bare */
export async function backupTheBooks(
  dataDir: string,
  folder: string,
  passphrase: string | undefined,
  say: Say,
): Promise<void> {
  if (passphrase === undefined) {
    say("The books are not in it: set COUNTERSIGN_PASSPHRASE, under which their keys are kept.");
    return;
  }
  const to = join(folder, FOLDER);
  await mkdir(to, { recursive: true, mode: 0o700 });
  await backupBooks(join(dataDir, FOLDER), to, passphrase, clock);
  say(`The books are in ${to}, their keys under the passphrase.`);
}

/** Fails with PASSWORD_REQUIRED, PASSWORD_WRONG, DATABASE_CORRUPT or DATA_IN_USE. */
export async function restoreTheBooks(
  backup: string,
  dataDir: string,
  passphrase: string | undefined,
  say: Say,
): Promise<void> {
  if (passphrase === undefined) {
    return fail("PASSWORD_REQUIRED", "set COUNTERSIGN_PASSPHRASE to the passphrase of the back-up");
  }
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const lock = await lockFolder(dataDir);
  try {
    await restoreBooks(join(backup, FOLDER), join(dataDir, FOLDER), passphrase, clock);
  } finally {
    lock.release();
  }
  say(
    "The books are back. They give no grants, refunds or batches until every till has synced or is written off.",
  );
  say(
    "Nothing goes to the bank before two people have settled at the console what it was sent since the back-up.",
  );
}

/** Shows the password and the authenticator's key once. Fails with STATE_CONFLICT where there is an operator. */
export async function firstOperator(dataDir: string, signInName: string, say: Say): Promise<number> {
  const folder = join(dataDir, FOLDER);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const person = { signInName, name: signInName };
  const { password, totpSecret } = await makeFirstOperator(folder, process.env.DATABASE_URL, person, {
    ids: { next: () => v7() },
    clock,
  });
  say(
    `Operator ${signInName}: password ${password}, authenticator key ${totpSecret}. They are shown this once.`,
  );
  say("The password is good for one sign-in at the console, where another is chosen.");
  return EXIT.OK;
}
