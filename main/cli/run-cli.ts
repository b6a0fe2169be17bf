// Reads the words of the command line and turns every outcome into sentences and an exit status.
import { ERRORS, FailureError } from "#core/errors.ts";
import { backup } from "./backup.ts";
import { rebuildTills } from "./rebuild.ts";
import { restore } from "./restore.ts";
import { verify } from "./verify.ts";

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

  verify DIR            proves each till's journal: chain, signatures, and that the tables are what it says
  rebuild DIR           makes the tables of each till again from its journal
  backup DIR [TO]       copies each till's database, without keys, to TO (default: DIR/backups/TIME)
  restore DIR FROM      puts a back-up in place; the next start begins a new epoch without grants

DIR is the data folder of a station: the one given to npm start as --data.`;

/** Runs one command; the exit status of the process. */
export async function runCli(args: readonly string[], say: Say): Promise<number> {
  const [command, dataDir, place, ...rest] = args;
  if (dataDir === undefined || rest.length > 0) return usage(say);
  try {
    switch (command) {
      case "verify":
        return place === undefined ? await verify(dataDir, say) : usage(say);
      case "rebuild":
        return place === undefined ? await rebuildTills(dataDir, say) : usage(say);
      case "backup":
        return await backup(dataDir, place, say);
      case "restore":
        return place === undefined ? usage(say) : await restore(dataDir, place, say);
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

function usage(say: Say): number {
  say(USAGE);
  return EXIT.USAGE;
}
