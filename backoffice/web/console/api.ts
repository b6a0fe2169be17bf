// The console's line to the back office: the contract as typed calls, and how long an answer counts as fresh.
import { createORPCClient, ORPCError } from "@orpc/client";
import type { ContractRouterClient } from "@orpc/contract";
import { OpenAPILink } from "@orpc/openapi-client/fetch";
import { createTanstackQueryUtils } from "@orpc/tanstack-query";
import { QueryClient } from "@tanstack/react-query";
import { backofficeContract } from "#core/contract/backoffice.ts";

const FRESH_MS = 5_000;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: FRESH_MS, retry: (tries, error) => tries < 2 && codeOf(error) === "LINE_CUT" },
  },
});

const client: ContractRouterClient<typeof backofficeContract> = createORPCClient(
  new OpenAPILink(backofficeContract, { url: window.location.origin }),
);

export const api = createTanstackQueryUtils(client);

/** The code of a failed call: the server's own, or LINE_CUT where none came. */
export const codeOf = (error: unknown): string => (error instanceof ORPCError ? error.code : "LINE_CUT");
