// A till whose journal has forked may go on sending for ever: what is kept of it ends somewhere.
import { expect, test } from "vitest";
import { FORKED_ENTRIES_MAX } from "#backoffice/terminals/quarantine.ts";
import { FailureError } from "#core/errors.ts";
import { aStation, aTerminal } from "#test/world/a-terminal.ts";
import { eachDatabase } from "#test/world/database.ts";

eachDatabase((databases) => {
  test("a quarantined till that goes on writing fills one item, not the list", async () => {
    const world = await aStation(databases);
    const till = await aTerminal(world);
    await till.sync();
    await world.database.transaction((tx) =>
      tx.run("UPDATE terminal SET state = 'quarantined' WHERE terminal_id = ?", [till.terminalId]),
    );
    const send = async (count: number) => {
      till.unsent.splice(0);
      for (let written = 0; written < count; written += 1) till.write({ kind: "signed-out", body: {} });
      await expect(till.sync()).rejects.toSatisfy(
        (error) => error instanceof FailureError && error.failure.code === "TERMINAL_QUARANTINED",
      );
    };
    const total = async () =>
      (await world.terminals.workItems({ state: "open", page: 0, pageSize: 1 })).total;
    for (let sent = 0; sent < FORKED_ENTRIES_MAX; sent += 500) await send(500);
    expect(await total()).toBe(FORKED_ENTRIES_MAX);
    await send(7);
    await send(5);
    expect(await total()).toBe(FORKED_ENTRIES_MAX + 1);
    const further = { state: "open", query: `w-further-${till.terminalId}`, page: 0, pageSize: 1 } as const;
    const [item] = (await world.terminals.workItems(further)).rows;
    expect(item?.detail).toBe("12 further entries of this terminal were not kept");
  });
});
