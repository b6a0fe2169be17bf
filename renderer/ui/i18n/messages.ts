// Tables of words, one per page, in both languages. A word is a text, or a function of what it names:
// the Korean table `satisfies` the English one's keys and arguments, so a missing word does not compile.
import type { Language } from "#core/contract/values.ts";

type Word = string | ((...parts: never[]) => string);

/** The same keys, with a text for a text and a function of the same arguments for a function. */
export type Translated<Table extends Record<string, Word>> = {
  readonly [Key in keyof Table]: Table[Key] extends (...parts: infer Parts) => string
    ? (...parts: Parts) => string
    : string;
};

export type Tables<Table extends Record<string, Word>> = Readonly<Record<Language, Translated<Table>>>;
