// Who may call what. Every route of the back office names its roles in its contract;
// one check in the server enforces them, and one test walks every route with every role.
import { oc } from "@orpc/contract";

export const ROLES = ["anyone", "cashier", "manager", "operator", "merchant", "terminal"] as const;

/**
 * `anyone` needs no sign-in (enrolment, sign-in, the state of the service). `cashier`, `manager` and `operator` are staff;
 * `merchant` is a merchant's API key; `terminal` is a till that signs its requests.
 */
export type Role = (typeof ROLES)[number];

export type RouteMeta = Readonly<{ roles: readonly Role[] }>;

/** Begins a route that these roles may call, and nobody else. */
export const allow = (...roles: readonly Role[]) => oc.$meta<RouteMeta>({ roles });
