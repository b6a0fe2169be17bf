// Amounts, dates and ages in both languages.
import { describe, expect, test } from "vitest";
import { formatOf } from "#renderer/ui/format.ts";

const ko = formatOf("ko");
const en = formatOf("en");

describe("amounts", () => {
  test("have the sign and the digits of their currency", () => {
    expect(ko.money({ minor: "25300", currency: "KRW" })).toBe("₩25,300");
    expect(en.money({ minor: "25300", currency: "KRW" })).toBe("₩25,300");
    expect(en.money({ minor: "1230", currency: "EUR" })).toBe("€12.30");
  });
  test("stay exact where a number would round", () => {
    expect(en.money({ minor: "9223372036854775807", currency: "KRW" })).toBe("₩9,223,372,036,854,775,807");
    expect(en.amount({ minor: "9223372036854775807", currency: "EUR" })).toBe("92,233,720,368,547,758.07");
  });
  test("keep their minus", () => {
    expect(en.money({ minor: "-4500", currency: "KRW" })).toBe("-₩4,500");
  });
});
test("shows the station's own time wherever the screen stands", () => {
  expect(en.time("2026-03-01T15:30:00.000Z", 540)).toBe("00:30");
  expect(ko.date("2026-03-01T15:30:00.000Z", 540)).toBe("2026. 3. 2.");
  expect(en.date("2026-03-01T15:30:00.000Z", 0)).toBe("1 Mar 2026");
});
test("names a calendar day whole, whatever the time of the machine", () => {
  // Browsers and Node differ about the comma.
  expect(en.day("2026-11-28")).toMatch(/^Saturday,? 28 November 2026$/);
  expect(ko.day("2026-11-28")).toBe("2026년 11월 28일 토요일");
});
test.each([
  [-5, "0 secs", "0초"],
  [59_999, "59 secs", "59초"],
  [60_000, "1 min", "1분"],
  [7_200_000, "2 hrs", "2시간"],
  [172_800_000, "2 days", "2일"],
])("says %d ms as %s and %s", (ms, english, korean) => {
  expect([en.age(ms), ko.age(ms)]).toEqual([english, korean]);
});
test.each([
  [59_999, "59 secs", "59초"],
  [11_520_000, "3 hrs 12 mins", "3시간 12분"],
  [7_200_000, "2 hrs", "2시간"],
  [183_600_000, "2 days 3 hrs", "2일 3시간"],
  [172_860_000, "2 days", "2일"],
])("says %d ms in its two largest units as %s and %s", (ms, english, korean) => {
  expect([en.span(ms), ko.span(ms)]).toEqual([english, korean]);
});
test("says basis points as per cent", () => {
  expect([en.rate(1_000), en.rate(250)]).toEqual(["10%", "2.5%"]);
});
