// A lane goes on where it is certain what was committed, and ends where it is not.
import { expect, test } from "vitest";
import { createLedger } from "#backoffice/ledger/ledger.ts";
import type { LedgerRequest } from "#backoffice/ledger/request.ts";
import { verifyLedger } from "#backoffice/ledger/verify.ts";
import { MIGRATIONS } from "#backoffice/migrations/list.ts";
import type { Database } from "#database/database.ts";
import type { Migration } from "#database/migrate.ts";
import { numberOf } from "#database/row.ts";
import { eachDatabase } from "#test/world/database.ts";
import { aCard, aMerchant, aRequest, aTransfer, BANK, countingIds, NOON } from "#test/world/ledger.ts";

const tickets: Migration = {
  name: "999-tickets",
  up: ({ text, strict }) => [
    `CREATE TABLE ticket (id ${text} PRIMARY KEY NOT NULL)${strict}`,
    "INSERT INTO ticket VALUES ('taken')",
  ],
};

const pay = (id: string, ticket: string, over: Partial<LedgerRequest> = {}) =>
  aRequest(id, [aTransfer(id, aCard("a"), aMerchant("m"), 1)], {
    changes: [{ sql: "INSERT INTO ticket VALUES (?)", params: [ticket] }],
    ...over,
  });

const lanes = async (database: Database) =>
  numberOf((await database.read.get("SELECT COUNT(*) AS lanes FROM ledger_lane")) ?? {}, "lanes");

eachDatabase((databases) => {
  test("rows that the database refuses end no lane, alone or among others, and hold nobody else up", async () => {
    const database = await databases.open([...MIGRATIONS, tickets]);
    const ledger = createLedger({ database, clock: { now: () => NOON }, ids: countingIds() });
    await ledger.submit(aRequest("fund", [aTransfer("fund", BANK, aCard("a"), 100)]));
    await expect(ledger.submit(pay("alone", "taken"))).rejects.toThrow();
    const together = await Promise.allSettled([
      ledger.submit(pay("p1", "t1")),
      ledger.submit(pay("refused", "taken")),
      ledger.submit(pay("p2", "t2")),
      ledger.submit(
        pay("unmet", "t3", {
          changes: [{ sql: "DELETE FROM ticket WHERE id = ?", params: ["nobody's"], must: "a ticket goes" }],
        }),
      ),
    ]);
    expect(together.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "rejected"]);
    expect(await ledger.submit(pay("alone", "t4"))).toMatchObject({ kind: "accepted", replayed: false });
    expect(await lanes(database)).toBe(1);
    await ledger.close();
    expect(await verifyLedger(database)).toMatchObject({ ok: true });
  });
});
