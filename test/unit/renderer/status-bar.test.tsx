import { renderToStaticMarkup } from "react-dom/server";
import { beforeEach, expect, test } from "vitest";
import type { DeviceView, LineView } from "#core/contract/till.ts";
import { instantOf } from "#core/contract/values.ts";
import { LanguageProvider } from "#renderer/ui/i18n/language.tsx";
import { StatusBar } from "#renderer/ui/status-bar.tsx";
import { FAKE_NOW, firstView } from "#test/world/fake-till-view.ts";

const DEVICES: readonly DeviceView[] = [
  { id: "reader", kind: "card-reader", state: "ready", reason: null },
  { id: "beacon", kind: "beacon", state: "none", reason: null },
];

beforeEach(() => localStorage.setItem("countersign.language", "en"));

/** The words of the bar, at the moment at which everything in the made-up till happens. */
function wordsOf(line: Partial<LineView>, openAttempts = 0): string {
  const bar = (
    <LanguageProvider>
      <StatusBar
        line={{ ...firstView().line, ...line }}
        devices={DEVICES}
        nowMs={instantOf(FAKE_NOW)}
        utcOffsetMinutes={540}
        openAttempts={openAttempts}
        alarm={null}
      />
    </LanguageProvider>
  );
  return renderToStaticMarkup(bar)
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ");
}

test.each(["online", "offline", "cash-only"] as const)(
  "says the age of the oldest entry that is not synced (%s)",
  (state) => {
    const words = wordsOf({ state, unsynced: 12, oldestUnsyncedAt: "2026-03-02T04:50:00.000Z" });
    expect(words).toContain("12 unsynced · 17 mins");
  },
);

test("names a device that this till never had only where nothing else needs the room", () => {
  expect(wordsOf({})).toContain("Beacon – none");
  expect(wordsOf({ state: "offline" })).not.toContain("Beacon");
  expect(wordsOf({}, 1)).not.toContain("Beacon");
});
