// SQLite: one long-lived writer behind a queue, and a second connection that only reads.
import { fail } from "#core/errors.ts";
import type { Database, ReadDb, Statement, WriteDb } from "./database.ts";
import { createQueue } from "./queue.ts";
import { SCRIPT_STATEMENTS_MAX, SqliteConnection } from "./sqlite-connection.ts";
import { sqliteModels } from "./sqlite-models.ts";
import { SNAPSHOT_MS_MAX, TRANSACTION_MS_MAX, withinScope } from "./transaction-scope.ts";

/** Transactions that may wait for the writer; more than a busy station ever has, and few enough to answer in time. */
const WAITING_MAX = 1_000;

export type SqliteOptions = Readonly<{ transactionMsMax?: number; waitingMax?: number }>;

/**
 * Opens or makes a database file; ":memory:" gives one that lives as long as it is open.
 * Fails with DATABASE_CORRUPT where the file is no database, BUSY where another process keeps it locked.
 */
export async function openSqlite(path: string, options: SqliteOptions = {}): Promise<Database> {
  const { transactionMsMax = TRANSACTION_MS_MAX, waitingMax = WAITING_MAX } = options;
  const inMemory = path === ":memory:";
  const writer = await SqliteConnection.open(path, "write");
  const reader = inMemory ? undefined : await openReader(path, writer);
  const queue = createQueue(waitingMax);
  const models = sqliteModels(inMemory ? undefined : path);

  const inTransaction = async <T>(work: (tx: WriteDb) => Promise<T>): Promise<T> => {
    await writer.run("BEGIN IMMEDIATE");
    let hasEnded = false;
    const endWith = async (statements: readonly Statement[]) => {
      await writer.runAll(statements.slice(0, -SCRIPT_STATEMENTS_MAX));
      await writer.endWith(statements.slice(-SCRIPT_STATEMENTS_MAX));
      hasEnded = true;
    };
    try {
      const result = await withinScope(writeDbOf(writer, endWith), work, transactionMsMax);
      if (!hasEnded) await writer.run("COMMIT");
      return result;
    } catch (error) {
      // Some failures, a full disk among them, have rolled back already.
      await writer.run("ROLLBACK").catch(() => undefined);
      throw error;
    }
  };

  return {
    dialect: "sqlite",
    // A memory database has one connection; its reads wait their turn so that they see committed rows only.
    read: readDbOf(reader ?? { all: (sql, params) => queue.run(() => writer.all(sql, params)) }),
    transaction: (work) => queue.run(() => inTransaction(work)),
    commit: (statements) =>
      queue.run(() =>
        statements.length > SCRIPT_STATEMENTS_MAX
          ? inTransaction((tx) => tx.runAll(statements))
          : writer.commitAll(statements),
      ),
    async snapshot(work) {
      // A memory database shows its one connection, between two transactions.
      if (inMemory) return queue.run(() => withinScope(writeDbOf(writer, neverEnds), work, SNAPSHOT_MS_MAX));
      const connection = await SqliteConnection.open(path, "read");
      try {
        await connection.run("BEGIN"); // In WAL mode what the first SELECT sees stays what all see.
        return await withinScope(writeDbOf(connection, neverEnds), work, SNAPSHOT_MS_MAX);
      } finally {
        await connection.close();
      }
    },
    sequelize: models.open,
    async close() {
      await queue.idle();
      await models.close();
      await reader?.close();
      await writer.close();
    },
    ...(inMemory ? {} : { path }),
  };
}

async function openReader(path: string, writer: SqliteConnection): Promise<SqliteConnection> {
  try {
    return await SqliteConnection.open(path, "read");
  } catch (error) {
    await writer.close();
    throw error;
  }
}

function readDbOf(source: Pick<SqliteConnection, "all">): ReadDb {
  return {
    dialect: "sqlite",
    all: (sql, params) => source.all(sql, params),
    // Not the driver's `get`, which leaves the statement, and with it a read transaction, open.
    get: async (sql, params) => (await source.all(sql, params))[0],
  };
}

/** A snapshot is only read, and its handle has nothing that writes. */
const neverEnds = () => fail("STATE_CONFLICT", "a snapshot is not written to");

function writeDbOf(writer: SqliteConnection, endWith: WriteDb["runLast"]): WriteDb {
  const { read, write } = inTurn();
  return {
    ...readDbOf({ all: (sql, params) => read(() => writer.all(sql, params)) }),
    run: (sql, params) => write(() => writer.run(sql, params)),
    async runEach(statements) {
      const changes: number[] = [];
      for (const { sql, params } of statements) changes.push(await write(() => writer.run(sql, params)));
      return changes;
    },
    runAll: (statements) => write(() => writer.runAll(statements)),
    runLast: (statements) => write(() => endWith(statements)),
  };
}

/**
 * Writes run one by one, after everything asked for before them, and nothing runs after a failure: a full disk makes
 * SQLite roll back by itself, and what came next would then commit alone. Reads run beside each other.
 */
function inTurn() {
  let lastWrite: Promise<unknown> = Promise.resolve();
  let readsSince: Promise<unknown>[] = [];
  return {
    read<T>(work: () => Promise<T>): Promise<T> {
      const turn = lastWrite.then(work);
      readsSince.push(turn);
      return turn;
    },
    write<T>(work: () => Promise<T>): Promise<T> {
      const turn = Promise.all([lastWrite, ...readsSince]).then(work);
      lastWrite = turn;
      readsSince = [];
      return turn;
    },
  };
}
