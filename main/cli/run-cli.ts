// Reads the words of the command line and turns every outcome into sentences and an exit status.
import { join } from "node:path";
import { ERRORS, FailureError, fail } from "#core/errors.ts";
import { anchorsOf } from "./anchors.ts";
import { backup } from "./backup.ts";
import {
  backupTheBooks,
  firstOperator,
  hasBooks,
  holdsBooks,
  restoreTheBooks,
  verifyTheBooks,
} from "./books.ts";
import { takeInCatalogue } from "./catalogue.ts";
import { MANIFEST_FILE } from "./manifest.ts";
import { rebuildTills } from "./rebuild.ts";
import { restore } from "./restore.ts";
import { hasTills, isFile } from "./till-folders.ts";
import { verify } from "./verify.ts";

const ANCHORS = "--anchors";
const REPLACE = "--replace";

export type Say = (line: string) => void;

export const EXIT = {
  OK: 0,
  /** Something is wrong with what was looked at, or it could not be done. */
  WRONG: 1,
  USAGE: 64,
  /** Another Countersign runs on the folder: try again later. */
  IN_USE: 75,
} as const;

const USAGE = `Usage: npm run countersign -- COMMAND DIR

  verify DIR            proves each till's journal (chain, signatures, tables) and the books (balances, chains)
  verify DIR --anchors  and compares the books with the checkpoints that the tills and their Zs in DIR hold
  rebuild DIR           makes the tables of each till again from its journal
  backup DIR [TO]       copies each till's database, without keys, to TO (default: DIR/backups/TIME),
                        and the books with their keys under COUNTERSIGN_PASSPHRASE
  operator DIR NAME     makes the first operator of the books in DIR; everybody else is added at the console
  catalogue DIR FILE    adds and changes the items of FILE (JSON); tills sell them within a minute
  catalogue DIR FILE --replace
                        and takes off sale what is not in it, in the order of the file
  restore DIR FROM      puts a back-up in place; each till then begins a new epoch without grants

DIR is the data folder of a station: the one given to npm start as --data.`;

/** Runs one command; the exit status of the process. */
export async function runCli(args: readonly string[], say: Say): Promise<number> {
  if (args.includes("--help")) {
    say(USAGE);
    return EXIT.OK;
  }
  const [command, dataDir, place, option, ...rest] = args;
  if (dataDir === undefined || rest.length > 0) return usage(say);
  if (option !== undefined && !(command === "catalogue" && option === REPLACE)) return usage(say);
  try {
    switch (command) {
      case "verify":
        if (place !== undefined && place !== ANCHORS) return usage(say);
        return await verifyAll(dataDir, place === ANCHORS, say);
      case "operator":
        return place === undefined ? usage(say) : await firstOperator(dataDir, place, say);
      case "catalogue":
        return place === undefined
          ? usage(say)
          : await takeInCatalogue(dataDir, place, option === REPLACE ? "replace" : "merge", say);
      case "rebuild":
        return place === undefined ? await rebuildTills(dataDir, say) : usage(say);
      case "backup":
        return await backupAll(dataDir, place, say);
      case "restore":
        return place === undefined ? usage(say) : await restoreAll(dataDir, place, say);
      default:
        return usage(say);
    }
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    const { code, detail } = error.failure;
    say(`${ERRORS[code].says} (${code}${detail === undefined ? "" : `: ${detail}`})`);
    return code === "DATA_IN_USE" ? EXIT.IN_USE : EXIT.WRONG;
  }
}

async function verifyAll(dataDir: string, withAnchors: boolean, say: Say): Promise<number> {
  if (withAnchors && !hasBooks(dataDir)) return fail("NOT_FOUND", `there are no books in ${dataDir}`);
  const anchors = withAnchors ? await anchorsOf(dataDir) : undefined;
  const books = hasBooks(dataDir) ? await verifyTheBooks(dataDir, say, anchors) : EXIT.OK;
  // A back office that serves tills elsewhere has none in its own folder.
  const tills = hasBooks(dataDir) && !(await hasTills(dataDir)) ? EXIT.OK : await verify(dataDir, say);
  return books === EXIT.OK ? tills : books;
}

async function backupAll(dataDir: string, place: string | undefined, say: Say): Promise<number> {
  const folder = place ?? join(dataDir, "backups", new Date().toISOString().replaceAll(":", "-"));
  if (hasBooks(dataDir)) await backupTheBooks(dataDir, folder, process.env.COUNTERSIGN_PASSPHRASE, say);
  return hasBooks(dataDir) && !(await hasTills(dataDir)) ? EXIT.OK : await backup(dataDir, folder, say);
}

async function restoreAll(dataDir: string, from: string, say: Say): Promise<number> {
  if (holdsBooks(from)) await restoreTheBooks(from, dataDir, process.env.COUNTERSIGN_PASSPHRASE, say);
  return holdsBooks(from) && !(await isFile(join(from, MANIFEST_FILE)))
    ? EXIT.OK
    : await restore(dataDir, from, say);
}

function usage(say: Say): number {
  say(USAGE);
  return EXIT.USAGE;
}
