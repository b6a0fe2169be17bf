// Every migration of the back office, in the order in which they run. New ones are added at the end.
import type { Migration } from "#database/migrate.ts";
import { ledger } from "./001-ledger.ts";

export const MIGRATIONS: readonly Migration[] = [ledger];
