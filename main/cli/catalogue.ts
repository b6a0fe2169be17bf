// A list of goods from a file into the books of a data folder, so that a new station has something to sell.
import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { v7 } from "uuid";
import { takeInAlone } from "#backoffice/catalogue/take-in-alone.ts";
import { fail } from "#core/errors.ts";
import { instant } from "#core/time.ts";
import { EXIT, type Say } from "./run-cli.ts";

const FOLDER = "backoffice";
/** 20,000 items, generously spaced. */
const FILE_BYTES_MAX = 33_554_432;

/**
 * Fails with NOT_FOUND, REQUEST_TOO_LARGE or REQUEST_INVALID for a file that is no list, and as `takeInAlone`.
 * @param kind `replace` takes off sale what is not in the file
 */
export async function takeInCatalogue(
  dataDir: string,
  file: string,
  kind: "merge" | "replace",
  say: Say,
): Promise<number> {
  const rows = rowsOf(await textOf(file));
  const folder = join(dataDir, FOLDER);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { added, changed, removed } = await takeInAlone(
    folder,
    process.env.DATABASE_URL,
    { kind, rows },
    { ids: { next: () => v7() }, clock: { now: () => instant(Date.now()) } },
  );
  say(`The catalogue: ${added} items added, ${changed} changed, ${removed} taken off sale.`);
  say("Tills that have their line sell by it within a minute.");
  return EXIT.OK;
}

async function textOf(path: string): Promise<string> {
  const file = await open(path, "r").catch(() => fail("NOT_FOUND", `no file ${path}`));
  try {
    const { size } = await file.stat();
    if (size > FILE_BYTES_MAX)
      return fail("REQUEST_TOO_LARGE", `${path} has more than ${FILE_BYTES_MAX} bytes`);
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

/** An empty list would take everything off sale: that is done at the console, item by item. */
function rowsOf(text: string): readonly unknown[] {
  const rows = parsed(text);
  if (!Array.isArray(rows) || rows.length === 0)
    return fail("REQUEST_INVALID", "the file is no list of items");
  return rows;
}

function parsed(text: string): unknown {
  try {
    // Editors of some systems begin a file with a byte order mark.
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return fail("REQUEST_INVALID", "the file is not JSON");
  }
}
