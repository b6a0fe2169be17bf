// The sandbox bank's own books: small, in one file of its own folder, replaced whole by rename.
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const amountText = z.string().regex(/^-?\d{1,19}$/);

/** A file on its way to the customer; a held one waits until the bank behaves again. */
const outgoing = z.object({ name: z.string(), content: z.string(), held: z.boolean() });

const books = z.object({
  /** By account and currency: minor units as text. */
  balances: z.record(z.string(), amountText),
  /** Message id to the SHA-256 of the file that bore it. */
  messages: z.record(z.string(), z.string()),
  fileCount: z.int().min(0),
  statementCount: z.int().min(0),
  entryCount: z.int().min(0),
  outbox: z.array(outgoing),
});

export type Outgoing = Readonly<z.infer<typeof outgoing>>;
export type Books = Readonly<z.infer<typeof books>>;

const EMPTY: Books = {
  balances: {},
  messages: {},
  fileCount: 0,
  statementCount: 0,
  entryCount: 0,
  outbox: [],
};

const FILE = "books.json";

/** The books of a folder, new ones where there are none. A damaged file stops the sandbox: it is a defect. */
export async function openBooks(dir: string): Promise<Books> {
  await mkdir(dir, { recursive: true });
  const text = await readFile(join(dir, FILE), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  return text === undefined ? EMPTY : books.parse(JSON.parse(text));
}

export async function saveBooks(dir: string, next: Books): Promise<void> {
  const part = join(dir, `.${FILE}.part`);
  await writeFile(part, JSON.stringify(next, null, 1), { flush: true });
  await rename(part, join(dir, FILE));
}
