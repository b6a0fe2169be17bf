// Who a request comes from, as the server has established it before any use case runs.
import type { Role } from "#core/contract/roles.ts";
import type { MerchantId, StaffId, TerminalId } from "#core/ids.ts";
import type { StaffRole } from "#core/staff/authority.ts";
import { type Asker, staffAsks, tillAsks } from "../cards/password-shares.ts";

export type Caller =
  | { readonly kind: "anonymous"; readonly address: string }
  | { readonly kind: "staff"; readonly staffId: StaffId; readonly name: string; readonly role: StaffRole }
  | { readonly kind: "merchant"; readonly merchantId: MerchantId }
  | { readonly kind: "terminal"; readonly terminalId: TerminalId };

/** What every handler of the back office gets beside its input. */
export type RequestContext = Readonly<{ caller: Caller; requestId: string; session: SessionControl }>;

/** Begins and ends the session of a browser; the token travels in an HttpOnly cookie only. */
export type SessionControl = Readonly<{
  token: string | null;
  begin(token: string, ageMs: number): void;
  end(): void;
}>;

/** The role that a route's list is compared with. */
export function roleOf(caller: Caller): Role {
  switch (caller.kind) {
    case "anonymous":
      return "anyone";
    case "staff":
      return caller.role;
    case "merchant":
      return "merchant";
    case "terminal":
      return "terminal";
  }
}

/** Whose share of the queue for passwords a request takes of. */
export function askerOf(caller: Caller): Asker {
  switch (caller.kind) {
    case "anonymous":
      return { share: "others", who: `address:${caller.address}` };
    case "staff":
      return staffAsks(caller.staffId);
    case "merchant":
      return { share: "others", who: `merchant:${caller.merchantId}` };
    case "terminal":
      return tillAsks(caller.terminalId);
  }
}

/** True where the route is open to the caller: by its role, or because anyone may. */
export const mayCall = (roles: readonly Role[], caller: Caller) =>
  roles.includes("anyone") || (caller.kind !== "anonymous" && roles.includes(roleOf(caller)));
