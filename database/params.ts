// What a driver would bind wrongly is converted or refused before it gets there.
import { assert } from "#core/assert.ts";
import type { Param } from "./database.ts";

export type Bound = string | number | null | Buffer;

/** sqlite3 binds a bigint as NULL and knows no truth values. */
export const sqliteParams = (params: readonly Param[]): Bound[] =>
  params.map((param) => (typeof param === "boolean" ? Number(param) : bound(param)));

export const postgresParams = (params: readonly Param[]): (Bound | boolean)[] =>
  params.map((param) => (typeof param === "boolean" ? param : bound(param)));

function bound(param: Exclude<Param, boolean>): Bound {
  if (typeof param === "bigint") return String(param);
  if (typeof param === "number") {
    assert(Number.isFinite(param), "a bound number is finite");
    assert(!Number.isInteger(param) || Number.isSafeInteger(param), "a whole number above 2^53 is a bigint");
    return param;
  }
  if (param instanceof Uint8Array) {
    return Buffer.isBuffer(param) ? param : Buffer.from(param.buffer, param.byteOffset, param.byteLength);
  }
  return param;
}
