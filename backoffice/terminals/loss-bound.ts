// The most that the operator bears of what one terminal reports (I5). The till keeps to its caps by itself; one that was
// changed, or whose key was stolen, does not, and what it claims is paid out to its merchant.
import { moneyOf } from "#core/contract/values.ts";
import { add, type Money, money, subtract, zero } from "#core/money.ts";
import { hours } from "#core/time.ts";
import { bigintOf, numberOf } from "#database/row.ts";
import type { TerminalDeps } from "./deps.ts";
import type { TerminalRecord } from "./store.ts";

/** A till that syncs counts its own exposure anew; here it is counted by the day. */
const COUNTED_FOR_MS = hours(24);

/**
 * What may still be lost at a terminal at the operator's cost: the policy's cap, less what was lost in the last 24 hours.
 * A terminal that was written off gets the exposure that was named then on top, and is counted since then.
 */
export async function lossLeft(deps: TerminalDeps, terminal: TerminalRecord): Promise<Money> {
  const { currency } = deps.station;
  const { read } = deps.database;
  const { terminalId } = terminal;
  const writtenOff = await read.get(
    `SELECT at, CAST(amount AS TEXT) AS amount FROM work_item
     WHERE terminal_id = ? AND kind = 'grant-written-off' AND currency = ? ORDER BY at DESC LIMIT 1`,
    [terminalId, currency],
  );
  const cap = moneyOf(deps.offlinePolicy.terminalMax);
  const named = writtenOff === undefined ? zero(currency) : money(bigintOf(writtenOff, "amount"), currency);
  const since = writtenOff === undefined ? deps.clock.now() - COUNTED_FOR_MS : numberOf(writtenOff, "at");
  const row = await read.get(
    `SELECT CAST(COALESCE(SUM(amount), 0) AS TEXT) AS lost FROM work_item
     WHERE terminal_id = ? AND bearer = 'operator' AND currency = ? AND at >= ?
     AND kind IN ('slip-short', 'slip-refused', 'slip-of-written-off-terminal')`,
    [terminalId, currency, since],
  );
  const lost = row === undefined ? zero(currency) : money(bigintOf(row, "lost"), currency);
  return subtract(add(cap, named), lost);
}
