import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { LeftBehind } from "#renderer/till/left-behind.tsx";
import { LanguageProvider } from "#renderer/ui/i18n/language.tsx";

const FOUND = { terminalId: "t-1", count: 12, oldestAt: "2026-03-02T04:50:00.000Z" };

/** As a manager reads it. */
function wordsOf(language: "en" | "ko", code: string | null): string {
  localStorage.setItem("countersign.language", language);
  const page = (
    <LanguageProvider>
      <LeftBehind left={[{ ...FOUND, code }]} />
    </LanguageProvider>
  );
  return renderToStaticMarkup(page).replaceAll(/<[^>]*>/g, "");
}

test("names how many entries of which enrolment the books may lack, and why, in both languages", () => {
  const refused = wordsOf("en", "TERMINAL_UNKNOWN");
  expect(refused).toContain("12 entries from before this till was enrolled again (t-1)");
  expect(refused).toContain("The back office does not know this till.");
  expect(wordsOf("en", null)).toContain("The keys to send them are not on this machine");
  expect(wordsOf("ko", "TERMINAL_UNKNOWN")).toContain("12건 (t-1)");
});
