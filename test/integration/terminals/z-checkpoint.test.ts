// A till holds the checkpoint that covers its Z against whoever rewrites the day.
import { expect, test } from "vitest";
import { createTerminals } from "#backoffice/terminals/create-terminals.ts";
import { fail } from "#core/errors.ts";
import { aStation, aTerminal } from "#test/world/a-terminal.ts";
import { eachDatabase } from "#test/world/database.ts";

eachDatabase((databases) => {
  test("a checkpoint for a Z that could not be written is written with the next sync, which has nothing new", async () => {
    const world = await aStation(databases);
    let refusals = 1;
    let written = 0;
    const ledger = {
      ...world.deps.ledger,
      checkpoint: async () => {
        refusals -= 1;
        if (refusals >= 0) return fail("BUSY", "the database is busy");
        written += 1;
        return world.ledger.checkpoint();
      },
    };
    const terminals = createTerminals({ ...world.deps, ledger });
    const till = await aTerminal({ ...world, terminals });
    till.write({
      kind: "z-closed",
      body: {
        shiftId: "shift-1",
        zNumber: 1,
        headHash: till.place().hash,
        previousZHash: null,
        report: { zNumber: 1, booksCheckpoint: null },
      },
    });
    await expect(till.sync()).rejects.toMatchObject({ failure: { code: "BUSY" } });
    // It asks where the server stands, and has nothing to send any more.
    till.unsent.splice(0);
    const { checkpoint } = await till.sync();
    expect(checkpoint).toMatchObject(await world.ledger.checkpoint());
    await till.sync();
    expect(written).toBe(1);
  });
});
