// Every migration of the till's database, in the order of its number. A new one is added here and never edited later.
import { journal } from "./0001-journal.ts";

export type TillMigration = Readonly<{ name: string; statements: readonly string[] }>;

export const MIGRATIONS: readonly TillMigration[] = [journal];
