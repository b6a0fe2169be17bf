import { expect, test } from "vitest";
import { FailureError } from "#core/errors.ts";
import { postgresFailure, sqliteFailure } from "#database/failures.ts";

const codeOf = (error: unknown) => (error instanceof FailureError ? error.failure.code : undefined);
const coded = (code: string) => Object.assign(new Error(`${code}: what the driver says`), { code });

test.each([
  ["SQLITE_IOERR", "DISK_FULL"],
  ["SQLITE_READONLY", "DISK_FULL"],
  ["SQLITE_CANTOPEN", "DISK_FULL"],
  ["SQLITE_CORRUPT", "DATABASE_CORRUPT"],
  ["SQLITE_CONSTRAINT", undefined],
])("what SQLite calls %s is %s", (code, ours) => {
  expect(codeOf(sqliteFailure(coded(code)))).toBe(ours);
});

test.each([
  ["EHOSTUNREACH", "PEER_GONE"],
  ["ENETUNREACH", "PEER_GONE"],
  ["EAI_AGAIN", "PEER_GONE"],
  ["08006", "PEER_GONE"],
  ["58030", "DISK_FULL"],
  ["23505", undefined],
])("what PostgreSQL or the network calls %s is %s", (code, ours) => {
  expect(codeOf(postgresFailure(coded(code)))).toBe(ours);
});

test("keeps what the driver said", () => {
  const said = coded("EHOSTUNREACH");
  expect(postgresFailure(said)).toMatchObject({ cause: said, failure: { detail: said.message } });
});
