// A till whose journal has forked may go on sending for ever: what is kept of it ends somewhere.
import { expect, test } from "vitest";
import { createTerminals } from "#backoffice/terminals/create-terminals.ts";
import { FORKED_ENTRIES_MAX } from "#backoffice/terminals/quarantine.ts";
import { FailureError } from "#core/errors.ts";
import { approved, aStation, aTender, aTerminal, risk } from "#test/world/a-terminal.ts";
import { eachDatabase } from "#test/world/database.ts";

const refused = (sync: Promise<unknown>) =>
  expect(sync).rejects.toSatisfy(
    (error) => error instanceof FailureError && error.failure.code === "TERMINAL_QUARANTINED",
  );

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
      await refused(till.sync());
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
    // The last five came again with three new ones behind them.
    for (let written = 0; written < 3; written += 1) till.write({ kind: "signed-out", body: {} });
    await refused(till.sync());
    await refused(till.sync());
    const [counted] = (await world.terminals.workItems(further)).rows;
    expect(counted?.detail).toBe("15 further entries of this terminal were not kept");
  });

  test("a quarantined till that asks again writes nothing and tells nobody, until it says something new", async () => {
    const world = await aStation(databases);
    const told = { transactions: 0, errors: 0, nudges: 0 };
    const { database, nudges, log } = world.deps;
    const terminals = createTerminals({
      ...world.deps,
      database: {
        ...database,
        transaction: (work, isolation) => {
          told.transactions += 1;
          return database.transaction(work, isolation);
        },
      },
      log: {
        ...log,
        error: () => {
          told.errors += 1;
        },
      },
      nudges: {
        ...nudges,
        publish: (to, kind) => {
          told.nudges += 1;
          nudges.publish(to, kind);
        },
      },
    });
    const till = await aTerminal({ ...world, terminals });
    await till.sync();
    const before = till.place();
    till.write({ kind: "signed-out", body: {} });
    await till.sync();
    till.goBackTo(before);
    till.write(approved(aTender(undefined, 4_000, risk())));
    Object.assign(told, { transactions: 0, errors: 0, nudges: 0 });
    for (let asked = 0; asked < 3; asked += 1) await refused(till.sync());
    expect(told).toEqual({ transactions: 1, errors: 1, nudges: 1 });
    till.write({ kind: "signed-out", body: {} });
    for (let asked = 0; asked < 3; asked += 1) await refused(till.sync());
    expect(told).toEqual({ transactions: 2, errors: 1, nudges: 1 });
    expect((await world.workItems()).map(({ kind }) => kind)).toEqual(["journal-forked", "journal-forked"]);
  });
});
