import { expect, it } from "vitest";
import { isPrivate } from "#backoffice/web/console/parts/private-query.tsx";

it.each(["9410007000000000", "9410 0070 0000 0000", "270000000008", "9410007", ";9410007000000000=3112"])(
  "I8 keeps %s out of the address",
  (text) => expect(isPrivate(text)).toBe(true),
);

it.each(["", "42", "1042", "5089", "Till 1", "김하늘", "2026-11"])("lets %j stand in the address", (text) =>
  expect(isPrivate(text)).toBe(false),
);
