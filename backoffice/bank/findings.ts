// What is odd about a bank's file without making it unreadable. They are kept beside the file; the weighty ones reach a person.

export type FindingCode =
  | "SCHEMA" // the schema says so
  | "NAMESPACE" // missing, or not one that we know
  | "MISSING" // an element that we need is not there
  | "TEXT_TOO_LONG"
  | "AMOUNT" // not an amount, or in a currency that we do not keep
  | "CODE" // a code that we do not know
  | "FOOTING" // sums or counts that do not add up
  | "MORE"; // there is more than we list

export type Finding = Readonly<{ code: FindingCode; says: string; line: number | undefined }>;

const FINDINGS_MAX = 100; // a person reads no more; one more says that there are more

/** Collects findings in the order of their making, up to a bound. */
export class Findings {
  readonly #list: Finding[] = [];

  add(code: FindingCode, says: string, line?: number): void {
    if (this.#list.length > FINDINGS_MAX) return;
    this.#list.push(
      this.#list.length === FINDINGS_MAX
        ? { code: "MORE", says: "there are more findings than are listed", line: undefined }
        : { code, says, line },
    );
  }

  list(): readonly Finding[] {
    return [...this.#list];
  }
}
