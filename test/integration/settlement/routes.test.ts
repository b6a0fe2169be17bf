import { call } from "@orpc/server";
import { afterEach, expect, test } from "vitest";
import type { RequestContext } from "#backoffice/http/caller.ts";
import { netWhenDue } from "#backoffice/settlement/net-when-due.ts";
import { settlementRoutes } from "#backoffice/settlement/routes.ts";
import { insertStaff } from "#backoffice/staff/store.ts";
import type { StaffId } from "#core/ids.ts";
import { eachDatabase } from "#test/world/database.ts";
import { aSettlementWorld, CHECKER, M1, M2, MAKER, type SettlementWorld } from "./settlement-world.ts";

eachDatabase((databases) => {
  let world: SettlementWorld;
  afterEach(() => world.close());

  const as = (staffId: StaffId): { context: RequestContext } => ({
    context: {
      caller: { kind: "staff", staffId, name: staffId, role: "manager" },
      requestId: "r1",
      session: { token: null, begin: () => undefined, end: () => undefined },
    },
  });

  async function aConsole() {
    world = await aSettlementWorld(databases, { kind: "reject-item", item: 2 });
    await world.database.transaction(async (tx) => {
      for (const [staffId, name] of [
        [MAKER, "김하나"],
        [CHECKER, "이둘"],
      ] as const) {
        const none = { passwordHash: null, pinSealed: null, totpSealed: null };
        await insertStaff(tx, { staffId, signInName: staffId, name, role: "manager", ...none });
      }
    });
    await world.capture("a1", M1, 1_000);
    await world.capture("b1", M2, 2_000);
    return settlementRoutes(world.deps);
  }

  test("N08 two people take a batch from its netting to the bank's statement", async () => {
    const routes = await aConsole();
    const netted = await call(routes.net, undefined, as(MAKER));
    expect(netted).toMatchObject({
      state: "draft",
      items: 2,
      payments: 2,
      gross: { minor: "3000" },
      commission: { minor: "75" },
      net: { minor: "2925" },
      madeBy: "김하나",
      approvedBy: null,
      fileName: null,
    });
    const { batchId } = netted;
    await expect(call(routes.approve, { batchId }, as(MAKER))).rejects.toThrow("MAKER_IS_CHECKER");
    expect(await call(routes.approve, { batchId }, as(CHECKER))).toMatchObject({ approvedBy: "이둘" });
    const sent = await call(routes.send, { batchId }, as(MAKER));
    expect(sent).toMatchObject({ state: "sent", fileName: expect.stringContaining("pain.001.001.09") });
    await world.bank.work();
    expect(await call(routes.takeIn, {}, as(MAKER))).toEqual({
      files: 2,
      lines: 1,
      matched: 1,
      exceptions: 1,
    });
    const page = await call(routes.batch, { batchId }, as(MAKER));
    expect(page.batchPayments.map((payment) => [payment.merchantId, payment.state])).toEqual([
      [M1, "settled"],
      [M2, "rejected"],
    ]);
    expect(page.buckets).toMatchObject({ matched: 2, missingThere: 0, duplicate: 0 });
    expect(page.story.map((event) => event.title)).toEqual(["netted", "approved", "sent", "settled"]);
  });

  test("says beforehand what keeps whom from which step", async () => {
    const routes = await aConsole();
    const { batchId } = await call(routes.net, undefined, as(MAKER));
    const seenBy = async (staffId: StaffId) => {
      const { bars, ifRefused } = await call(routes.batch, { batchId }, as(staffId));
      return [bars.approve, bars.send, ifRefused];
    };
    expect(await seenBy(MAKER)).toEqual(["MAKER_IS_CHECKER", "BATCH_STATE", "withdrawn"]);
    expect(await seenBy(CHECKER)).toEqual([null, "BATCH_STATE", "refused"]);
    await call(routes.approve, { batchId }, as(CHECKER));
    expect(await seenBy(CHECKER)).toEqual(["BATCH_STATE", null, "refused"]);
    await call(routes.send, { batchId }, as(CHECKER));
    expect(await seenBy(MAKER)).toEqual(["BATCH_STATE", "BATCH_STATE", null]);
  });

  test("a batch of the clock says so, and that its approver may not send it", async () => {
    const routes = await aConsole();
    world.pass(1);
    const [batchId = ""] = await netWhenDue(world.deps);
    expect(await call(routes.approve, { batchId }, as(CHECKER))).toMatchObject({
      nettedBy: "clock",
      bars: { send: "CHECKER_IS_SENDER" },
    });
    await expect(call(routes.send, { batchId }, as(CHECKER))).rejects.toThrow("CHECKER_IS_SENDER");
    const sent = await call(routes.send, { batchId }, as(MAKER));
    expect(sent).toMatchObject({ nettedBy: "clock", approvedBy: "이둘", sentBy: "김하나" });
    expect(sent.story.map((event) => event.title)).toEqual(["netted-by-clock", "approved", "sent"]);
    expect(sent.story[2]?.detail).toMatch(/^김하나: CS.*\.xml$/);
  });

  test("a refused batch shows who refused it and why, and what it would have paid", async () => {
    const routes = await aConsole();
    const { batchId } = await call(routes.net, undefined, as(MAKER));
    const refuse = (reason: string) => call(routes.refuse, { batchId, reason }, as(CHECKER));
    await expect(refuse("   no   ")).rejects.toThrow();
    const page = await refuse(" M1 has a new account. ");
    expect(page).toMatchObject({
      state: "refused",
      refusal: { by: "이둘", reason: "M1 has a new account." },
      items: 2,
      payments: 2,
      net: { minor: "2925" },
      ifRefused: null,
      bars: { approve: "BATCH_STATE", send: "BATCH_STATE" },
    });
    expect(page.batchPayments.map((payment) => payment.state)).toEqual(["unsent", "unsent"]);
    expect(page.story.map((event) => [event.title, event.detail])).toEqual([
      ["netted", "김하나"],
      ["refused", "이둘: M1 has a new account."],
    ]);
    const again = await call(routes.net, undefined, as(MAKER));
    expect(again).toMatchObject({ items: 2, net: { minor: "2925" } });
    expect(await call(routes.batch, { batchId }, as(MAKER))).toMatchObject({ items: 2 });
  });

  test("lists batches newest first, by state and by part of an id", async () => {
    const routes = await aConsole();
    const first = await call(routes.net, undefined, as(MAKER));
    world.pass(1);
    await world.capture("a2", M1, 3_000);
    const second = await call(routes.net, undefined, as(MAKER));
    await call(routes.approve, { batchId: second.batchId }, as(CHECKER));
    const list = async (over: object) => {
      const page = await call(routes.batches, { page: 0, pageSize: 25, ...over }, as(MAKER));
      return [page.total, page.rows.map((row) => row.batchId)];
    };
    expect(await list({})).toEqual([2, [second.batchId, first.batchId]]);
    expect(await list({ state: "draft" })).toEqual([1, [first.batchId]]);
    expect(await list({ query: second.batchId.slice(-6) })).toEqual([1, [second.batchId]]);
    expect(await list({ query: "%" })).toEqual([2, [second.batchId, first.batchId]]);
    expect(await list({ page: 1, pageSize: 1 })).toEqual([2, [first.batchId]]);
  });

  const page = { page: 0, pageSize: 25 };

  /** The bank rejects one of two payouts, so that one difference is open. */
  async function aDifference() {
    const routes = await aConsole();
    const { batchId } = await call(routes.net, undefined, as(MAKER));
    await call(routes.approve, { batchId }, as(CHECKER));
    await call(routes.send, { batchId }, as(MAKER));
    await world.bank.work();
    await call(routes.takeIn, {}, as(MAKER));
    return routes;
  }

  test("an exception has an owner from the moment somebody takes it, and another may take it over", async () => {
    const routes = await aDifference();
    const [row] = (await call(routes.exceptions, { ...page, state: "open" }, as(MAKER))).rows;
    expect(row).toMatchObject({ owner: null, ownerId: null });
    const exceptionId = row?.exceptionId ?? "";
    const take = (by: StaffId) => call(routes.takeException, { exceptionId }, as(by));
    expect(await take(CHECKER)).toMatchObject({ state: "open", owner: "이둘", ownerId: CHECKER });
    expect(await take(MAKER)).toMatchObject({ state: "open", owner: "김하나" });
    const resolution = "The bank was called.";
    expect(await call(routes.resolveException, { exceptionId, resolution }, as(CHECKER))).toMatchObject({
      owner: "김하나",
    });
    await expect(take(CHECKER)).rejects.toThrow("STATE_CONFLICT");
    await expect(call(routes.takeException, { exceptionId: "none" }, as(MAKER))).rejects.toThrow("NOT_FOUND");
  });

  test("an exception is found, and ended by a person with words", async () => {
    const routes = await aDifference();
    const open = await call(routes.exceptions, { ...page, state: "open", query: "ac04" }, as(MAKER));
    expect(open).toMatchObject({ total: 1, rows: [{ bucket: "rejected", expected: { minor: "1950" } }] });
    const exceptionId = open.rows[0]?.exceptionId ?? "";
    const resolution = "The merchant gave another account.";
    expect(await call(routes.resolveException, { exceptionId, resolution }, as(CHECKER))).toMatchObject({
      state: "resolved",
      owner: "이둘",
      resolution,
    });
    expect(await call(routes.exceptions, { ...page, state: "open" }, as(MAKER))).toMatchObject({ total: 0 });
  });
});
