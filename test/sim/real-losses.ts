// What the real books say was lost, and what their work items may say at all.
import { RISK_POLICY } from "#backoffice/terminals/shortages.ts";
import type { ReadDb } from "#database/database.ts";
import { bigintOf, nullable, numberOf, textOf } from "#database/row.ts";
import type { Losses } from "./sim-server.ts";

export type Item = Readonly<{
  kind: string;
  terminalId: string;
  minor: bigint;
  policy: string | null;
  bearer: string | null;
  code: string;
  detail: string;
  at: number;
}>;

export async function workItems(read: ReadDb): Promise<readonly Item[]> {
  const rows = await read.all(
    `SELECT kind, terminal_id, CAST(COALESCE(amount, 0) AS TEXT) AS amount, policy, bearer, code, detail, at
     FROM work_item ORDER BY at, work_item_id`,
  );
  return rows.map((row) => ({
    kind: textOf(row, "kind"),
    terminalId: textOf(row, "terminal_id"),
    minor: bigintOf(row, "amount"),
    policy: nullable(row, "policy", textOf),
    bearer: nullable(row, "bearer", textOf),
    code: textOf(row, "code"),
    detail: textOf(row, "detail"),
    at: numberOf(row, "at"),
  }));
}

/** A slip that its till took at its own risk, and that its card could not pay. */
export const isRiskLoss = ({ kind, policy, bearer }: Item) =>
  (kind === "slip-short" || kind === "slip-refused") && policy === RISK_POLICY && bearer === "operator";
/** More than is borne of a terminal in a day: whoever took it bears it. */
export const isBeyondBearing = ({ kind, code }: Item) =>
  kind === "posting-refused" && code === "OFFLINE_CAP_TERMINAL";
/** What a card still lacked when every till had synced after a restore (docs/decisions/restored-books.md). */
export const isRestoredLoss = ({ policy, bearer, detail }: Item) =>
  policy !== RISK_POLICY && bearer === "operator" && detail.endsWith("after every till has synced");

export const tenderOf = ({ detail }: Item): string => /tender (\S+?):? /.exec(`${detail} `)?.[1] ?? "";

export async function lossesOf(read: ReadDb): Promise<Losses> {
  const items = await workItems(read);
  const sum = (of: readonly Item[]) => of.reduce((total, { minor }) => total + minor, 0n);
  const borne = items.filter(({ bearer }) => bearer === "operator");
  const risk = borne.filter(isRiskLoss);
  const restored = borne.filter(isRestoredLoss);
  return { risk: sum(risk), restored: sum(restored), escrow: sum(borne) - sum(risk) - sum(restored) };
}
