// A bank's file that was taken in though something about it is wrong: a person has to know.
import type { Finding, FindingCode } from "#backoffice/bank/findings.ts";
import type { Instant } from "#core/time.ts";
import type { NewException } from "./exceptions.ts";

/** What may mean that the file is not what the bank made. The others are habits of banks, and are kept beside the file. */
const OF_WEIGHT: readonly FindingCode[] = ["FOOTING", "NAMESPACE", "AMOUNT", "SCHEMA"];

const FINDINGS_NAMED_MAX = 3; // all of them are kept with the file

/** One exception for all findings of weight in a file; undefined where there is none. */
export function oddFile(
  findings: readonly Finding[],
  file: Readonly<{ name: string; sha256: string }>,
  at: Instant,
): NewException | undefined {
  const weighty = findings.filter(({ code }) => OF_WEIGHT.includes(code));
  if (weighty.length === 0) return undefined;
  const named = weighty.slice(0, FINDINGS_NAMED_MAX).map(wordsOf).join("; ");
  return {
    id: `findings:${file.sha256}`,
    at,
    bucket: "file-odd",
    subject: file.name,
    batchId: null,
    expected: null,
    actual: null,
    detail: `Faults in this file: ${weighty.length}. ${named}`,
  };
}

const SAYS_CHARACTERS_MAX = 80; // three of them fit into the detail of an exception

const wordsOf = ({ code, says, line }: Finding) =>
  `${code}: ${says.slice(0, SAYS_CHARACTERS_MAX)}${line === undefined ? "" : ` (line ${line})`}`;
