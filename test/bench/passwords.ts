// What the holder's check costs, apart from every other figure: Argon2id as the back office runs it.
import { createPasswordPool } from "#backoffice/cards/password-pool.ts";
import { type BenchRow, median, percentile, perSecond, row, type Scale, timed } from "./measure.ts";

const SECRET = "a peppered password of nobody";
const AT_ONCE = 8;
const WARM_UP = 8;

export async function benchPasswords({ rounds, passwordChecks }: Scale): Promise<readonly BenchRow[]> {
  const pool = createPasswordPool();
  try {
    const stored = await pool.hash(SECRET);
    const check = async () => {
      if (!(await pool.verify(stored, SECRET))) throw new Error("the right password was called wrong");
    };
    await Promise.all(Array.from({ length: WARM_UP }, check));
    const rates: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      let left = Math.ceil(passwordChecks / rounds);
      const count = left;
      const caller = async () => {
        while (left > 0) {
          left -= 1;
          await check();
        }
      };
      rates.push(perSecond(count, await timed(() => Promise.all(Array.from({ length: AT_ONCE }, caller)))));
    }
    const alone: number[] = [];
    for (let done = 0; done < passwordChecks; done += 1) alone.push(await timed(check));
    const time = { unit: "ms", better: "lower" } as const;
    return [
      row({
        name: `password checks, ${AT_ONCE} at once`,
        unit: "checks/s",
        better: "higher",
        value: median(rates),
      }),
      row({ ...time, name: "password check, one at a time, p50", value: median(alone) }),
      row({ ...time, name: "password check, one at a time, p99", value: percentile(alone, 0.99) }),
    ];
  } finally {
    await pool.close();
  }
}
