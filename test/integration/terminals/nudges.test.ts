import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { v7 } from "uuid";
import { expect, test } from "vitest";
import { MIGRATIONS } from "#backoffice/migrations/list.ts";
import { wireModules } from "#backoffice/modules.ts";
import { DEMO_SETTINGS } from "#backoffice/settings.ts";
import { createNudges, postgresBus } from "#backoffice/terminals/nudges.ts";
import type { TerminalId } from "#core/ids.ts";
import { instant } from "#core/time.ts";
import { eachDatabase } from "#test/world/database.ts";

const clock = { now: () => instant(0) };

eachDatabase((databases) => {
  test.runIf(databases.dialect === "postgres")(
    "a nudge of one server process reaches a till at another",
    async () => {
      const database = await databases.open([]);
      const openBus = postgresBus(databases.address(database));
      const [here, there] = [await createNudges({ clock, openBus }), await createNudges({ clock, openBus })];
      const heard = there.listen("t1" as TerminalId, undefined);
      await heard.next();
      here.publish("t1" as TerminalId, "recall");
      expect((await heard.next()).value?.kind).toBe("recall");
      await Promise.all([here.close(), there.close()]);
      expect((await heard.next()).done).toBe(true);
    },
  );

  test.runIf(databases.dialect === "postgres")(
    "two back offices on one database carry each other's nudges",
    async () => {
      const database = await databases.open(MIGRATIONS);
      const options = {
        database,
        databaseUrl: databases.address(database),
        dataDir: mkdtempSync(join(tmpdir(), "countersign-nudges-")),
        schemasDir: "backoffice/bank/schemas",
        settings: DEMO_SETTINGS,
        clock: { now: () => instant(Date.now()) },
        ids: { next: () => v7() },
        log: pino({ level: "silent" }),
      };
      const [here, there] = [await wireModules(options), await wireModules(options)];
      const heard = there.terminals.nudges("t1" as TerminalId, undefined);
      await heard.next();
      here.staffChanged();
      expect((await heard.next()).value?.kind).toBe("snapshot");
      await Promise.all([here.close(), there.close()]);
    },
  );
});
