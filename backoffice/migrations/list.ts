// Every migration of the back office, in the order in which they run. New ones are added at the end.
import type { Migration } from "#database/migrate.ts";
import { ledger } from "./001-ledger.ts";
import { cardsTerminalsPayments } from "./002-cards-terminals-payments.ts";
import { staff } from "./003-staff.ts";
import { settlement } from "./004-settlement.ts";
import { restoredBooks } from "./005-restored-books.ts";
import { refusedBatches } from "./006-refused-batches.ts";
import { staffAccess } from "./007-staff-access.ts";
import { restoredBank } from "./008-restored-bank.ts";
import { awaitedSlips } from "./009-awaited-slips.ts";
import { catalogueHistory } from "./010-catalogue-history.ts";
import { workItemOwner } from "./011-work-item-owner.ts";
import { takeable } from "./012-takeable.ts";
import { leftTerminals } from "./013-left-terminals.ts";
import { indexes } from "./014-indexes.ts";

export const MIGRATIONS: readonly Migration[] = [
  ledger,
  cardsTerminalsPayments,
  staff,
  settlement,
  restoredBooks,
  refusedBatches,
  staffAccess,
  restoredBank,
  awaitedSlips,
  catalogueHistory,
  workItemOwner,
  takeable,
  leftTerminals,
  indexes,
];
