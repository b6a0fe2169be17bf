// Staff, their sessions at the console, their verifiers at tills, the keys of merchants' systems, and closed days.
import type { Migration } from "#database/migrate.ts";

export const staff: Migration = {
  name: "003-staff",
  up: ({ text, integer, strict }) => [
    `CREATE TABLE staff (
       staff_id ${text} PRIMARY KEY NOT NULL,
       sign_in_name ${text} NOT NULL UNIQUE,
       name ${text} NOT NULL,
       role ${text} NOT NULL CHECK (role IN ('cashier', 'manager', 'operator')),
       state ${text} NOT NULL CHECK (state IN ('active', 'locked', 'left')),
       password_hash ${text},
       pin_sealed ${text},
       pin_version ${integer} NOT NULL,
       totp_sealed ${text},
       totp_step ${integer} NOT NULL,
       wrong_tries ${integer} NOT NULL,
       last_sign_in_at ${integer}
     )${strict}`,
    `CREATE TABLE staff_session (
       token_hash ${text} PRIMARY KEY NOT NULL,
       staff_id ${text} NOT NULL REFERENCES staff (staff_id),
       begun_at ${integer} NOT NULL,
       expires_at ${integer} NOT NULL
     )${strict}`,
    "CREATE INDEX staff_session_expiry ON staff_session (expires_at)",
    `CREATE TABLE staff_verifier (
       terminal_id ${text} NOT NULL,
       staff_id ${text} NOT NULL REFERENCES staff (staff_id),
       pin_version ${integer} NOT NULL,
       verifier ${text} NOT NULL,
       PRIMARY KEY (terminal_id, staff_id)
     )${strict}`,
    `CREATE TABLE merchant_api_key (
       key_hash ${text} PRIMARY KEY NOT NULL,
       merchant_id ${text} NOT NULL,
       made_at ${integer} NOT NULL,
       revoked_at ${integer}
     )${strict}`,
    `CREATE TABLE business_day (
       business_date ${text} PRIMARY KEY NOT NULL,
       closed_at ${integer} NOT NULL,
       closed_by ${text} NOT NULL
     )${strict}`,
  ],
};
