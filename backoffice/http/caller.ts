// Who a request comes from, as the server has established it before any use case runs.
import type { MerchantId, StaffId, TerminalId } from "#core/ids.ts";

export type Caller =
  | { readonly kind: "anonymous"; readonly address: string }
  | {
      readonly kind: "staff";
      readonly staffId: StaffId;
      readonly name: string;
      readonly role: "cashier" | "manager" | "operator";
    }
  | { readonly kind: "merchant"; readonly merchantId: MerchantId }
  | { readonly kind: "terminal"; readonly terminalId: TerminalId };

/** What every handler of the back office gets beside its input. */
export type RequestContext = Readonly<{ caller: Caller; requestId: string }>;
