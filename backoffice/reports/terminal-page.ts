// One till with its whole story: enrolment, epochs, shifts and what it reported that needed a person, on one time line.
import type { StoryEvent, TerminalPage } from "#core/contract/reports.ts";
import type { WorkItem } from "#core/contract/terminals.ts";
import { wireInstant, wireMoney } from "#core/contract/values.ts";
import { fail } from "#core/errors.ts";
import type { TerminalId } from "#core/ids.ts";
import { money } from "#core/money.ts";
import { instant } from "#core/time.ts";
import type { ReadDb, Row } from "#database/database.ts";
import { bigintOf, numberOf, oneOf, textOf } from "#database/row.ts";
import { currencyOf } from "../merchants/store.ts";
import type { DayDeps } from "./day.ts";
import { listShifts } from "./shifts.ts";

/** Of each kind of event; what is older is found in the lists of shifts and of work items. */
const EVENTS_EACH_MAX = 50;
const STORY_EVENTS_MAX = 100;
const GRANTS_MAX = 100;
const DETAIL_CHARACTERS_MAX = 300;

/** Fails with NOT_FOUND. */
export async function terminalPage(deps: DayDeps, terminalId: TerminalId): Promise<TerminalPage> {
  const { read } = deps.database;
  const row = (await deps.terminals.row(terminalId)) ?? fail("NOT_FOUND");
  const search = { query: terminalId, page: 0, pageSize: EVENTS_EACH_MAX } as const;
  const [enrolled, grants, open, resolved, taken, epochs, shifts] = await Promise.all([
    enrolmentOf(read, terminalId),
    grantsAt(read, terminalId),
    deps.terminals.workItems({ ...search, state: "open" }),
    deps.terminals.workItems({ ...search, state: "resolved" }),
    takenEvents(read, terminalId),
    epochEvents(read, terminalId),
    shiftEvents(read, terminalId),
  ]);
  const story = [
    event(row.enrolledAt, "staff", "enrolled", enrolled.madeBy),
    ...(row.leftAt === null ? [] : [event(row.leftAt, "journal", "left")]),
    ...epochs,
    ...shifts,
    ...[...open.rows, ...resolved.rows].map(workItemEvent),
    ...taken,
  ];
  return {
    ...row,
    merchantName: enrolled.merchantName,
    softwareVersion: enrolled.softwareVersion,
    openWorkItems: open.total,
    grants: grants.map(grantRow),
    story: story.toSorted((one, other) => one.at.localeCompare(other.at)).slice(-STORY_EVENTS_MAX),
  };
}

const event = (
  at: string,
  source: StoryEvent["source"],
  title: string,
  detail = "",
  reference = "",
): StoryEvent => ({
  at,
  source,
  title,
  detail: detail.slice(0, DETAIL_CHARACTERS_MAX),
  amount: null,
  reference,
});

async function enrolmentOf(db: ReadDb, terminalId: TerminalId) {
  const row =
    (await db.get(
      `SELECT t.software_version, COALESCE(m.name, t.merchant_id) AS merchant_name,
              COALESCE(p.name, c.made_by, '') AS made_by
       FROM terminal t LEFT JOIN merchant m ON m.merchant_id = t.merchant_id
       LEFT JOIN enrolment_code c ON c.used_by = t.terminal_id
       LEFT JOIN staff p ON p.staff_id = c.made_by WHERE t.terminal_id = ?`,
      [terminalId],
    )) ?? fail("NOT_FOUND");
  return {
    merchantName: textOf(row, "merchant_name"),
    softwareVersion: textOf(row, "software_version"),
    madeBy: textOf(row, "made_by"),
  };
}

async function grantsAt(db: ReadDb, terminalId: TerminalId): Promise<readonly Row[]> {
  return db.all(
    `SELECT g.grant_id, g.card_id, c.number_masked, g.state, g.currency, g.expires_at,
            CAST(g.amount AS TEXT) AS amount, CAST(g.spent AS TEXT) AS spent
     FROM card_grant g JOIN card c ON c.card_id = g.card_id
     WHERE g.terminal_id = ? AND g.state IN ('live', 'recalled')
     ORDER BY g.given_at DESC, g.grant_id LIMIT ${GRANTS_MAX}`,
    [terminalId],
  );
}

function grantRow(row: Row): TerminalPage["grants"][number] {
  const amount = (column: string) => wireMoney(money(bigintOf(row, column), currencyOf(row, "currency")));
  return {
    grantId: textOf(row, "grant_id"),
    cardId: textOf(row, "card_id"),
    cardMasked: textOf(row, "number_masked"),
    state: oneOf(row, "state", ["live", "recalled"]),
    amount: amount("amount"),
    spent: amount("spent"),
    expiresAt: wireInstant(instant(numberOf(row, "expires_at"))),
  };
}

async function epochEvents(db: ReadDb, terminalId: TerminalId): Promise<readonly StoryEvent[]> {
  const rows = await db.all(
    `SELECT epoch, reason, started_at, mark_seq FROM terminal_epoch WHERE terminal_id = ?
     ORDER BY started_at DESC LIMIT ${EVENTS_EACH_MAX}`,
    [terminalId],
  );
  return rows.map((row) =>
    event(
      wireInstant(instant(numberOf(row, "started_at"))),
      "journal",
      `epoch-${textOf(row, "reason")}`,
      textOf(row, "epoch"),
      `#${numberOf(row, "mark_seq")}`,
    ),
  );
}

async function shiftEvents(db: ReadDb, terminalId: TerminalId): Promise<readonly StoryEvent[]> {
  const { rows } = await listShifts(db, { terminalId, page: 0, pageSize: EVENTS_EACH_MAX });
  return rows.flatMap(({ number, openedAt, closedAt, counted, zNumber }) => [
    event(openedAt, "journal", "shift-opened", "", `#${number}`),
    ...(closedAt === null
      ? []
      : [
          {
            ...event(
              closedAt,
              "journal",
              "shift-closed",
              zNumber === null ? "" : `Z ${zNumber}`,
              `#${number}`,
            ),
            amount: counted,
          },
        ]),
  ]);
}

const workItemEvent = ({ workItemId, at, kind, seq, state, amount, resolution }: WorkItem): StoryEvent => {
  const title = state === "resolved" ? `${kind} resolved` : kind;
  const detail = [`#${seq}`, resolution ?? ""].filter((part) => part !== "").join(" · ");
  return { ...event(at, "message", title, detail, workItemId), amount };
};

/** Who took an item, and who took it over. */
async function takenEvents(db: ReadDb, terminalId: TerminalId): Promise<readonly StoryEvent[]> {
  const rows = await db.all(
    `SELECT k.at, w.kind, w.work_item_id, COALESCE(p.name, k.staff_id) AS name
     FROM work_item_taken k JOIN work_item w ON w.work_item_id = k.work_item_id
     LEFT JOIN staff p ON p.staff_id = k.staff_id
     WHERE w.terminal_id = ? ORDER BY k.at DESC LIMIT ${EVENTS_EACH_MAX}`,
    [terminalId],
  );
  return rows.map((row) =>
    event(
      wireInstant(instant(numberOf(row, "at"))),
      "staff",
      `${textOf(row, "kind")} taken`,
      textOf(row, "name"),
      textOf(row, "work_item_id"),
    ),
  );
}
