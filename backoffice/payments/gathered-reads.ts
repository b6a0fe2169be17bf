// Payments that are asked for in the same turn of the event loop are read in one query: under load a capture's own
// read would cost the database as much as the capture.
import type { ReadDb } from "#database/database.ts";
import { type PaymentRecord, paymentsByRequests } from "./store.ts";

/** Ids of one query; what comes on top is another one. */
const IDS_MAX = 500;

type Asked = Readonly<{
  caller: string;
  requestId: string;
  resolve(payment: PaymentRecord | undefined): void;
  reject(error: unknown): void;
}>;

/** Reads a payment by its caller and the caller's own id, as `paymentByRequest` does. */
export function gatheredPayments(db: ReadDb) {
  let waiting: Asked[] = [];

  const answerAll = async () => {
    const asked = waiting;
    waiting = [];
    const byCaller = new Map<string, Asked[]>();
    for (const one of asked) {
      const of = byCaller.get(one.caller);
      if (of === undefined) byCaller.set(one.caller, [one]);
      else of.push(one);
    }
    await Promise.all([...byCaller].map(([caller, of]) => answerEach(caller, of)));
  };
  const answerEach = async (caller: string, asked: readonly Asked[]) => {
    for (let from = 0; from < asked.length; from += IDS_MAX) {
      const part = asked.slice(from, from + IDS_MAX);
      try {
        const found = await paymentsByRequests(db, caller, [
          ...new Set(part.map(({ requestId }) => requestId)),
        ]);
        for (const { requestId, resolve } of part) resolve(found.get(requestId));
      } catch (error) {
        for (const { reject } of part) reject(error);
      }
    }
  };

  return (caller: string, requestId: string): Promise<PaymentRecord | undefined> =>
    new Promise((resolve, reject) => {
      waiting.push({ caller, requestId, resolve, reject });
      // Whoever asked hears of every failure, so nothing is left to catch.
      if (waiting.length === 1) setImmediate(() => void answerAll());
    });
}
