// A printer without Korean on a real line: what comes out of it can be read all the same.
import { afterEach, expect, test } from "vitest";
import type { PrintedPicture, PrintedReceipt } from "#core/contract/simulators.ts";
import { type ReceiptDocument, textLine } from "#core/receipt/document.ts";
import { saleReceipt } from "#core/receipt/sale-receipt.ts";
import { type Bitmap, bitmapOf, isBlack } from "#hardware/printer/bitmap.ts";
import { openDotFont } from "#hardware/printer/dot-font.ts";
import { aHost, closeAll, someSimulators } from "./counter.ts";

const SOON = { timeout: 10_000, interval: 20 };
const printer = "printer";

afterEach(closeAll);

test("a Korean receipt comes out with its Korean as dots and its figures as text", async () => {
  const { client, newest } = await aLatinCounter();
  await client.print({ printer, document: aReceipt(0) });
  const { rows, cut } = await newest();
  expect(cut).toBe(true);
  const texts = rows.map(({ text }) => text);
  expect(texts).toContain(`${"#".padEnd(2)}42${" ".repeat(42 - 4 - 19)}2026-03-01 21:00:05`);
  expect(texts.join("")).not.toMatch(/[^\x20-\x7e]/);
  const thanks = rows.find(({ pictures }) => pictures?.some(({ widthDots }) => widthDots === 5 * 24));
  expect(thanks?.text).toBe(" ".repeat(16 + 10));
  await expectDots(thanks?.pictures?.[0], "감사합니다");
});
test("without the driver's help the same printer prints what no one can read", async () => {
  const { devices, press } = await someSimulators({ printerCharacters: "latin" });
  const address = devices.printer.replace(/\?.*/, "");
  const { client, stateOf } = aHost([{ id: printer, kind: "printer", address }]);
  await expect.poll(() => stateOf(printer), SOON).toBe("ready");
  await client.print({ printer, document: { language: "ko", lines: [textLine("합계")] } });
  const { receipts } = await press.receipts({ printer });
  expect(receipts[0]?.rows[0]?.text).toMatch(/^[^가-힣 -~]{4}$/);
});
test("the drawer opens, the paper is cut, and a copy is marked as one, with dots too", async () => {
  const { client, newest, press } = await aLatinCounter();
  await client.print({ printer, document: aReceipt(0), kickDrawer: true });
  const first = titleOf(await newest());
  await client.print({ printer, document: aReceipt(2) });
  const copy = titleOf(await newest());
  expect((await press.receipts({ printer })).drawerKicks).toBe(1);
  expect((await press.receipts({ printer })).receipts.map(({ cut }) => cut)).toEqual([true, true]);
  expect(copy.heightDots).toBe(first.heightDots);
  expect(copy.widthDots).toBeGreaterThan(first.widthDots + 50);
});
test("paper of 384 dots is never left at its right edge", async () => {
  const { client, newest } = await aLatinCounter("&columns=32&dots=384");
  await client.print({ printer, document: aReceipt(1) });
  const rights = (await newest()).rows.flatMap(({ pictures = [] }) =>
    pictures.map(({ column, widthDots }) => column * 12 + widthDots),
  );
  expect(Math.max(...rights)).toBeLessThanOrEqual(384);
});
test("without a face to draw with it prints question marks, and says that it does", async () => {
  const { devices, press } = await someSimulators({ printerCharacters: "latin" });
  const defects: unknown[] = [];
  const { client, stateOf } = aHost([{ id: printer, kind: "printer", address: devices.printer }], {
    openFont: () => Promise.reject(new Error("no such file")),
    onDefect: (error) => void defects.push(error),
  });
  await expect.poll(() => stateOf(printer), SOON).toBe("ready");
  await client.print({ printer, document: { language: "ko", lines: [textLine("합계 4,500")] } });
  expect((await press.receipts({ printer })).receipts[0]?.rows[0]).toEqual({
    text: "???? 4,500",
    bold: false,
    tall: false,
  });
  expect((await client.status()).devices[0]).toMatchObject({ state: { kind: "ready" }, lacks: "pictures" });
  expect(defects).toHaveLength(1);
});
test("a Korean printer is given no dots, and no face is loaded for it", async () => {
  const { devices, press } = await someSimulators();
  let loads = 0;
  const openFont = () => {
    loads += 1;
    return openDotFont();
  };
  const { client, stateOf } = aHost([{ id: printer, kind: "printer", address: devices.printer }], {
    openFont,
  });
  await expect.poll(() => stateOf(printer), SOON).toBe("ready");
  await client.print({ printer, document: aReceipt(0) });
  const { receipts } = await press.receipts({ printer });
  expect(receipts[0]?.rows.some(({ pictures }) => pictures !== undefined)).toBe(false);
  expect((await client.status()).devices[0]?.lacks).toBeNull();
  expect(loads).toBe(0);
});

async function aLatinCounter(settings = "") {
  const { devices, press } = await someSimulators({ printerCharacters: "latin" });
  const counter = aHost([{ id: printer, kind: "printer", address: `${devices.printer}${settings}` }]);
  await expect.poll(() => counter.stateOf(printer), SOON).toBe("ready");
  const newest = async (): Promise<PrintedReceipt> =>
    (await press.receipts({ printer, newest: 1 })).receipts[0] ?? expect.fail("nothing was printed");
  return { ...counter, press, newest };
}

/** The tall title is the only picture on rows of its own that begins a receipt. */
const titleOf = ({ rows }: PrintedReceipt): PrintedPicture =>
  rows.flatMap(({ pictures = [] }) => pictures).find(({ heightDots }) => heightDots > 24) ??
  expect.fail("no title");

async function expectDots(picture: PrintedPicture | undefined, text: string): Promise<void> {
  const font = await openDotFont();
  const printed = bitmapFrom(picture ?? expect.fail("no picture"));
  for (const [place, character] of [...text].entries()) {
    const own = bitmapOf(24, 24, (x, y) => isBlack(printed, place * 24 + x, y));
    expect(own, character).toEqual(font.draw(character, 24));
  }
}

const bitmapFrom = ({ widthDots, heightDots, bits }: PrintedPicture): Bitmap => ({
  widthDots,
  heightDots,
  bits: Uint8Array.from(Buffer.from(bits, "base64")),
});

const won = (minor: number) => ({ currency: "KRW", minor: String(minor) }) as const;

const aReceipt = (copy: number): ReceiptDocument =>
  saleReceipt(
    {
      language: "ko",
      stationName: "7번 주유소",
      terminalName: "계산대 1",
      utcOffsetMinutes: 540,
      head: {
        lines: [{ ko: "서울 마포구 월드컵로 1", en: "1 Worldcup-ro" }],
        businessNumber: "123-45-67890",
      },
      demo: true,
    },
    { at: "2026-03-01T12:00:05.000Z", epoch: "0001", receiptNumber: 42, staffName: "김하늘", copy },
    {
      lines: [],
      totals: { gross: won(9_000), discount: won(0), vatByRate: [] },
      tenders: [],
      change: won(1_000),
    } as never,
  );
