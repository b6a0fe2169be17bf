// Makes the keys of a folder, for a test that ends it while it writes them.
import { openKeyring } from "#backoffice/cards/keyring.ts";
import { openServerKeys } from "#backoffice/terminals/server-keys.ts";

const [, , what, dir = ""] = process.argv;
if (what === "card-lookup") openKeyring(dir, what);
else openServerKeys(dir);
