// The command line of a program of the tests: what it takes, what it says when asked, and when it is given something else.
const EXIT_USAGE = 64;

/**
 * What `read` makes of the command line. Undefined where there is nothing to run: after `--help`, which prints `usage`, and
 * after options that `read` throws for, whose message is printed with it; the process then ends with 64.
 */
export function programOptions<T>(usage: string, read: (args: readonly string[]) => T): T | undefined {
  const args = process.argv.slice(2);
  if (args.includes("--help")) {
    process.stdout.write(`${usage}\n`);
    return undefined;
  }
  try {
    return read(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : "bad options"}\n\n${usage}\n`);
    process.exitCode = EXIT_USAGE;
    return undefined;
  }
}
