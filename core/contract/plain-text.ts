// Text that one person types and others read: on screens, on paper, in files for the bank.
import { z } from "zod";

/**
 * Control characters, and those that turn the direction of what follows: a name with one of them reads as another name, a
 * reason can hide its end, and PostgreSQL keeps no NUL.
 */
const UNSEEN = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** True for a text of one line that reads as it stands. */
export const isPlainText = (text: string): boolean => !UNSEEN.test(text);

/** For every free text that is taken in. What was stored before is given out as it is. */
export const PlainText = z.string().trim().refine(isPlainText, "holds characters that cannot be seen");

/** What is only looked for, and may come from anywhere: it is kept nowhere, but no database takes a NUL. */
export const SearchText = z.string().refine((text) => !text.includes("\0"), "holds a NUL");
