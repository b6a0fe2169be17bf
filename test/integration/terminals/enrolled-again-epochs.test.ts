// A till that is enrolled again after it had gone on in another epoch, as one that was restored does: what it wrote in the epoch
// that it left is settled too.
import { afterEach, expect, test } from "vitest";
import { numberOf } from "#database/row.ts";
import { RESTORED_SETTING } from "#main/till/store/epochs.ts";
import { enrolmentsOver } from "#main/till/sync/earlier-ends.ts";
import { aStation, type StationWorld } from "#test/world/a-terminal.ts";
import { anActiveCard, PASSWORD } from "#test/world/back-office.ts";
import { eachDatabase } from "#test/world/database.ts";
import { aStationTill, type StationTill } from "#test/world/till-of-a-station.ts";

const running: StationTill[] = [];
afterEach(async () => {
  for (const till of running.splice(0)) await till.stop();
});

async function aTill(world: StationWorld) {
  const till = await aStationTill(world);
  running.push(till);
  return till;
}

/** It goes on in an epoch of its own, as after a restore that was declared; off line. */
async function leaveEpoch(till: StationTill) {
  till.line.isCut = true;
  await till.stop();
  await till.database.transaction((tx) =>
    tx.run("INSERT INTO settings (name, value) VALUES (?, '')", [RESTORED_SETTING]),
  );
  await till.start();
}

async function unjudgedHere({ database }: StationTill) {
  const row = await database.read.get("SELECT COUNT(*) AS slips FROM sealed_slips WHERE judged_at IS NULL");
  return row === undefined ? 0 : numberOf(row, "slips");
}

eachDatabase((databases) => {
  /** A sealed slip of 2,000 that the back office has judged, and a till that did not hear of it. */
  async function anUnheardJudgement() {
    const world = await aStation(databases);
    const till = await aTill(world);
    const { pin } = await anActiveCard(world.cards, 60_000);
    till.line.isCut = true;
    expect((await till.sellOffline({ number: pin, password: PASSWORD }, 2_000)).how).toBe("risk");
    till.line.isCut = false;
    expect(await till.push()).toBeNull();
    till.line.isCut = true;
    await till.database.transaction((tx) => tx.run("UPDATE sealed_slips SET judged_at = NULL"));
    return { world, till };
  }

  test("hears what became of a sealed slip of an epoch that it left", async () => {
    const { till } = await anUnheardJudgement();
    await leaveEpoch(till);
    await till.enrolAgain();
    expect(await till.push()).toBeNull();
    expect(await unjudgedHere(till)).toBe(0);
    expect(till.now().connection.earlier.lineOf(till.first)).toMatchObject({ kind: "open" });
  });

  test("is done with a sealed slip that the back office neither judges nor waits for", async () => {
    const { world, till } = await anUnheardJudgement();
    await world.database.transaction((tx) => tx.run("DELETE FROM sealed_slip"));
    await till.enrolAgain();
    expect(await till.push()).toBeNull();
    expect(await unjudgedHere(till)).toBe(1);
    expect(till.now().connection.earlier.lineOf(till.first)).toMatchObject({ kind: "open" });
  });

  test("shows each epoch of a quarantined terminal of which nothing was ever countersigned", async () => {
    const world = await aStation(databases);
    const till = await aTill(world);
    await leaveEpoch(till);
    await till.database.transaction((tx) => tx.run("DELETE FROM countersignatures"));
    await world.database.transaction((tx) => tx.run("UPDATE terminal SET state = 'quarantined'"));
    await till.enrolAgain();
    expect(await till.push()).toBeNull();
    expect(await world.database.read.all("SELECT DISTINCT epoch FROM work_item")).toHaveLength(2);
  });

  test("shows what it has where the back office countersigns what is not here", async () => {
    const world = await aStation(databases);
    const till = await aTill(world);
    till.line.beforeSync = {
      terminalId: till.first,
      happens: () =>
        world.database.transaction((tx) =>
          tx.run("UPDATE terminal SET mark_hash = ? WHERE terminal_id = ?", ["f".repeat(64), till.first]),
        ),
    };
    await till.enrolAgain({ isCut: true });
    await till.stop();
    await till.database.transaction((tx) => tx.run("DELETE FROM countersignatures"));
    till.line.isCut = false;
    await till.start();
    expect(await till.push()).toBeNull();
    expect(till.line.beforeSync).toBeUndefined();
    const sync = "POST /v1/terminal/journal";
    expect(till.asked(till.first).slice(-3)).toEqual(["GET /v1/terminal/journal/mark", sync, sync]);
    expect(till.now().connection.earlier.leftBehind()).toMatchObject([{ code: "TERMINAL_QUARANTINED" }]);
  });

  test("keeps the old key while a refund of then has no answer", async () => {
    const world = await aStation(databases);
    const till = await aTill(world);
    till.line.isCut = true;
    const { pin } = await anActiveCard(world.cards, 60_000);
    await till.sellOffline({ number: pin, password: PASSWORD }, 2_000);
    await till.enrolAgain();
    await till.push();
    const over = async () => [...(await enrolmentsOver(till.database.read, await till.start()))];
    await till.stop();
    expect(await over()).toEqual([]);
    world.clock.advance(1);
    await till.push();
    await till.stop();
    const refund = (sql: string) => till.database.transaction((tx) => tx.run(sql));
    await refund(
      `INSERT INTO attempts (attempt_id, purpose, sale_id, about_id, amount, state, epoch, seq)
       SELECT 'attempt-1', 'refund', 'sale-1', 'refund-1', 2000, 'unknown', epoch, 1 FROM epochs WHERE ordinal = 1`,
    );
    expect(await over()).toEqual([]);
    await till.stop();
    await refund("UPDATE attempts SET state = 'approved' WHERE attempt_id = 'attempt-1'");
    expect(await over()).toEqual([till.first]);
  });
});
