import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { queryClient } from "#backoffice/web/console/api.ts";
import { TerminalStateWord } from "#backoffice/web/console/parts/terminal-state.tsx";
import type { TerminalRow } from "#core/contract/terminals.ts";
import { LanguageProvider } from "#renderer/ui/i18n/language.tsx";

const LEFT_AT = "2026-03-01T03:00:00.000Z";

const shown = (till: Partial<Pick<TerminalRow, "state" | "leftAt">>) =>
  renderToStaticMarkup(
    <LanguageProvider>
      <MantineProvider>
        <QueryClientProvider client={queryClient}>
          <TerminalStateWord till={{ state: "enrolled", connected: false, leftAt: null, ...till }} />
        </QueryClientProvider>
      </MantineProvider>
    </LanguageProvider>,
  );

test("a till that was left says so and since when, in place of being enrolled", () => {
  const page = shown({ leftAt: LEFT_AT });
  expect(page).toMatch(/사용 끝남|left/);
  expect(page).toMatch(/다른 계산대로 다시 등록됨, .*\d|enrolled again as another till, .*\d/);
  expect(page).not.toMatch(/>등록됨<|>enrolled</);
});

test("one that was left and is quarantined says both, and one that sells nothing of it", () => {
  const both = shown({ state: "quarantined", leftAt: LEFT_AT });
  expect(both).toMatch(/격리됨|quarantined/);
  expect(both).toMatch(/다른 계산대로 다시 등록됨|enrolled again as another till/);
  expect(shown({})).not.toMatch(/다시 등록됨|again/);
});
