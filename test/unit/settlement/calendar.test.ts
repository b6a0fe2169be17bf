import { expect, test } from "vitest";
import {
  type BusinessCalendar,
  businessDayFrom,
  cutOffOf,
  dayInZone,
  isBusinessDay,
  lastCutOff,
} from "#core/settlement/calendar.ts";
import { instant, isoOf } from "#core/time.ts";

const korea: BusinessCalendar = { timeZone: "Asia/Seoul", cutOffMinute: 17 * 60, holidays: ["2026-03-02"] };
const at = (iso: string) => instant(Date.parse(iso));

test("a day ends where the books are, not in Greenwich", () => {
  expect(dayInZone(at("2026-03-03T14:59:59.999Z"), "Asia/Seoul")).toBe("2026-03-03");
  expect(dayInZone(at("2026-03-03T15:00:00Z"), "Asia/Seoul")).toBe("2026-03-04");
});

test("the cut-off of a day is passed at its very minute", () => {
  const before = lastCutOff(at("2026-03-04T07:59:59.999Z"), korea);
  const after = lastCutOff(at("2026-03-04T08:00:00Z"), korea);
  expect([isoOf(before), isoOf(after)]).toEqual(["2026-03-03T08:00:00.000Z", "2026-03-04T08:00:00.000Z"]);
});

test("week-ends and holidays have no cut-off", () => {
  // Monday 2026-03-02 is a holiday, so Tuesday morning looks back to Friday.
  expect(isoOf(lastCutOff(at("2026-03-03T01:00:00Z"), korea))).toBe("2026-02-27T08:00:00.000Z");
  expect(
    ["2026-02-28", "2026-03-01", "2026-03-02", "2026-03-03"].map((day) => isBusinessDay(day, korea)),
  ).toEqual([false, false, false, true]);
});

test("banks pay on the day itself where they work, else on the next that they do", () => {
  expect(businessDayFrom("2026-02-27", korea)).toBe("2026-02-27");
  expect(businessDayFrom("2026-02-28", korea)).toBe("2026-03-03");
});

test("a cut-off keeps its local hour across a change of the clocks", () => {
  const berlin: BusinessCalendar = { timeZone: "Europe/Berlin", cutOffMinute: 150, holidays: [] };
  expect(isoOf(cutOffOf("2026-03-27", berlin))).toBe("2026-03-27T01:30:00.000Z");
  expect(isoOf(cutOffOf("2026-03-30", berlin))).toBe("2026-03-30T00:30:00.000Z");
  expect(isoOf(cutOffOf("2026-10-26", berlin))).toBe("2026-10-26T01:30:00.000Z");
});
