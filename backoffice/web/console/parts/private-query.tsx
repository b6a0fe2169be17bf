// What is typed into a search and may be a card's number: it is kept on the page, never in its address.
import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import { looksLikeSecret } from "#core/sale/secret-text.ts";

/** Half a number is on its way to a whole one, and the search writes while one types. */
const MANY_DIGITS = /\d(?:[\s-]?\d){6,}/;

export const isPrivate = (text: string) => looksLikeSecret(text) || MANY_DIGITS.test(text);

type PrivateQuery = Readonly<{ text: string; set(text: string): void }>;

const PrivateQueryContext = createContext<PrivateQuery>({ text: "", set: () => undefined });

export function PrivateQueryProvider({ children }: Readonly<{ children: ReactNode }>) {
  const [text, set] = useState("");
  const query = useMemo(() => ({ text, set }), [text]);
  return <PrivateQueryContext value={query}>{children}</PrivateQueryContext>;
}

export const usePrivateQuery = () => useContext(PrivateQueryContext);
