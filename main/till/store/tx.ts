// How the till's own database is spoken to: bound statements on one connection, amounts as decimal text.

/** Amounts go in as `bigint` (bound as decimal text, CAST to INTEGER) and come out as text (CAST AS TEXT). */
export type SqlValue = string | number | bigint | null;
export type Row = Readonly<Record<string, unknown>>;

export type ReadTx = Readonly<{
  all(sql: string, values?: readonly SqlValue[]): Promise<readonly Row[]>;
  get(sql: string, values?: readonly SqlValue[]): Promise<Row | undefined>;
}>;
export type WriteTx = ReadTx & Readonly<{ run(sql: string, values?: readonly SqlValue[]): Promise<unknown> }>;

/** One writer: `transaction` is BEGIN IMMEDIATE … COMMIT, durable when it resolves, rolled back when the work throws. */
export type TillDatabase = Readonly<{
  read: ReadTx;
  transaction<T>(work: (tx: WriteTx) => Promise<T>): Promise<T>;
}>;
