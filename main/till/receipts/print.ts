// Paper and drawer: only after the fact is on the disk, and never in the way of the next sale.
import { STATION_DEVICE } from "#core/contract/devices.ts";
import type { SaleId } from "#core/ids.ts";
import type { ReceiptDocument } from "#core/receipt/document.ts";
import type { CompletedSale } from "../state.ts";
import { codeOfError, type TillWork } from "../till-work.ts";

/** Prints a document: DEVICE_ABSENT, DEVICE_FAILED, TIMED_OUT, BUSY, PEER_GONE. */
export async function print(work: TillWork, document: ReceiptDocument, kickDrawer = false): Promise<void> {
  await work.devices.client().print({ printer: STATION_DEVICE.printer, document, kickDrawer });
}

/** Prints the receipt of a sale and shows what became of it. Failures are shown, never thrown. */
export function printSoon(
  work: TillWork,
  receipt: ReceiptDocument,
  kickDrawer: boolean,
  saleId: SaleId,
): void {
  const show = (printed: CompletedSale["printed"]) => {
    const { sale } = work.state.get();
    if (sale?.stage === "completed" && sale.saleId === saleId) work.state.set({ sale: { ...sale, printed } });
  };
  print(work, receipt, kickDrawer).then(
    () => show("printed"),
    (error: unknown) => {
      work.log.warn({ saleId, code: codeOfError(error) }, "receipt.not-printed");
      show(hasPrinter(work) ? "failed" : "none");
    },
  );
}

/** A till that was set up without a printer has not failed to print. */
const hasPrinter = ({ state }: TillWork): boolean =>
  state.get().devices.some(({ kind, state: device }) => kind === "printer" && device !== "none");

export function openDrawerSoon(work: TillWork): void {
  work.devices
    .client()
    .openDrawer({ printer: STATION_DEVICE.printer })
    .catch((error: unknown) => work.log.warn({ code: codeOfError(error) }, "drawer.not-opened"));
}
