import { expect, test } from "vitest";
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
});
