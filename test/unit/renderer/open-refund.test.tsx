import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { OpenRefund } from "#renderer/till/refund-page.tsx";
import { LanguageProvider } from "#renderer/ui/i18n/language.tsx";

/** As a cashier reads it. */
function wordsOf(language: "en" | "ko", of: "waiting" | "gone" | null): string {
  localStorage.setItem("countersign.language", language);
  const page = (
    <LanguageProvider>
      <OpenRefund of={of} />
    </LanguageProvider>
  );
  return renderToStaticMarkup(page).replaceAll(/<[^>]*>/g, "");
}

test("says of a refund without an answer whether one can still come, in both languages", () => {
  expect(wordsOf("en", "waiting")).toContain("has no answer yet");
  expect(wordsOf("en", "gone")).toContain("The card may have the money");
  expect(wordsOf("ko", "gone")).toContain("이미 카드에 환불되었을 수 있으니");
  expect(wordsOf("en", null)).toBe("");
});
