// The step to terminals that were left, taken by books of before.
import { expect, test } from "vitest";
import { MIGRATIONS } from "#backoffice/migrations/list.ts";
import { terminalById } from "#backoffice/terminals/store.ts";
import type { TerminalId } from "#core/ids.ts";
import { migrate } from "#database/migrate.ts";
import { eachDatabase } from "#test/world/database.ts";

const BEFORE = MIGRATIONS.filter(({ name }) => name < "013");

eachDatabase((databases) => {
  test("terminals of before are as they were, and none of them was left or follows another", async () => {
    const database = await databases.open(BEFORE);
    await database.transaction(async (tx) => {
      await tx.run(
        `INSERT INTO terminal (terminal_id, name, merchant_id, state, public_key, key_store, software_version,
           staff_key_sealed, epoch, mark_seq, mark_hash, snapshot_version, enrolled_at, last_sync_at)
         VALUES ('t1', 'Till 1', 'm1', 'enrolled', 'key', 'file', 'test', 'sealed', 'e1', 3, 'hash', 2, 10, 20)`,
      );
      await tx.run(
        `INSERT INTO terminal_epoch (terminal_id, epoch, reason, started_at, mark_seq, mark_hash)
         VALUES ('t1', 'e1', 'enrolled', 15, 3, 'hash')`,
      );
    });
    expect(await migrate(database, MIGRATIONS)).toContain("013-left-terminals");
    expect(await terminalById(database.read, "t1" as TerminalId)).toMatchObject({
      name: "Till 1",
      state: "enrolled",
      markSeq: 3,
      lastSyncAt: 20,
      leftAt: null,
      isLeftWhole: false,
    });
    expect(
      await database.read.all("SELECT follows_epoch, follows_seq, follows_hash FROM terminal_epoch"),
    ).toEqual([{ follows_epoch: null, follows_seq: null, follows_hash: null }]);
  });
});
