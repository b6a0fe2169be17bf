// What Quantity, Price and Discount do with what was typed before them, and what they ask for.
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { BasketLine } from "#core/sale/basket.ts";
import { addItem } from "#core/sale/edit-basket.ts";
import { DeskProvider, useTask } from "#renderer/till/desk.tsx";
import { type LineEdit, useLineEdit } from "#renderer/till/line-edit.ts";
import type { TillClient, TillState } from "#renderer/till/till-store.ts";
import { LanguageProvider } from "#renderer/ui/i18n/language.tsx";
import { type Entry, useEntry } from "#renderer/ui/use-entry.ts";
import { fakeCatalogue } from "#test/world/fake-catalogue.ts";

const asked: unknown[] = [];
let edit: LineEdit;
let entry: Entry;
let root: Root;

function aLine(): BasketLine {
  const [item] = fakeCatalogue;
  const lines = item === undefined ? undefined : addItem([], item, 1, "line-1");
  const line = lines?.ok === true ? lines.value[0] : undefined;
  if (line === undefined) throw new Error("the catalogue is empty");
  return line;
}

function Editing({ line }: Readonly<{ line: BasketLine }>) {
  entry = useEntry();
  edit = useLineEdit({ task: useTask(), line, entry });
  return null;
}

async function shows(line: BasketLine): Promise<void> {
  const ask = async (input: unknown) => void asked.push(input);
  const client = { setQuantity: ask, changePrice: ask, discountLine: ask };
  const state: TillState = { connection: { kind: "connecting" }, view: null, items: [], clockOffsetMs: 0 };
  const store = {
    client: client as unknown as TillClient,
    state: () => state,
    subscribe: () => () => undefined,
  };
  root.render(
    <LanguageProvider>
      <DeskProvider store={store}>
        <Editing line={line} />
      </DeskProvider>
    </LanguageProvider>,
  );
  await drawn();
}
/** React draws and runs its effects. */
async function drawn(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((done) => setImmediate(done));
}
const typed = async (digits: string) => {
  entry.set(digits);
  await drawn();
};

beforeEach(async () => {
  asked.length = 0;
  root = createRoot(document.createElement("div"));
  await shows(aLine());
});
afterEach(() => root.unmount());

test.each(["", "0", "150"])("asks for 1 to 100 percent after %j, and for no manager", async (digits) => {
  await typed(digits);
  edit.discount();
  await drawn();
  expect([edit.missing, edit.asking, asked]).toEqual(["percent", null, []]);
});
test("asks for a price and for a count that were not typed", async () => {
  edit.changePrice();
  await drawn();
  expect([edit.missing, asked]).toEqual(["price", []]);
  edit.setQuantity();
  await drawn();
  expect([edit.missing, asked]).toEqual(["count", []]);
});
test("puts the question away as soon as a digit is typed", async () => {
  edit.discount();
  await drawn();
  await typed("5");
  expect(edit.missing).toBeNull();
});
test("asks why 5 percent are off, and takes a discount away with a typed 0", async () => {
  await typed("5");
  edit.discount();
  await drawn();
  expect(edit.asking).toMatchObject({ kind: "reason", basisPoints: 500 });
  edit.cancel();
  await shows({ ...aLine(), discountBasisPoints: 500 });
  await typed("0");
  edit.discount();
  await drawn();
  expect(asked).toMatchObject([{ lineId: "line-1", basisPoints: 0 }]);
});
