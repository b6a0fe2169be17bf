// A journal that has forked: two tills have signed with one key. What they say is kept whole for a person to judge,
// nothing of it is posted, and the terminal sells for cash until it is enrolled again.
import { canonicalJson, type JsonValue } from "#core/canonical-json.ts";
import { moneyOf } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import { decodeEntry, type SignedEntry } from "#core/journal/entry.ts";
import { type Money, sum } from "#core/money.ts";
import type { TerminalDeps } from "./deps.ts";
import { tendersOf } from "./facts.ts";
import type { TerminalRecord } from "./store.ts";
import { workItem } from "./work-item.ts";

/** Always fails with TERMINAL_QUARANTINED, once the entries are kept. */
export async function quarantine(
  deps: TerminalDeps,
  terminal: TerminalRecord,
  entries: readonly SignedEntry[],
  detail: string,
): Promise<never> {
  const source = { now: deps.clock.now() };
  const { terminalId } = terminal;
  await deps.database.transaction(async (tx) => {
    await tx.run("UPDATE terminal SET state = 'quarantined' WHERE terminal_id = ? AND state = 'enrolled'", [
      terminalId,
    ]);
    await tx.runEach(
      entries.map((entry) =>
        workItem(
          { ...entry, terminalId },
          source,
          {
            kind: "journal-forked",
            amount: prepaidIn(entry),
            policy: null,
            bearer: "nobody",
            code: "TERMINAL_QUARANTINED",
            detail: `${entry.kind} ${entry.id}`,
          },
          canonicalJson(entry as JsonValue),
        ),
      ),
    );
  });
  deps.log.error({ terminalId, entries: entries.length, detail }, "terminal.quarantined");
  deps.nudges.publish(terminalId, "snapshot");
  return fail("TERMINAL_QUARANTINED", detail);
}

/** The stored value that a forked entry speaks of, so that a person sees first what matters. */
function prepaidIn(signed: SignedEntry): Money | null {
  const entry = decodeEntry(signed);
  if (entry === undefined) return null;
  const amounts = tendersOf(entry).flatMap((tender) =>
    tender.method === "prepaid" ? [moneyOf(tender.amount)] : [],
  );
  const [first] = amounts;
  return first === undefined ? null : sum(amounts, first.currency);
}
