import { generateKeyPairSync, sign } from "node:crypto";
import { expect, test } from "vitest";
import { canonicalJson, type JsonValue } from "#core/canonical-json.ts";
import { wireInstant } from "#core/contract/values.ts";
import type { Epoch, TerminalId } from "#core/ids.ts";
import { hours, instant } from "#core/time.ts";
import { nudgesOf } from "#main/till/sync/event-stream.ts";
import { checkMark, checkSnapshot, serverKeyOf } from "#main/till/sync/verify-answers.ts";

const noon = instant(Date.parse("2026-03-01T12:00:00Z"));
const TILL = "till-1" as TerminalId;
const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const key = serverKeyOf(publicKey.export({ type: "spki", format: "der" }).toString("base64"));
const signed = (value: unknown) =>
  sign(null, Buffer.from(canonicalJson(value as JsonValue)), privateKey).toString("base64");

const check = { key, terminalId: TILL, version: 7, issuedAt: noon, now: noon };
const aSnapshot = (over: object = {}) => ({
  terminalId: TILL,
  version: 8,
  since: 7,
  issuedAt: wireInstant(noon),
  parts: {},
  ...over,
});
const received = (snapshot: object) => ({ raw: snapshot, signature: signed(snapshot) });
const refused = (detail: string) =>
  expect.objectContaining({ failure: { code: "SNAPSHOT_REFUSED", detail: expect.stringContaining(detail) } });

test("believes a snapshot that the server signed for this till, upon the version at hand", () => {
  expect(checkSnapshot(received(aSnapshot()), check).version).toBe(8);
  expect(checkSnapshot(received(aSnapshot({ since: null, version: 7 })), check).version).toBe(7);
});

test("verifies what was signed, also where it holds parts that this program does not know", () => {
  const newer = aSnapshot({ parts: { loyalty: ["not known here"] }, extra: 1 });
  expect(checkSnapshot(received(newer), check).parts).toEqual({});
});

test.each([
  ["another signature", { ...received(aSnapshot()), signature: signed({ other: true }) }, "signature"],
  ["what has no canonical form", { raw: { version: 0.5 }, signature: signed({}) }, "signature"],
  ["another form", received({ terminalId: TILL }), "form"],
  ["another terminal's, stolen", received(aSnapshot({ terminalId: "till-2" })), "terminal"],
  ["an older version, replayed", received(aSnapshot({ version: 6, since: null })), "older"],
  ["changes upon a version that is not here", received(aSnapshot({ since: 6 })), "another version"],
  [
    "one made long before the one at hand",
    received(aSnapshot({ issuedAt: wireInstant(instant(noon - 600_001)) })),
    "before",
  ],
  [
    "one made more than a day in the future",
    received(aSnapshot({ issuedAt: wireInstant(instant(noon + hours(24) + 1)) })),
    "future",
  ],
])("refuses %s", (_name, snapshot, detail) => {
  expect(() => checkSnapshot(snapshot, check)).toThrow(refused(detail));
});

test("believes no mark of another terminal or signer", () => {
  const mark = { terminalId: TILL, epoch: "epoch-1" as Epoch, seq: 3, hash: "a".repeat(64) };
  expect(() => checkMark(key, TILL, mark, signed(mark))).not.toThrow();
  const wrong = expect.objectContaining({ failure: expect.objectContaining({ code: "SIGNATURE_WRONG" }) });
  expect(() => checkMark(key, "till-2" as TerminalId, mark, signed(mark))).toThrow(wrong);
  expect(() => checkMark(key, TILL, { ...mark, seq: 4 }, signed(mark))).toThrow(wrong);
});

const open = new AbortController().signal;
const NUDGE = `data: {"kind":"recall","at":"2026-03-01T12:00:00.000Z"}\n\n`;

test("reads nudges however the stream is cut, past comments and what is no nudge", async () => {
  const text = `: hello\n\nevent: message\r\n${NUDGE}event: message\ndata: {"kind":"other"}\n\nevent: done\n${NUDGE}${NUDGE}`;
  for (const size of [1, 7, text.length]) {
    const kinds: string[] = [];
    for await (const nudge of nudgesOf(streamOf(text, size), 1_000, open)) kinds.push(nudge.kind);
    expect(kinds).toEqual(["recall", "recall"]);
  }
});

test("gives up a stream that says nothing, and one whose event never ends", async () => {
  const silent = new ReadableStream<Uint8Array>();
  await expect(nudgesOf(silent, 5, open).next()).rejects.toMatchObject({ failure: { code: "TIMED_OUT" } });
  const endless = streamOf("x".repeat(20_000), 5_000);
  await expect(nudgesOf(endless, 1_000, open).next()).rejects.toMatchObject({
    failure: { code: "LINE_CUT" },
  });
});

function streamOf(text: string, size: number): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  return new ReadableStream({
    pull: (controller) => {
      if (at >= bytes.length) controller.close();
      else controller.enqueue(bytes.slice(at, at + size));
      at += size;
    },
  });
}
