// Restores during which nobody pays on line. Every won that tills then come with was there when it was promised, so what
// was agreed on line or in escrow loses nothing but what slips at risk took before its till had synced: no till can tell
// which came first, and the loss is the same. Excused is a hold that an earlier restore forgot, because its sale was not
// completed when its till synced: its money was free since (docs/decisions/restored-books.md).
import { RISK_POLICY } from "#backoffice/terminals/shortages.ts";
import type { Instant } from "#core/time.ts";
import type { ReadDb } from "#database/database.ts";
import { bigintOf, textOf } from "#database/row.ts";
import type { SimTill } from "./sim-till.ts";

export type QuietRestores = Readonly<{
  began(at: Instant, isQuiet: boolean): void;
  /** True while a restore waits that is to stay quiet. */
  isQuiet(): boolean;
  /** A payment was held on line all the same: by a request that came late. */
  disturbed(): void;
  settled(read: ReadDb): Promise<void>;
  /** How many went through in quiet, and what is wrong with them. */
  count(): number;
  faults(tills: readonly SimTill[]): readonly string[];
}>;

export function watchQuietRestores(): QuietRestores {
  let open: Readonly<{ isQuiet: boolean; at: Instant }> | undefined;
  let count = 0;
  const lacking: Lack[] = [];
  return {
    began: (at, isQuiet) => {
      // A restore while another waits goes on with its wait: what was paid on line in it is in the books that came back.
      open = { isQuiet: isQuiet && open?.isQuiet !== false, at };
    },
    isQuiet: () => open?.isQuiet === true,
    disturbed: () => {
      if (open !== undefined) open = { ...open, isQuiet: false };
    },
    settled: async (read) => {
      const ended = open;
      open = undefined;
      if (ended?.isQuiet !== true) return;
      count += 1;
      lacking.push(...(await lackingSince(read, ended.at)));
    },
    count: () => count,
    faults: (tills) => {
      const excused = new Set(tills.flatMap((till) => [...till.acrossRestores]));
      const left = new Map<string, bigint>();
      for (const { key, tenderId, minor, atRisk } of lacking) {
        if (!excused.has(tenderId)) left.set(key, (left.get(key) ?? atRisk) - minor);
      }
      const short = [...left].find(([, minor]) => minor < 0n);
      return short === undefined ? [] : [`I5: a restore in quiet lost what was promised: ${short[0]}`];
    },
  };
}

/** What a card lacked for one thing that was agreed, and what slips at risk had taken of it since the restore. */
type Lack = Readonly<{ key: string; tenderId: string; minor: bigint; atRisk: bigint }>;

async function lackingSince(read: ReadDb, since: Instant): Promise<readonly Lack[]> {
  const rows = await read.all(
    `SELECT s.card_id, COALESCE(own.tender_id, '') AS tender_id, CAST(s.amount - s.repaid AS TEXT) AS lacking,
       CAST(COALESCE((SELECT SUM(p.captured) FROM payment p WHERE p.card_id = s.card_id AND p.route = 'risk'
         AND p.request_id LIKE 'slip:%' AND p.recorded_at >= ?), 0) AS TEXT) AS at_risk
     FROM restored_shortage s LEFT JOIN payment own ON own.payment_id = s.payment_id
     WHERE s.at >= ? AND s.state = 'judged' AND s.policy <> ? AND s.amount > s.repaid`,
    [since, since, RISK_POLICY],
  );
  return rows.map((row) => ({
    key: `card ${textOf(row, "card_id")} after ${since}`,
    tenderId: textOf(row, "tender_id"),
    minor: bigintOf(row, "lacking"),
    atRisk: bigintOf(row, "at_risk"),
  }));
}
