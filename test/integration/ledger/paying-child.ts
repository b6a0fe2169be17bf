// A process that pays as fast as it can and says which payments were acknowledged, until it is killed.
import { createLedger } from "#backoffice/ledger/ledger.ts";
import { instant } from "#core/time.ts";
import { openDatabase } from "#database/open.ts";
import { aCard, aMerchant, aRequest, aTransfer } from "#test/world/ledger.ts";

const [address = "", run = "", cards = "1"] = process.argv.slice(2);
const CALLERS = 64;

async function main(): Promise<void> {
  const database = await openDatabase(address);
  const ids = { next: () => `run-${run}` };
  const ledger = createLedger({
    database,
    clock: { now: () => instant(Date.now()) },
    ids,
    batchRequestsMax: 16,
  });
  let next = 0;
  const pay = async () => {
    for (;;) {
      next += 1;
      const id = `${run}-${next}`;
      // Two legs and a bound row: a payment is there with all three, or with none.
      const transfers = [
        aTransfer(`${id}.0`, aCard(String(next % Number(cards))), aMerchant("m"), 2),
        aTransfer(`${id}.1`, aMerchant("m"), aMerchant("tax"), 1),
      ];
      const changes = [{ sql: "INSERT INTO purchase (id) VALUES (?)", params: [id] }];
      const answer = await ledger.submit(aRequest(id, transfers, { changes }));
      if (answer.kind === "accepted") process.stdout.write(`${id}\n`);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, pay));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
