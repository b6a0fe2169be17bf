// The whole API of the back office: one contract, one OpenAPI document, one walk of roles.
import { cardsContract } from "./cards.ts";
import { catalogueContract } from "./catalogue.ts";
import { paymentsContract } from "./payments.ts";
import { reportsContract } from "./reports.ts";
import { settlementContract } from "./settlement.ts";
import { staffContract } from "./staff.ts";
import { terminalContract } from "./terminal.ts";
import { terminalsContract } from "./terminals.ts";

export const backofficeContract = {
  /** What a till asks. */
  terminal: terminalContract,
  /** What a merchant's own system asks. */
  payments: paymentsContract,
  /** What the console asks. */
  cards: cardsContract,
  catalogue: catalogueContract,
  terminals: terminalsContract,
  staff: staffContract,
  reports: reportsContract,
  settlement: settlementContract,
};
