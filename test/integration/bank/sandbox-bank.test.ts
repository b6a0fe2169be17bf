import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeCreditTransfers } from "#backoffice/bank/pain-001.ts";
import { type BankFile, readBankFile } from "#backoffice/bank/read-bank-file.ts";
import { statusFor } from "#backoffice/bank/read-status-report.ts";
import { createSandboxBank, type SandboxBehaviour } from "#backoffice/bank/sandbox/sandbox-bank.ts";
import { krw } from "#core/money.ts";
import { aFile, aTransfer, bytesOf, noon, validator } from "#test/unit/bank/bank-world.ts";

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "sandbox-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

function aBank(behaviour: SandboxBehaviour = { kind: "honest" }) {
  let count = 0;
  return createSandboxBank({
    outDir: join(dir, "out"),
    inDir: join(dir, "in"),
    clock: { now: () => noon },
    ids: { next: () => `00000000-0000-7000-8000-${String(++count).padStart(12, "0")}` },
    behaviour,
  });
}

const THREE = ["P1", "P2", "P3"].map((endToEndId, index) =>
  aTransfer({ endToEndId, amount: krw((index + 1) * 1_000) }),
);

async function order(name = "B1.xml", over: Parameters<typeof aFile>[0] = {}) {
  const written = await writeCreditTransfers(aFile({ transfers: THREE, ...over }), validator);
  if (!written.ok) throw new Error(written.error.detail);
  await writeFile(join(dir, "out", name), written.value);
  return written.value;
}

const inbound = async () => (await readdir(join(dir, "in"))).sort();

async function answers(): Promise<readonly BankFile[]> {
  const files: BankFile[] = [];
  for (const name of await inbound()) {
    const read = await readBankFile(await readFile(join(dir, "in", name)), validator);
    if (!read.ok) throw new Error(`${name}: ${read.error.detail}`);
    files.push(read.value);
  }
  return files;
}

/** What was answered, as a person would say it: the group, each transfer, each booked amount, the balances. */
async function story() {
  const files = await answers();
  for (const file of files) expect(file.findings).toEqual([]);
  return files.map(({ message }) =>
    message.kind === "status-report"
      ? [
          message.group?.code,
          ...THREE.map(({ endToEndId }) => statusFor(message, "CSB0001-1", endToEndId)?.verdict),
        ]
      : message.statements.flatMap((statement) => [
          statement.opening?.minor,
          ...statement.lines.map((line) => [line.endToEndId, line.amount?.minor]),
          statement.closing?.minor,
        ]),
  );
}

const OPENING = 100_000_000_000n;

describe("an honest bank", () => {
  test("accepts a file, pays each item, and answers with valid files that add up", async () => {
    const bank = aBank();
    await bank.work();
    await order();
    expect(await bank.work()).toBe(1);
    expect(await story()).toEqual([
      ["ACSC", "accepted", "accepted", "accepted"],
      [OPENING, ["P1", 1_000n], ["P2", 2_000n], ["P3", 3_000n], OPENING - 6_000n],
    ]);
    expect(await readdir(join(dir, "out"))).toEqual([]);
  });

  test("keeps its books: the next statement opens where the last one closed", async () => {
    await aBank().work();
    await order();
    await aBank().work();
    await order("B2.xml", { messageId: "CSB0002", transfers: [aTransfer()] });
    await aBank().work();
    const files = await answers();
    const statements = files.flatMap(({ message }) =>
      message.kind === "status-report" ? [] : message.statements,
    );
    expect(statements.map((statement) => statement.id)).toEqual(["S00000001", "S00000002"]);
    expect(statements[1]?.opening).toEqual(statements[0]?.closing);
  });

  test("pays a file once that it sees twice, and refuses another file under the same message id", async () => {
    const bank = aBank();
    await bank.work();
    await order();
    await bank.work();
    await order("again.xml");
    await bank.work();
    expect(await inbound()).toHaveLength(2);
    await order("other.xml", { transfers: [aTransfer()] });
    await bank.work();
    const last = (await answers()).at(-1)?.message;
    expect(last).toMatchObject({ group: { code: "RJCT", reasons: [{ code: "DU01" }] } });
  });

  test("refuses a file whose control sum is wrong", async () => {
    const bank = aBank();
    await bank.work();
    const text = await order();
    await writeFile(join(dir, "out", "B1.xml"), text.replace("<CtrlSum>6000<", "<CtrlSum>6001<"));
    await bank.work();
    expect(await story()).toEqual([["RJCT", "rejected", "rejected", "rejected"]]);
  });

  test("refuses what the account does not hold", async () => {
    const bank = aBank();
    await bank.work();
    await order("B1.xml", {
      transfers: [aTransfer({ endToEndId: "P1", amount: krw(OPENING + 1n) }), ...THREE.slice(1)],
    });
    await bank.work();
    expect((await story())[0]).toEqual(["PART", "rejected", "accepted", "accepted"]);
  });

  test("does not stumble over a file that is not one", async () => {
    const bank = aBank();
    await bank.work();
    await writeFile(join(dir, "out", "B1.xml"), "<Document>");
    expect(await bank.work()).toBe(1);
    expect(await inbound()).toEqual([]);
  });
});

describe("on request", () => {
  async function answered(behaviour: SandboxBehaviour) {
    const bank = aBank(behaviour);
    await aBank().work();
    await order();
    await bank.work();
    return bank;
  }

  test("it refuses the n-th item", async () => {
    await answered({ kind: "reject-item", item: 2 });
    expect(await story()).toEqual([
      ["PART", "accepted", "rejected", "accepted"],
      [OPENING, ["P1", 1_000n], ["P3", 3_000n], OPENING - 4_000n],
    ]);
  });

  test("it refuses all", async () => {
    await answered({ kind: "reject-all" });
    expect(await story()).toEqual([["RJCT", "rejected", "rejected", "rejected"]]);
  });

  test("it is silent, and takes the file when it wakes", async () => {
    const bank = await answered({ kind: "silent" });
    expect(await inbound()).toEqual([]);
    bank.setBehaviour({ kind: "honest" });
    expect(await bank.work()).toBe(1);
    expect(await inbound()).toHaveLength(2);
  });

  test("it sends files that break off, and the whole ones later", async () => {
    const bank = await answered({ kind: "malformed" });
    for (const name of await inbound()) {
      const read = await readBankFile(await readFile(join(dir, "in", name)), validator);
      expect(read).toMatchObject({ ok: false, error: { code: "BANK_FILE_INVALID" } });
      await rm(join(dir, "in", name));
    }
    bank.setBehaviour({ kind: "honest" });
    await bank.work();
    expect((await story())[0]).toEqual(["ACSC", "accepted", "accepted", "accepted"]);
  });

  test("it sends its statement again as it was, and once more as a marked duplicate", async () => {
    await answered({ kind: "duplicate-statement" });
    const [, first, same, marked] = await Promise.all(
      (await inbound()).map((name) => readFile(join(dir, "in", name), "utf8")),
    );
    expect(same).toBe(first);
    expect(marked).toContain("<CpyDplctInd>DUPL</CpyDplctInd>");
    const ids = (await answers()).map(({ message }) =>
      message.kind === "status-report" ? undefined : message.statements[0]?.id,
    );
    expect(new Set(ids.slice(1)).size).toBe(1);
  });

  test("it pays the first item one won short, and its balances still add up", async () => {
    await answered({ kind: "wrong-amount" });
    expect((await story())[1]).toEqual([
      OPENING,
      ["P1", 999n],
      ["P2", 2_000n],
      ["P3", 3_000n],
      OPENING - 5_999n,
    ]);
  });
});

test("there is no sandbox bank in production mode", () => {
  expect(() =>
    createSandboxBank({
      outDir: join(dir, "out"),
      inDir: join(dir, "in"),
      clock: { now: () => noon },
      ids: { next: () => "" },
      behaviour: { kind: "honest" },
      mode: "production",
    }),
  ).toThrow("OPTION_INVALID");
});

test("our own message is refused when it comes back as an answer", async () => {
  await aBank().work();
  const read = await readBankFile(bytesOf(await order()), validator);
  expect(read).toMatchObject({ ok: false, error: { code: "BANK_FILE_INVALID" } });
});
