// What a run found, for people and as JSON.
import { writeFileSync } from "node:fs";
import { type Invariant, type Judgement, nothingBroken } from "./judge.ts";
import { POINTS, type PowerCuts } from "./power-cut.ts";

export type Findings = Readonly<{
  seed: number;
  /** Undefined where no process was to be killed. */
  killed: Readonly<{ kills: number; judgement: Judgement }> | undefined;
  journal: PowerCuts;
  script: PowerCuts;
  ledger: PowerCuts;
  seconds: number;
}>;

const INVARIANTS = ["I1", "I2", "I3", "I4", "I5"] as const satisfies readonly Invariant[];

/** Prints the outcome and writes the JSON; whether everything held. */
export function conclude(
  { seed, killed, journal, script, ledger, seconds }: Findings,
  jsonPath: string | undefined,
  print: (line: string) => void,
): boolean {
  const broken = killed?.judgement.broken ?? nothingBroken();
  const stores = [journal, script, ledger];
  for (const { broken: more } of stores) for (const name of INVARIANTS) broken[name].push(...more[name]);
  const lost = stores.reduce((sum, store) => sum + store.lost, killed?.judgement.lost ?? 0);
  const duplicated = stores.reduce((sum, store) => sum + store.duplicated, killed?.judgement.duplicated ?? 0);
  const report = {
    seed,
    kills: killed?.kills ?? 0,
    acknowledged: killed?.judgement.acknowledged ?? 0,
    lost,
    duplicated,
    sales: killed?.judgement.sales ?? null,
    journalEntries: killed?.judgement.journalEntries ?? 0,
    accounts: killed?.judgement.accounts ?? 0,
    powerCuts: { journal: figuresOf(journal), script: figuresOf(script), ledger: figuresOf(ledger) },
    invariants: Object.fromEntries(
      INVARIANTS.map((name) => [name, { holds: broken[name].length === 0, findings: broken[name] }]),
    ),
    seconds,
  };
  if (jsonPath !== undefined) writeFileSync(jsonPath, `${JSON.stringify(report, null, 2)}\n`);
  if (killed !== undefined) {
    const { sales } = killed.judgement;
    print(
      `\n${report.kills} kills over ${sales.total} sales: ${sales.cash} in cash, ${sales.prepaidOnline} by card on ` +
        `line, ${sales.prepaidOffline} by card without a line, ${sales.refused} refused.`,
    );
    print(`${report.acknowledged} acknowledged, ${lost} lost, ${duplicated} duplicated.`);
  }
  for (const [name, { points, cuts, acknowledged }] of Object.entries(report.powerCuts))
    print(
      `${name}: ${cuts} power cuts (${points.beforeCommit} before COMMIT, ${points.afterCommit} after it, ` +
        `${points.duringCheckpoint} during a checkpoint, ${points.afterAcknowledgement} after the acknowledgement); ${acknowledged} acknowledgements were looked for.`,
    );
  const unmet = [...neverMet("journal", journal), ...neverMet("ledger", ledger)];
  const isWell =
    INVARIANTS.every((name) => broken[name].length === 0) &&
    lost === 0 &&
    duplicated === 0 &&
    unmet.length === 0;
  for (const name of INVARIANTS) for (const finding of broken[name]) print(`OFF, ${name}: ${finding}`);
  for (const moment of unmet) print(`NOT TESTED: ${moment}`);
  print(isWell ? `All is well (seed ${seed}, ${seconds} s).` : `Run it again with --seed ${seed}.`);
  return isWell;
}

/** Moments that so many cuts meet for certain; where one was not met, the cuts are not where they were meant to be. */
const neverMet = (name: string, { cuts, points }: PowerCuts): readonly string[] =>
  POINTS.filter((point) => points[point] === 0 && cuts >= CUTS_THAT_MEET[point]).map(
    (point) => `no power cut of the ${name} was ${point}`,
  );

const CUTS_THAT_MEET: Readonly<Record<(typeof POINTS)[number], number>> = {
  beforeCommit: 60,
  afterCommit: 60,
  // Some four in a hundred, and they come together.
  duringCheckpoint: 300,
  afterAcknowledgement: 60,
};

const figuresOf = ({ cuts, points, damages, acknowledged, lost, duplicated }: PowerCuts) => ({
  cuts,
  points,
  damages,
  acknowledged,
  lost,
  duplicated,
});
