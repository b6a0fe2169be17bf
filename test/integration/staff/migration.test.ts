// 007 on a database of the version before, with people in it.
import { expect, test } from "vitest";
import { MIGRATIONS } from "#backoffice/migrations/list.ts";
import { staffById } from "#backoffice/staff/store.ts";
import type { StaffId } from "#core/ids.ts";
import { migrate } from "#database/migrate.ts";
import { eachDatabase } from "#test/world/database.ts";

eachDatabase((databases) => {
  test("people of before keep their passwords, sessions and locks; nobody is asked to choose anew", async () => {
    const at = MIGRATIONS.findIndex(({ name }) => name === "007-staff-access");
    const database = await databases.open(MIGRATIONS.slice(0, at));
    await database.transaction(async (tx) => {
      for (const [id, state, tries] of [
        ["kim", "active", 1],
        ["lee", "locked", 5],
        ["old", "left", 0],
      ] as const)
        await tx.run(
          `INSERT INTO staff (staff_id, sign_in_name, name, role, state, password_hash, pin_sealed, pin_version, totp_sealed, totp_step, wrong_tries, last_sign_in_at)
           VALUES (?, ?, ?, 'cashier', ?, 'hash', NULL, 3, NULL, 0, ?, 17)`,
          [id, id, id, state, tries],
        );
      await tx.run(
        "INSERT INTO staff_session (token_hash, staff_id, begun_at, expires_at) VALUES ('t', 'kim', 1, 2)",
      );
    });
    await migrate(database, MIGRATIONS);
    const person = (id: string) => staffById(database.read, id as StaffId);
    expect(await person("kim")).toMatchObject({
      state: "active",
      password_hash: "hash",
      password_once: false,
      pin_version: 3,
      wrong_tries: 1,
      locks: 0,
      locked_until: null,
      last_sign_in_at: 17,
    });
    // Only a person ends a lock of before.
    expect(await person("lee")).toMatchObject({ state: "locked", locked_until: null });
    expect(await person("old")).toMatchObject({ state: "left" });
    const sessions = await database.read.all("SELECT token_hash FROM staff_session");
    expect(sessions).toHaveLength(1);
    for (const sql of ["DELETE FROM staff", "DELETE FROM staff_event"])
      await expect(
        database.transaction(async (tx) => {
          await tx.run(
            "INSERT INTO staff_event (event_id, staff_id, at, what, reason) VALUES ('e', 'kim', 1, 'added', '')",
          );
          await tx.run(sql);
        }),
      ).rejects.toThrow("refused");
  });
});
