/** Stops a defect where it shows. Assertions stay on in production. */
export function assert(condition: boolean, says: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${says}`);
}

/** Closes a switch over a union: a new member does not compile until it has a branch. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
