import { MantineProvider } from "@mantine/core";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { ExportLink } from "#backoffice/web/console/parts/export-link.tsx";
import { EXPORT_ROWS_MAX } from "#core/contract/paging.ts";
import { LanguageProvider } from "#renderer/ui/i18n/language.tsx";

const shown = (total: number | undefined) =>
  renderToStaticMarkup(
    <LanguageProvider>
      <MantineProvider>
        <ExportLink name="sales" filters="from=2026-11-01" total={total} />
      </MantineProvider>
    </LanguageProvider>,
  );

test.each([undefined, 0, EXPORT_ROWS_MAX])(
  "a list of %s rows can be taken away under its filters",
  (total) => {
    expect(shown(total)).toContain('href="/v1/console/exports/sales.csv?from=2026-11-01"');
  },
);

test("a list that is too long for one file says so in place of a link that would fail", () => {
  const page = shown(EXPORT_ROWS_MAX + 1);
  expect(page).not.toContain("href=");
  expect(page).toMatch(/날짜나 조건|dates or filters/);
});
