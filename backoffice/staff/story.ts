// A person's story: what was done to their access, by whom, when and why. Its table only grows.
import { z } from "zod";
import { STAFF_EVENTS, type StaffEvent, type StaffEventKind, StaffRole } from "#core/contract/staff.ts";
import { WireStaffId, wireInstant } from "#core/contract/values.ts";
import type { StaffId } from "#core/ids.ts";
import type { StaffRole as Role } from "#core/staff/authority.ts";
import { type Instant, instant } from "#core/time.ts";
import type { ReadDb, Row, WriteDb } from "#database/database.ts";
import { jsonOf, numberOf, textOf } from "#database/row.ts";

/** What was done years ago to somebody who is locked every day is not asked for on a page. */
const EVENTS_SHOWN_MAX = 500;
const TILL_LOCKS_SHOWN_MAX = 200;
const NAME_CHARACTERS_MAX = 60;

export type NewEvent = Readonly<{
  eventId: string;
  staffId: StaffId;
  at: Instant;
  what: Exclude<StaffEventKind, "locked-at-till" | "unlocked-at-till">;
  /** Null where no person did it. */
  by: StaffId | null;
  reason: string;
  role?: Role;
  until?: Instant;
}>;

export async function writeEvent(tx: WriteDb, event: NewEvent): Promise<void> {
  await tx.run(
    `INSERT INTO staff_event (event_id, staff_id, at, what, made_by, reason, role, until)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      event.eventId,
      event.staffId,
      event.at,
      event.what,
      event.by,
      event.reason,
      event.role ?? null,
      event.until ?? null,
    ],
  );
}

/** When a person was last given a password for one sign-in. */
export async function passwordGivenAt(db: ReadDb, staffId: StaffId): Promise<Instant | undefined> {
  const row = await db.get(
    "SELECT MAX(at) AS at FROM staff_event WHERE staff_id = ? AND what IN ('added', 'password-given')",
    [staffId],
  );
  return row === undefined || row.at === null ? undefined : instant(numberOf(row, "at"));
}

/** The newest of what happened to a person's access, at the console and at the tills, oldest first. */
export async function storyOf(db: ReadDb, staffId: StaffId): Promise<StaffEvent[]> {
  const story = [...(await consoleEvents(db, staffId)), ...(await tillLocks(db, staffId))];
  // A stable sort: what happened at one moment stays in the order in which it was written.
  return story.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

const EventRow = z.object({
  at: z.coerce.number(),
  what: z.enum(STAFF_EVENTS).exclude(["locked-at-till", "unlocked-at-till"]),
  made_by: WireStaffId.nullable(),
  by_name: z.string().nullable(),
  reason: z.string(),
  role: StaffRole.nullable(),
  until: z.coerce.number().nullable(),
});

async function consoleEvents(db: ReadDb, staffId: StaffId): Promise<StaffEvent[]> {
  const rows = await db.all(
    `SELECT e.at, e.what, e.made_by, b.name AS by_name, e.reason, e.role, e.until
     FROM staff_event e LEFT JOIN staff b ON b.staff_id = e.made_by
     WHERE e.staff_id = ? ORDER BY e.at DESC, e.event_id DESC LIMIT ${EVENTS_SHOWN_MAX}`,
    [staffId],
  );
  return rows
    .map((row) => EventRow.parse(row))
    .reverse()
    .map(({ at, what, made_by, by_name, reason, role, until }) => ({
      at: wireInstant(instant(at)),
      what,
      by: made_by === null ? null : { staffId: made_by, name: by_name ?? made_by },
      reason,
      role,
      until: until === null ? null : wireInstant(instant(until)),
      till: null,
    }));
}

/** As a till writes them into its journal. */
const LockEntry = z.object({
  staffId: WireStaffId.nullable(),
  body: z.object({ subject: WireStaffId }),
});

async function tillLocks(db: ReadDb, staffId: StaffId): Promise<StaffEvent[]> {
  const rows = await db.all(
    `SELECT j.kind, j.at, j.content, t.name AS till FROM journal_entry j
     LEFT JOIN terminal t ON t.terminal_id = j.terminal_id
     WHERE j.kind IN ('staff-locked', 'staff-unlocked') AND j.content LIKE ?
     ORDER BY j.at DESC LIMIT ${TILL_LOCKS_SHOWN_MAX}`,
    // Canonical JSON has one form. What the pattern lets through beside it is looked at below.
    [`%"subject":"${staffId}"%`],
  );
  const entries = rows
    .map((row) => ({ row, entry: LockEntry.safeParse(jsonOf(row, "content")) }))
    .flatMap(({ row, entry }) =>
      entry.success && entry.data.body.subject === staffId ? [{ row, by: entry.data.staffId }] : [],
    )
    .reverse();
  return Promise.all(entries.map(({ row, by }) => tillEvent(db, row, by)));
}

async function tillEvent(db: ReadDb, row: Row, by: StaffId | null): Promise<StaffEvent> {
  const isLock = textOf(row, "kind") === "staff-locked";
  return {
    at: wireInstant(instant(numberOf(row, "at"))),
    what: isLock ? "locked-at-till" : "unlocked-at-till",
    by: isLock || by === null ? null : { staffId: by, name: await nameOf(db, by) },
    reason: "",
    role: null,
    until: null,
    till: typeof row.till === "string" ? row.till : "",
  };
}

/** Of whoever a till names: it may be nobody that we know, and its id is longer than a name then. */
async function nameOf(db: ReadDb, staffId: StaffId): Promise<string> {
  const row = await db.get("SELECT name FROM staff WHERE staff_id = ?", [staffId]);
  return row === undefined ? staffId.slice(0, NAME_CHARACTERS_MAX) : textOf(row, "name");
}
