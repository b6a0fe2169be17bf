// The till behind its contract, over a wire as a page speaks to it.
import { MessageChannel } from "node:worker_threads";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { TillView, tillContract } from "#core/contract/till.ts";
import type { TextWire } from "#main/process/channels.ts";
import { clientOf, serve } from "#main/process/rpc.ts";
import { makeWire } from "#main/process/wire.ts";
import { aCounter, KIM, type RunningTill, withBasket, won } from "./a-till.ts";

function aPage({ till }: RunningTill) {
  const { port1, port2 } = new MessageChannel();
  const over = (port: typeof port1): TextWire => {
    const ends = makeWire<string>(
      (text) => port.postMessage(text),
      () => port.close(),
    );
    port.on("message", ends.arrived);
    port.on("close", ends.ended);
    return ends.wire;
  };
  const here = over(port1);
  onTestFinished(() => here.close());
  serve(till.router, over(port2), {}, () => undefined);
  return clientOf<typeof tillContract>(here);
}

describe("a page on its wire", () => {
  it("is refused what nobody may do, and what is not of the contract's form", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    const page = aPage(till);
    await expect(page.payCash({ given: won(1) })).rejects.toMatchObject({
      failure: { code: "SIGN_IN_REQUIRED" },
    });
    await page.signIn({ staffId: KIM, pin: "1111" });
    await expect(page.openShift({ float: { minor: "1.5", currency: "KRW" } })).rejects.toMatchObject({
      failure: { code: "REQUEST_INVALID" },
    });
    await till.stop();
  });

  it("sees every view decoded by the contract, the newest last, while a slow one skips", async () => {
    const counter = await aCounter();
    const till = await counter.start();
    const page = aPage(till);
    const seen: TillView[] = [];
    const watching = (async () => {
      for await (const view of await page.watch()) seen.push(view);
    })();
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    await withBasket(till);
    await page.startPaying();
    await page.payCash({ given: won(10_000) });
    await vi.waitFor(() => expect(seen.at(-1)?.sale?.printed).toBe("printed"), { timeout: 5_000 });
    const revisions = seen.map(({ revision }) => revision);
    expect(revisions).toEqual([...revisions].sort((a, b) => a - b));
    const { z } = await page.closeShift({ counts: [{ faceMinor: "10000", count: 11 }] });
    expect(z.zNumber).toBe(1);
    await till.stop();
    await watching;
  });
});
