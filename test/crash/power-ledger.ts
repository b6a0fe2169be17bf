// Power cuts of the back office's books: the real engine on a real file, many requests at once, so that a commit holds a
// batch of them. Afterwards every request is sent again, as a till would, and must have one effect.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createLedger } from "#backoffice/ledger/ledger.ts";
import { verifyLedger } from "#backoffice/ledger/verify.ts";
import { MIGRATIONS } from "#backoffice/migrations/list.ts";
import { instant } from "#core/time.ts";
import type { Database } from "#database/database.ts";
import { type Migration, migrate } from "#database/migrate.ts";
import { textOf } from "#database/row.ts";
import { openSqlite } from "#database/sqlite.ts";
import type { Random } from "#test/day/random.ts";
import { countingIds } from "#test/world/ledger.ts";
import { anOrder, fund, type Order, reckon } from "./orders.ts";
import {
  leaveBehind,
  looked,
  noCuts,
  type PowerCutOptions,
  type PowerCuts,
  type Snapshot,
  witnessed,
} from "./power-cut.ts";

const CUTS_PER_SNAPSHOT = 3;
const ORDERS_AT_ONCE_MAX = 24;
/** Several commits per round, so that some of its requests are acknowledged while others are under way. */
const BATCH_REQUESTS_MAX = 10;
/** Proving takes longer as books grow; new ones are begun before it matters. */
const ORDERS_PER_BOOKS = 400;

const purchases: Migration = {
  name: "999-purchases",
  up: ({ text, strict }) => [`CREATE TABLE purchase (id ${text} PRIMARY KEY NOT NULL)${strict}`],
};
const clock = { now: () => instant(Date.now()) };

export async function cutTheLedger({ dir, cuts, random }: PowerCutOptions): Promise<PowerCuts> {
  const into = noCuts();
  for (let books = 1; into.cuts < cuts; books += 1) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    await cutSomeBooks({ dir, cuts, random: random.fork(`books/${books}`) }, into);
    if (Object.values(into.broken).some((list) => list.length > 0)) return into;
    rmSync(dir, { recursive: true });
  }
  return into;
}

async function cutSomeBooks({ dir, cuts, random }: PowerCutOptions, into: PowerCuts): Promise<void> {
  const path = join(dir, "books.db");
  const database = await openSqlite(path);
  try {
    await migrate(database, [...MIGRATIONS, purchases]);
    const witness = await witnessed(database, path, random.fork("pages"));
    const ledger = createLedger({
      database: witness.database,
      clock,
      ids: countingIds("lane"),
      batchRequestsMax: BATCH_REQUESTS_MAX,
    });
    for (const request of fund()) await ledger.submit(request);
    witness.acknowledged();
    const asked: Order[] = [];
    const told = new Set<string>();
    while (into.cuts < cuts && asked.length < ORDERS_PER_BOOKS) {
      const round = Array.from({ length: random.between(1, ORDERS_AT_ONCE_MAX) }, (_, index) =>
        anOrder(asked.length + index, random, asked),
      );
      asked.push(...round);
      const known: (Snapshot & Readonly<{ told: ReadonlySet<string> }>)[] = [];
      const keep = (snapshots: readonly Snapshot[]) =>
        known.push(...snapshots.map((snapshot) => ({ ...snapshot, told: new Set(told) })));
      if (random.chance(0.6)) witness.arm();
      await Promise.all(
        round.map(async ({ request }) => {
          await ledger.submit(request);
          // What was copied until now was copied before this was acknowledged.
          keep(witness.taken());
          told.add(request.id);
          witness.acknowledged();
          if (known.length > 0 || random.chance(0.3)) witness.arm();
        }),
      );
      keep(witness.taken());
      keep([witness.take("afterAcknowledgement")]);
      for (const snapshot of known.slice(-3)) {
        await lookAtCopies({
          snapshot,
          told: snapshot.told,
          asked,
          copy: join(dir, "copy.db"),
          into,
          random,
          cuts,
        });
      }
    }
    await ledger.close();
  } finally {
    await database.close();
  }
}

type Looking = Readonly<{
  snapshot: Snapshot;
  told: ReadonlySet<string>;
  asked: readonly Order[];
  copy: string;
  into: PowerCuts;
  random: Random;
  cuts: number;
}>;

async function lookAtCopies(looking: Looking): Promise<void> {
  const { snapshot, copy, into, random, cuts } = looking;
  for (let count = 0; count < CUTS_PER_SNAPSHOT && into.cuts < cuts; count += 1) {
    const what = `ledger, ${leaveBehind(snapshot, copy, random, into)}`;
    await looked(into, what, "I1", async () => {
      const database = await openSqlite(copy);
      try {
        await lookAt(database, looking, what);
      } finally {
        await database.close();
      }
    });
  }
}

async function lookAt(database: Database, { told, asked, into }: Looking, what: string): Promise<void> {
  const [integrity] = await database.read.all("PRAGMA integrity_check(1)");
  if (integrity?.integrity_check !== "ok")
    throw new Error(`the file is damaged: ${JSON.stringify(integrity)}`);
  const there = await idsIn(database, "SELECT id FROM ledger_request WHERE caller = 'shop'");
  into.acknowledged += told.size;
  const lost = [...told].filter((id) => !there.has(id));
  into.lost += lost.length;
  if (lost.length > 0)
    into.broken.I2.push(`${what}: ${lost.length} acknowledged requests are gone, ${lost[0]}`);
  await provesWell(
    database,
    asked.filter(({ request }) => there.has(request.id)),
    into,
    what,
  );

  const ledger = createLedger({ database, clock, ids: countingIds("again") });
  await Promise.all(asked.map(({ request }) => ledger.submit(request)));
  await ledger.close();
  await provesWell(database, asked, into, `${what}, after everything was sent again`);
}

/** The books prove themselves, and hold what these orders alone add up to. */
async function provesWell(
  database: Database,
  orders: readonly Order[],
  into: PowerCuts,
  what: string,
): Promise<void> {
  const verified = await verifyLedger(database);
  if (!verified.ok) throw new Error(verified.wrong);
  const { transfers, purchases: bought, accounts } = reckon(orders);
  const [count] = await database.read.all("SELECT count(*) AS n FROM ledger_transfer");
  const [rows] = await database.read.all("SELECT count(*) AS n FROM purchase");
  const more = Number(count?.n) - transfers;
  if (more > 0) into.duplicated += more;
  if (more !== 0 || Number(rows?.n) !== bought)
    into.broken.I3.push(
      `${what}: ${Number(count?.n)} transfers and ${Number(rows?.n)} purchases, not ${transfers} and ${bought}`,
    );
  const stated = await database.read.all(
    "SELECT id, CAST(credits_posted - debits_posted AS TEXT) AS posted, CAST(debits_pending AS TEXT) AS held FROM ledger_account",
  );
  for (const row of stated) {
    const id = textOf(row, "id");
    const expected = accounts.get(id) ?? { posted: 0n, held: 0n };
    if (textOf(row, "posted") !== String(expected.posted) || textOf(row, "held") !== String(expected.held))
      into.broken.I1.push(
        `${what}: ${id} holds ${textOf(row, "posted")}, ${textOf(row, "held")} held; not ${expected.posted}, ${expected.held}`,
      );
  }
}

const idsIn = async (database: Database, sql: string): Promise<ReadonlySet<string>> =>
  new Set((await database.read.all(sql)).map((row) => textOf(row, "id")));
