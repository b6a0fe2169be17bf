// Every migration of the till's database, in the order of its number. A new one is added here and never edited later.
import type { Migration } from "#database/migrate.ts";
import { journal } from "./0001-journal.ts";
import { offline } from "./0002-offline.ts";
import { anchors } from "./0003-anchors.ts";
import { sealedKept } from "./0004-sealed-kept.ts";
import { parkedBy } from "./0005-parked-by.ts";
import { snapshotSeal } from "./0006-snapshot-seal.ts";

export const MIGRATIONS: readonly Migration[] = [
  journal,
  offline,
  anchors,
  sealedKept,
  parkedBy,
  snapshotSeal,
];
