// A mark behind a receipt: a question that the printer answers in its turn, when all before it has come out.
//
// GS r 1 asks about the paper. Unlike DLE EOT it waits behind the cut, so its answer says that the receipt is whole,
// also where the paper ends with it; a printer that stopped before does not answer. It is known to far more printers
// than the process id of GS ( H, which others print as letters.

/** GS a 0 first: what a printer reports by itself would look like an answer. */
export const REPORT_NOTHING = Uint8Array.of(0x1d, 0x61, 0x00);
export const MARK = Uint8Array.of(0x1d, 0x72, 0x01);

/**
 * Bits 4 and 7 are clear; answers to DLE EOT, XON and XOFF have bit 4 set. Bits 2 and 3 say that the paper is out:
 * whoever answers so does not wait for its turn, and proves nothing.
 */
export const isMarkAnswer = (byte: number) => (byte & 0b1001_1100) === 0;

export const MARK_PAPER_NEAR_END = 0b0000_0011;
