// Tills by the name that people gave them.
import { useQuery } from "@tanstack/react-query";
import { api } from "../api.ts";
import { withShortIds } from "./story-words.ts";

/** The name of a till, or its short id until the list is there. */
export function useTillNames(): (terminalId: string) => string {
  const terminals = useQuery(api.terminals.list.queryOptions());
  const names = new Map(terminals.data?.rows.map(({ terminalId, name }) => [terminalId as string, name]));
  return (terminalId) => names.get(terminalId) ?? withShortIds(terminalId);
}
