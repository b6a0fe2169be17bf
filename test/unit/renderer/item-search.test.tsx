// What the search of the sale screen shows when answers, pauses and a chosen item cross each other.
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DeskProvider, useTask } from "#renderer/till/desk.tsx";
import { Items } from "#renderer/till/items.tsx";
import type { TillClient, TillState } from "#renderer/till/till-store.ts";
import { type ItemSearch, useItemSearch } from "#renderer/till/use-item-search.ts";
import { LanguageProvider } from "#renderer/ui/i18n/language.tsx";
import { fakeCatalogue } from "#test/world/fake-catalogue.ts";

const items = fakeCatalogue;
/** Longer than the pause after which the till is asked. */
const PAUSE_MS = 200;
/** Longer than what names no item stays in the box. */
const NOTHING_FOUND_MS = 4_500;
const asked: string[] = [];
let search: ItemSearch;
let root: Root;
let place: HTMLElement;

function Searching() {
  search = useItemSearch(useTask());
  return <Items ref={null} search={search} onAdd={() => undefined} />;
}

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  asked.length = 0;
  const client = {
    search: async ({ query }: { query: string }) => {
      asked.push(query);
      return { items: query.startsWith("ame") ? items.slice(0, 1) : [] };
    },
  };
  const state: TillState = { connection: { kind: "connecting" }, view: null, items, clockOffsetMs: 0 };
  const store = {
    client: client as unknown as TillClient,
    state: () => state,
    subscribe: () => () => undefined,
  };
  place = document.createElement("div");
  root = createRoot(place);
  root.render(
    <LanguageProvider>
      <DeskProvider store={store}>
        <Searching />
      </DeskProvider>
    </LanguageProvider>,
  );
  await drawn();
});
afterEach(() => {
  root.unmount();
  vi.useRealTimers();
});

/** React draws and runs its effects. */
async function drawn(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((done) => setImmediate(done));
}

const typed = async (text: string) => {
  search.setQuery(text);
  await drawn();
};
const paused = async () => {
  vi.advanceTimersByTime(PAUSE_MS);
  await drawn();
};

test("shows what the till answers after a pause", async () => {
  await typed("ame");
  await paused();
  expect([asked, search.results]).toEqual([["ame"], items.slice(0, 1)]);
});
test("shows no results once the search is put away, though the pause ended before the screen was drawn", async () => {
  await typed("ame");
  search.clear();
  await paused();
  expect([asked, search.results, search.isOpen]).toEqual([[], null, false]);
});
test("drops the answer to what was typed before", async () => {
  await typed("ame");
  vi.advanceTimersByTime(PAUSE_MS);
  await typed("amer");
  expect([asked, search.results]).toEqual([["ame"], null]);
});
test("shows no answer of an earlier search for the same text", async () => {
  await typed("ame");
  await paused();
  search.clear();
  await drawn();
  await typed("ame");
  expect([asked, search.results]).toEqual([["ame"], null]);
});
test("asks once for what Enter took before the pause ended", async () => {
  await typed("ame");
  expect(await search.first()).toEqual(items[0]);
  await paused();
  expect(asked).toEqual(["ame"]);
});
test("repeats no text that names no item, and forgets it by itself", async () => {
  await typed("first-18");
  expect(place.textContent).not.toContain("first-18");
  await paused();
  expect([search.query, search.results]).toEqual(["first-18", []]);
  expect(place.textContent).not.toContain("first-18");
  vi.advanceTimersByTime(NOTHING_FOUND_MS);
  await drawn();
  expect([search.query, search.results, search.isOpen]).toEqual(["", null, false]);
});
test("gives whoever types on the whole time again", async () => {
  await typed("first-1");
  await paused();
  vi.advanceTimersByTime(NOTHING_FOUND_MS - 1_000);
  await typed("first-18");
  await paused();
  vi.advanceTimersByTime(NOTHING_FOUND_MS - 1_000);
  await drawn();
  expect(search.query).toBe("first-18");
});
test("keeps what names an item", async () => {
  await typed("ame");
  await paused();
  vi.advanceTimersByTime(NOTHING_FOUND_MS);
  await drawn();
  expect(search.query).toBe("ame");
});
