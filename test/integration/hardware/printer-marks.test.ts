// When a receipt counts as printed: the mark behind it, the end of the paper, and printers that answer no mark.
import { afterEach, expect, test, vi } from "vitest";
import { cutLine, type ReceiptDocument, textLine } from "#core/receipt/document.ts";
import { ok } from "#core/result.ts";
import { openPrinter, type PrinterSettings } from "#hardware/printer/driver.ts";
import { type PrinterModel, simulatePrinter } from "#hardware/printer/simulator.ts";
import { STATUS_ANSWER_BASE } from "#hardware/printer/status.ts";
import { type ByteStream, streamEnds } from "#hardware/stream/byte-stream.ts";
import { aHost, closeAll, closeLater } from "./counter.ts";

const SOON = { timeout: 10_000, interval: 20 };
const printer = "printer";
/** Two rows and the four that bring them past the blade. */
const ROWS_OF_A_RECEIPT = 6;

afterEach(closeAll);

test("paper that ends exactly at the end of a receipt leaves it printed, and is out for the next one", async () => {
  const { client, stateOf, simulated } = await aPrinter();
  simulated.setRowsLeft(ROWS_OF_A_RECEIPT);
  await client.print({ printer, document: aReceipt("하나") });
  expect(simulated.receipts()).toMatchObject([{ cut: true }]);
  expect(await stateOf(printer)).toBe("paper-out");
  await expect(client.print({ printer, document: aReceipt("둘") })).rejects.toMatchObject({
    failure: { code: "DEVICE_FAILED", detail: "paper-out" },
  });
  expect(simulated.receipts()).toHaveLength(1);
});
test.each([1, 3, 5])(
  "paper that ends at row %i of a receipt is told, though the line took all of it",
  async (rows) => {
    const { client, simulated } = await aPrinter();
    simulated.setRowsLeft(rows);
    await expect(client.print({ printer, document: aReceipt("하나") })).rejects.toMatchObject({
      failure: { code: "DEVICE_FAILED", detail: "paper-out" },
    });
  },
);
test("the rest of a receipt that comes out of the next roll does not stand for the one after it", async () => {
  const { client, stateOf, simulated } = await aPrinter();
  await client.print({ printer, document: aReceipt("영") });
  simulated.setRowsLeft(1);
  await expect(client.print({ printer, document: aReceipt("하나") })).rejects.toMatchObject({
    failure: { code: "DEVICE_FAILED" },
  });
  simulated.setPaper("ok");
  await expect.poll(() => stateOf(printer), SOON).toBe("ready");
  simulated.setRowsLeft(2);
  await expect(client.print({ printer, document: aReceipt("둘") })).rejects.toMatchObject({
    failure: { code: "DEVICE_FAILED", detail: "paper-out" },
  });
});
test("a printer that leaves marks without an answer is waited for once, and then trusted as before", async () => {
  const { client, simulated } = await aPrinter({ characters: "korean", answersMarks: false });
  await client.print({ printer, document: aReceipt("하나") });
  const startedMs = performance.now();
  await client.print({ printer, document: aReceipt("둘") });
  expect(performance.now() - startedMs).toBeLessThan(2_000);
  expect(simulated.receipts()).toHaveLength(2);
  simulated.setRowsLeft(ROWS_OF_A_RECEIPT);
  await expect(client.print({ printer, document: aReceipt("셋") })).rejects.toMatchObject({
    failure: { code: "DEVICE_FAILED", detail: "paper-out" },
  });
});

// A serial line that loses its other end often gives a zero byte, which reads like the answer to a mark.
test.each([
  ["falls silent", []],
  ["is switched off over it", [0x00]],
])("a printer that takes a receipt and %s is not told to have printed it", async (_how, lastBytes) => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"] });
  try {
    const ready = vi.fn();
    const stream = mutedByItsFirstJob(Uint8Array.from(lastBytes));
    const muted = openPrinter(async () => ok(stream), SETTINGS, { ...NOBODY, ready });
    closeLater(muted.close);
    await vi.waitFor(() => expect(ready).toHaveBeenCalled());
    const printed = muted.print(aReceipt("하나"), false);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await printed).toMatchObject({ ok: false, error: { code: "DEVICE_FAILED", detail: "silent" } });
  } finally {
    vi.useRealTimers();
  }
});

test("a printer that is slow to say how it is, and leaves the mark open, is waited for no longer than any other", async () => {
  vi.useFakeTimers();
  try {
    const printed = vi.fn();
    const slow = openPrinter(async () => ok(slowAndWithoutMarks()), SETTINGS, NOBODY);
    closeLater(slow.close);
    await vi.advanceTimersByTimeAsync(4 * SLOW_ANSWER_MS);
    void slow.print(aReceipt("하나"), false).then(printed);
    // Before it, the way it is; after it, five seconds for the mark and the question that was under way by then.
    await vi.advanceTimersByTimeAsync(2 * SLOW_ANSWER_MS + 5_000 + 500 + 2 * SLOW_ANSWER_MS);
    expect(printed).toHaveBeenCalledWith(ok(true));
  } finally {
    vi.useRealTimers();
  }
});

const SLOW_ANSWER_MS = 1_200;

/** Answers every question, and takes its time over it. */
function slowAndWithoutMarks(): ByteStream {
  const { onBytes, onClose, arrived, ended } = streamEnds();
  return {
    write: async (bytes) => {
      if (bytes.length === 3) setTimeout(() => arrived(Uint8Array.of(STATUS_ANSWER_BASE)), SLOW_ANSWER_MS);
      return ok(true);
    },
    onBytes,
    onClose,
    close: ended,
  };
}

const SETTINGS: PrinterSettings = {
  columns: 42,
  answers: true,
  bytesPerSecond: 100_000,
  characters: { kind: "korean" },
};
const NOBODY = {
  ready: () => undefined,
  trouble: () => undefined,
  paper: () => undefined,
  cannotDraw: () => undefined,
};

/** Answers that all is well until it has been given something to print. */
function mutedByItsFirstJob(lastBytes: Uint8Array): ByteStream {
  const { onBytes, onClose, arrived, ended } = streamEnds();
  let isMute = false;
  return {
    write: async (bytes) => {
      if (bytes.length > 3) {
        isMute = true;
        if (lastBytes.length > 0) setImmediate(() => arrived(lastBytes));
      }
      if (!isMute) setImmediate(() => arrived(Uint8Array.of(STATUS_ANSWER_BASE)));
      return ok(true);
    },
    onBytes,
    onClose,
    close: ended,
  };
}

async function aPrinter(model?: PrinterModel) {
  const simulated = await simulatePrinter(undefined, () => undefined, model);
  closeLater(simulated.plug.close);
  const counter = aHost([{ id: printer, kind: "printer", address: simulated.plug.address }]);
  await expect.poll(() => counter.stateOf(printer), SOON).toBe("ready");
  return { ...counter, simulated };
}

const aReceipt = (text: string): ReceiptDocument => ({
  language: "ko",
  lines: [textLine(text), textLine("고맙습니다"), cutLine()],
});
