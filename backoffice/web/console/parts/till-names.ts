// Tills by the name that people gave them.
import { useQuery } from "@tanstack/react-query";
import { PAGE_ROWS_MAX } from "#core/contract/paging.ts";
import { api } from "../api.ts";
import { withShortIds } from "./story-words.ts";

/** As many as a page of the list has; beyond it a till is shown by its id. */
export const ALL_TILLS = { page: 0, pageSize: PAGE_ROWS_MAX } as const;

/** The name of a till, or its short id until the list is there. */
export function useTillNames(): (terminalId: string) => string {
  const terminals = useQuery(api.terminals.list.queryOptions({ input: ALL_TILLS }));
  const names = new Map(terminals.data?.rows.map(({ terminalId, name }) => [terminalId as string, name]));
  return (terminalId) => names.get(terminalId) ?? withShortIds(terminalId);
}
