// The one place that refuses a caller. A route without roles is a defect and is refused to everybody.
import type { RouteMeta } from "#core/contract/roles.ts";
import { FailureError } from "#core/errors.ts";
import { type Caller, mayCall } from "./caller.ts";

export function enforceRoles(meta: Partial<RouteMeta>, caller: Caller): void {
  const roles = meta.roles ?? [];
  if (mayCall(roles, caller)) return;
  throw new FailureError({ code: caller.kind === "anonymous" ? "SIGN_IN_REQUIRED" : "ROLE_REFUSED" });
}
