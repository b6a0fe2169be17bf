// Access of staff that can be ended, locks that end by themselves, passwords for one sign-in, and who changed what and why.
import { appendOnly, neverDeleted } from "#database/append-only.ts";
import type { ColumnTypes } from "#database/column-types.ts";
import type { Migration } from "#database/migrate.ts";

export const staffAccess: Migration = {
  name: "007-staff-access",
  up: (t: ColumnTypes) => [
    // Passwords of before were given without a word of changing them: they are taken as chosen.
    `ALTER TABLE staff ADD COLUMN password_once ${t.boolean} NOT NULL DEFAULT FALSE`,
    // Null on a lock of before: only a person ends it.
    `ALTER TABLE staff ADD COLUMN locked_until ${t.integer}`,
    // Locks in a row that nothing but time has ended.
    `ALTER TABLE staff ADD COLUMN locks ${t.integer} NOT NULL DEFAULT 0`,
    "CREATE INDEX staff_by_lock ON staff (locked_until) WHERE state = 'locked'",
    "CREATE INDEX staff_session_by_staff ON staff_session (staff_id)",
    // A row that stays is an id that is never used again.
    ...neverDeleted(t, "staff"),
    `CREATE TABLE staff_event (
       event_id ${t.text} PRIMARY KEY NOT NULL,
       staff_id ${t.text} NOT NULL REFERENCES staff (staff_id),
       at ${t.integer} NOT NULL,
       what ${t.text} NOT NULL CHECK (what IN ('added', 'role-changed', 'locked', 'lock-ended', 'unlocked',
         'password-given', 'password-chosen', 'pin-given', 'access-ended')),
       made_by ${t.text} REFERENCES staff (staff_id),
       reason ${t.text} NOT NULL,
       role ${t.text} CHECK (role IN ('cashier', 'manager', 'operator')),
       until ${t.integer}
     )${t.strict}`,
    "CREATE INDEX staff_event_by_staff ON staff_event (staff_id, at)",
    ...appendOnly(t, "staff_event"),
    // Locks at tills are few among the entries of a journal; a person's page asks for them.
    "CREATE INDEX journal_entry_of_locks ON journal_entry (at) WHERE kind IN ('staff-locked', 'staff-unlocked')",
  ],
};
