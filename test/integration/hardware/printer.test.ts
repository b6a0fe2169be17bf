// The printer and the drawer on a real line: Korean on paper, no paper, silence, and a till that never hangs.
import { afterEach, expect, test } from "vitest";
import type { DeviceConfig } from "#core/contract/devices.ts";
import { cutLine, pairLine, type ReceiptDocument, ruleLine, textLine } from "#core/receipt/document.ts";
import { simulatePrinter } from "#hardware/printer/simulator.ts";
import { aHost, closeAll, closeLater, someSimulators } from "./counter.ts";
import { aPty, hasSocat } from "./pty.ts";

const SOON = { timeout: 10_000, interval: 20 };
const printer = "printer";

afterEach(closeAll);

test("a Korean receipt comes out as it was laid out, with its style, and is cut", async () => {
  const { client, press } = await aCounter();
  await client.print({ printer, document: aReceipt });
  const { receipts, drawerKicks } = await press.receipts({ printer });
  expect(receipts).toEqual([
    {
      number: 1,
      cut: true,
      rows: [
        { text: `${" ".repeat(16)}7번 주유소`, bold: true, tall: true },
        { text: `아메리카노${" ".repeat(42 - 10 - 6)}₩4,500`, bold: false, tall: false },
        { text: "-".repeat(42), bold: false, tall: false },
        { text: "고맙습니다", bold: false, tall: false },
      ],
    },
  ]);
  expect(drawerKicks).toBe(0);
});
test("the drawer opens with a receipt and without one", async () => {
  const { client, press } = await aCounter();
  await client.print({ printer, document: aReceipt, kickDrawer: true });
  await client.openDrawer({ printer });
  expect((await press.receipts({ printer })).drawerKicks).toBe(2);
  expect((await press.receipts({ printer })).receipts).toHaveLength(1);
});
test("without paper a receipt is refused with the reason, and the drawer opens all the same", async () => {
  const { client, press, stateOf, events } = await aCounter();
  await press.paper({ printer, state: "out" });
  await expect.poll(() => stateOf(printer), SOON).toBe("paper-out");
  await expect(client.print({ printer, document: aReceipt, kickDrawer: true })).rejects.toMatchObject({
    failure: { code: "DEVICE_FAILED", detail: "paper-out" },
  });
  expect(await press.receipts({ printer })).toEqual({ receipts: [], drawerKicks: 1 });
  await press.paper({ printer, state: "ok" });
  await expect.poll(() => stateOf(printer), SOON).toBe("ready");
  await client.print({ printer, document: aReceipt });
  expect((await press.receipts({ printer })).receipts).toHaveLength(1);
  const papers = events.flatMap((event) => (event.kind === "status" ? [event.device.paper] : []));
  expect(papers).toEqual(expect.arrayContaining(["out", "ok"]));
});
test("paper that runs low is told while the printer stays ready", async () => {
  const { press, stateOf, client } = await aCounter();
  await press.paper({ printer, state: "low" });
  await expect.poll(async () => (await client.status()).devices[0]?.paper, SOON).toBe("low");
  expect(await stateOf(printer)).toBe("ready");
});
test("an open cover is a failed printer until it is shut", async () => {
  const { press, stateOf } = await aCounter();
  await press.cover({ printer, state: "open" });
  await expect.poll(() => stateOf(printer), SOON).toBe("cover-open");
  await press.cover({ printer, state: "closed" });
  await expect.poll(() => stateOf(printer), SOON).toBe("ready");
});
test("a printer that falls silent is failed, refuses in time, and recovers when it answers", async () => {
  const { client, press, stateOf } = await aCounter();
  await press.printerFault({ printer, fault: "silent" });
  const started = performance.now();
  await expect(client.print({ printer, document: aReceipt })).rejects.toMatchObject({
    failure: { code: "DEVICE_FAILED", detail: "silent" },
  });
  expect(performance.now() - started).toBeLessThan(6_000);
  expect(await stateOf(printer)).toBe("silent");
  await press.printerFault({ printer, fault: "none" });
  await expect.poll(() => stateOf(printer), SOON).toBe("ready");
});
test("a one-way printer is ready without answering, and prints", async () => {
  const { devices, press } = await someSimulators();
  await press.printerFault({ printer, fault: "dead-status" });
  const { client, stateOf } = aHost([
    { ...config(devices.printer), address: `${devices.printer}?status=none` },
  ]);
  await expect.poll(() => stateOf(printer), SOON).toBe("ready");
  await client.print({ printer, document: aReceipt });
  await expect.poll(async () => (await press.receipts({ printer })).receipts, SOON).toHaveLength(1);
});
test("pulled out it is absent, and a receipt is refused as DEVICE_ABSENT at once", async () => {
  const { client, press, stateOf } = await aCounter();
  await press.unplug({ device: printer });
  await expect.poll(() => stateOf(printer), SOON).not.toBe("ready");
  await expect(client.print({ printer, document: aReceipt })).rejects.toMatchObject({
    failure: { code: "DEVICE_ABSENT" },
  });
  await press.plug({ device: printer });
  await expect.poll(() => stateOf(printer), SOON).toBe("ready");
  await client.print({ printer, document: aReceipt });
});
test("receipts that are asked for at once print whole, one after the other", async () => {
  const { client, press } = await aCounter();
  const documents = ["하나", "둘", "셋"].map(
    (text): ReceiptDocument => ({ language: "ko", lines: [textLine(text), textLine(text), cutLine()] }),
  );
  await Promise.all(documents.map((document) => client.print({ printer, document })));
  const { receipts } = await press.receipts({ printer });
  expect(receipts.map(({ rows }) => rows.map(({ text }) => text))).toEqual([
    ["셋", "셋"],
    ["둘", "둘"],
    ["하나", "하나"],
  ]);
});
test("a drawer behind a silent printer is not told to be open", async () => {
  const { client, press } = await aCounter();
  await press.printerFault({ printer, fault: "silent" });
  await expect(client.openDrawer({ printer })).rejects.toMatchObject({
    failure: { code: "DEVICE_FAILED", detail: "silent" },
  });
});
test("more jobs than may wait are refused as BUSY, and those that wait are done", async () => {
  const { client } = await aCounter();
  const answers = await Promise.allSettled(Array.from({ length: 12 }, () => client.openDrawer({ printer })));
  const words = answers.map((answer) => (answer.status === "rejected" ? answer.reason.failure.code : "done"));
  expect(new Set(words)).toEqual(new Set(["done", "BUSY"]));
  expect(words.indexOf("BUSY")).toBeGreaterThanOrEqual(7);
});
test.runIf(hasSocat)("over a real PTY a Korean receipt prints and the status is answered", async () => {
  const line = await aPty();
  const simulated = await simulatePrinter(`serial:${line.far}?baud=115200`, () => undefined);
  closeLater(simulated.plug.close);
  const { client, stateOf } = aHost([config(`serial:${line.near}?baud=115200&columns=32`)]);
  await expect.poll(() => stateOf(printer), SOON).toBe("ready");
  await client.print({ printer, document: aReceipt, kickDrawer: true });
  expect(simulated.receipts()[0]?.rows.map(({ text }) => text)).toEqual([
    `${" ".repeat(11)}7번 주유소`,
    `아메리카노${" ".repeat(32 - 10 - 6)}₩4,500`,
    "-".repeat(32),
    "고맙습니다",
  ]);
  expect(simulated.drawerKicks()).toBe(1);
  simulated.setPaper("out");
  await expect.poll(() => stateOf(printer), SOON).toBe("paper-out");
});
test("a device that is no printer is NOT_FOUND", async () => {
  const { client } = await aCounter();
  await expect(client.openDrawer({ printer: "card-reader" })).rejects.toMatchObject({
    failure: { code: "NOT_FOUND" },
  });
});

const config = (address: string): DeviceConfig => ({ id: printer, kind: "printer", address });

async function aCounter() {
  const { devices, press } = await someSimulators();
  const counter = aHost([config(devices.printer)]);
  await expect.poll(() => counter.stateOf(printer), SOON).toBe("ready");
  return { ...counter, press };
}

const aReceipt: ReceiptDocument = {
  language: "ko",
  lines: [
    textLine("7번 주유소", { align: "center", bold: true, size: "tall" }),
    pairLine("아메리카노", "₩4,500"),
    ruleLine(),
    textLine("고맙습니다"),
    cutLine(),
  ],
};
