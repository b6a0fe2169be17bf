// Durable payments a second over HTTP after the holder's check: captures of holds, through the real server.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestDatabase, startPostgres } from "#test/world/postgres.ts";
import { API_KEY, type CaptureServerOptions, paymentIdAt } from "./capture-server.ts";
import { type Connections, openConnections } from "./http-client.ts";
import { type BenchRow, median, perSecond, row, type Scale, timed } from "./measure.ts";
import { startPart } from "./part.ts";

/** Customers of merchants that pay at the same time. */
const CONNECTIONS = 256;
const WARM_UP_CALLS = 1_000;

export async function benchHttp(scale: Scale): Promise<readonly BenchRow[]> {
  const dir = mkdtempSync(join(tmpdir(), "countersign-bench-http-"));
  const postgres = await startPostgres({ durable: true });
  try {
    const databaseUrl = await createTestDatabase(postgres.url);
    return [
      await captureRow("SQLite", { dataDir: join(dir, "sqlite") }, scale),
      await captureRow("PostgreSQL", { dataDir: join(dir, "postgres"), databaseUrl }, scale),
    ];
  } finally {
    await postgres.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function captureRow(
  database: string,
  where: Pick<CaptureServerOptions, "dataDir" | "databaseUrl">,
  { captureRounds, capturesPerRound }: Scale,
): Promise<BenchRow> {
  const holds = WARM_UP_CALLS + captureRounds * capturesPerRound;
  const server = await startPart("capture-server", {
    ...where,
    schemasDir: join(__dirname, "schemas"),
    holds,
  });
  const authorised = { authorization: `Bearer ${API_KEY}` };
  const real = await openConnections(server.ready.url, CONNECTIONS, authorised);
  const bare = await openConnections(server.ready.bareUrl, CONNECTIONS, authorised);
  try {
    let next = 0;
    const rate = async (connections: Connections, from: number, count: number) => {
      const calls = Array.from({ length: count }, (_, index) => captureAt(from + index));
      return perSecond(count, await timed(() => connections.sendAll(calls)));
    };
    await rate(bare, 0, WARM_UP_CALLS);
    await rate(real, next, WARM_UP_CALLS);
    next += WARM_UP_CALLS;
    const bareRates: number[] = [];
    const realRates: number[] = [];
    for (let round = 0; round < captureRounds; round += 1) {
      bareRates.push(await rate(bare, next, capturesPerRound));
      realRates.push(await rate(real, next, capturesPerRound));
      next += capturesPerRound;
    }
    return row({
      name: `HTTP durable payments after the holder's check, ${database}`,
      unit: "payments/s",
      better: "higher",
      value: median(realRates),
      baseline: median(bareRates),
      target: 0.4,
    });
  } finally {
    real.close();
    bare.close();
    await server.stop();
  }
}

const captureAt = (index: number) => ({
  path: `/v1/payments/${paymentIdAt(index)}/capture`,
  body: JSON.stringify({
    captureId: `bench-capture-${index}`,
    amount: { minor: "1000", currency: "KRW" },
  }),
});
