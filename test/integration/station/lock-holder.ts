// Holds a data folder until it is killed.
import { lockFolder } from "#main/station/lock.ts";

lockFolder(process.argv[2] ?? "").then(
  () => {
    setInterval(() => undefined, 60_000);
    console.log("held");
  },
  () => process.exit(1),
);
