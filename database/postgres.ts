// PostgreSQL: a pool of pipelined connections, and transactions that run again when two could not both be right.

import pg from "pg";
import { Sequelize } from "sequelize";
import { assert } from "#core/assert.ts";
import { fail } from "#core/errors.ts";
import type { Database, Isolation, Param, ReadDb, Row, WriteDb } from "./database.ts";
import { isRetryable, postgresFailure } from "./failures.ts";
import { postgresParams } from "./params.ts";
import { numbered } from "./placeholders.ts";
import { SNAPSHOT_MS_MAX, TRANSACTION_MS_MAX, withinScope } from "./transaction-scope.ts";

const CONNECTIONS_MAX = 10;
const MODEL_CONNECTIONS_MAX = 5;
const CONNECT_MS_MAX = 10_000;
const STATEMENT_MS_MAX = 60_000;
const LOCK_WAIT_MS_MAX = 10_000;
/** Two transactions in conflict rarely meet more than twice; ten means that something else is wrong. */
const TRIES_MAX = 10;
const RETRY_WAIT_MS_MAX = 200;
/** Texts prepared by name on each connection; what comes later is sent without a name. */
const PREPARED_MAX = 500;

export type PostgresOptions = Readonly<{ connectionsMax?: number; transactionMsMax?: number }>;

const BEGIN = {
  serializable: "BEGIN ISOLATION LEVEL SERIALIZABLE",
  "read-committed": "BEGIN ISOLATION LEVEL READ COMMITTED",
  snapshot: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
} as const satisfies Record<Isolation | "snapshot", string>;

/** Fails with PEER_GONE where the server cannot be reached, NOT_READY while it starts. */
export async function openPostgres(url: string, options: PostgresOptions = {}): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.connectionsMax ?? CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    statement_timeout: STATEMENT_MS_MAX,
    lock_timeout: LOCK_WAIT_MS_MAX,
    idle_in_transaction_session_timeout: TRANSACTION_MS_MAX,
    pipeline: true,
  });
  // The pool drops an idle connection that broke and makes another; unheard, the event would end the process.
  pool.on("error", () => undefined);
  const ask = asker();
  const read = readDbOf((sql, params) => ask(pool, sql, params));
  try {
    await read.all("SELECT 1");
  } catch (error) {
    await pool.end();
    throw error;
  }
  let models: Sequelize | undefined;

  const once = async <T>(
    work: (tx: WriteDb) => Promise<T>,
    isolation: keyof typeof BEGIN,
    msMax = options.transactionMsMax,
  ): Promise<T> => {
    const client = await connected(pool);
    // The pool listens to idle connections only: unheard, the loss of this one would end the process.
    const lost = () => undefined; // What is asked of it now or next fails with PEER_GONE.
    client.on("error", lost);
    let broken = false;
    try {
      const begun = client.query(BEGIN[isolation]);
      begun.catch(() => undefined); // Seen where it is awaited, once the first statement has left.
      const tx = writeDbOf((sql, params) => ask(client, sql, params));
      const result = await withinScope(tx, work, msMax);
      await begun;
      const { command } = await client.query("COMMIT");
      // A transaction in which a statement failed is rolled back by COMMIT, without an error.
      assert(command === "COMMIT", "a transaction whose statement failed is not committed");
      return result;
    } catch (error) {
      broken = await client.query("ROLLBACK").then(
        () => false,
        () => true,
      );
      throw failureOf(error);
    } finally {
      client.release(broken);
      client.off("error", lost); // Now the pool listens again.
    }
  };

  return {
    dialect: "postgres",
    read,
    transaction: (work, isolation = "serializable") => retried(() => once(work, isolation)),
    commit: (statements) => retried(() => once((tx) => tx.runAll(statements), "serializable")),
    snapshot: (work) => once(work, "snapshot", SNAPSHOT_MS_MAX),
    sequelize() {
      models ??= new Sequelize(url, {
        dialect: "postgres",
        dialectModule: pg,
        logging: false,
        pool: { max: MODEL_CONNECTIONS_MAX },
      });
      return models;
    },
    async close() {
      await models?.close();
      await pool.end();
    },
  };
}

type Ask = (
  target: pg.Pool | pg.PoolClient,
  sql: string,
  params: readonly Param[] | undefined,
) => Promise<pg.QueryResult<Row>>;

/** Asks with `?` made `$n`, and by a name where the text has been seen before, so that it is planned once. */
function asker(): Ask {
  const texts = new Map<string, Readonly<{ text: string; name: string }>>();
  const prepared = (sql: string) => {
    const known = texts.get(sql);
    if (known !== undefined) return known;
    const made = { text: numbered(sql), name: `s${texts.size}` };
    if (texts.size >= PREPARED_MAX) return { text: made.text };
    texts.set(sql, made);
    return made;
  };
  return async (target, sql, params = []) => {
    try {
      return await target.query<Row>({ ...prepared(sql), values: postgresParams(params) });
    } catch (error) {
      throw failureOf(error);
    }
  };
}

/** What only the same work again can mend stays as it is, for `retried` to see. */
const failureOf = (error: unknown) => (isRetryable(error) ? error : postgresFailure(error));

async function connected(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw postgresFailure(error);
  }
}

/** Runs work again after a serialization failure or deadlock, a bounded number of times; then BUSY. */
async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isRetryable(error) || tries === TRIES_MAX) throw postgresFailure(error);
      // Spread out, so that the same two do not meet again.
      const waitMs = Math.random() * Math.min(RETRY_WAIT_MS_MAX, 2 ** tries);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}

type AskHere = (sql: string, params?: readonly Param[]) => Promise<pg.QueryResult<Row>>;

function readDbOf(ask: AskHere): ReadDb {
  return {
    dialect: "postgres",
    all: async (sql, params) => (await ask(sql, params)).rows,
    get: async (sql, params) => (await ask(sql, params)).rows[0],
  };
}

function writeDbOf(ask: AskHere): WriteDb {
  const runEach: WriteDb["runEach"] = async (statements) => {
    // All leave at once: the connection is pipelined and answers in order.
    const asked = await Promise.allSettled(statements.map(({ sql, params }) => ask(sql, params)));
    return asked.map((answer) => {
      if (answer.status === "rejected") throw answer.reason;
      return answer.value.rowCount ?? 0;
    });
  };
  const runAll: WriteDb["runAll"] = async (statements) => {
    const changes = await runEach(statements);
    const unmet = statements.find(({ must }, index) => must !== undefined && changes[index] !== 1);
    if (unmet !== undefined) fail("STATE_CONFLICT", unmet.must);
  };
  return {
    ...readDbOf(ask),
    run: async (sql, params) => (await ask(sql, params)).rowCount ?? 0,
    runEach,
    runAll,
    // What one changed is seen here, before the COMMIT that follows can leave.
    runLast: runAll,
  };
}
