// The console as its people use it: the real API over HTTP, a session in a cookie, and an authenticator in the pocket.
import { createORPCClient, ORPCError } from "@orpc/client";
import type { ContractRouterClient } from "@orpc/contract";
import { OpenAPILink } from "@orpc/openapi-client/fetch";
import { Secret, TOTP } from "otpauth";
import { backofficeContract } from "#core/contract/backoffice.ts";
import type { DemoSignIn } from "#core/contract/process.ts";

export type Console = ContractRouterClient<typeof backofficeContract>;

const TIMEOUT_MS = 20_000;

/** Signs a person in and keeps the session. Fails where the back office refuses. */
export async function openConsole(url: string, person: DemoSignIn): Promise<Console> {
  let cookie = "";
  const client: Console = createORPCClient(
    new OpenAPILink(backofficeContract, {
      url,
      fetch: async (request, init) => {
        const headers = new Headers(request.headers);
        if (cookie !== "") headers.set("cookie", cookie);
        const signal = AbortSignal.timeout(TIMEOUT_MS);
        const answer = await fetch(new Request(request, { headers }), { ...init, signal });
        const [set = ""] = answer.headers.getSetCookie();
        if (set !== "") cookie = set.split(";", 1)[0] ?? "";
        return answer;
      },
    }),
  );
  const code =
    person.totpSecret === undefined
      ? {}
      : { code: new TOTP({ secret: Secret.fromBase32(person.totpSecret) }).generate() };
  await client.staff.signIn({ signInName: person.name, password: person.secret, ...code });
  return client;
}

/** The code of a call that was refused; LINE_CUT where nobody answered. */
export const refusalOf = (error: unknown): string => (error instanceof ORPCError ? error.code : "LINE_CUT");
