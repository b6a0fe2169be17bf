// The keys of an enrolment that is left: kept beside the new ones, wherever those are, until nothing needs them.
import { mkdtemp, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Enrolment } from "#core/contract/terminal.ts";
import type { MerchantId, TerminalId } from "#core/ids.ts";
import { instant } from "#core/time.ts";
import { forgetEarlier, takeInAside } from "#main/till/keys/earlier-keys.ts";
import { type KeyStore, type KeyStoreKind, keyStoreAt, type Sealer } from "#main/till/keys/key-store.ts";
import { enrol } from "#main/till/sync/enrol.ts";

const newDir = () => mkdtemp(join(tmpdir(), "countersign-earlier-"));

/** "Seals" by reversing: enough to see that what is stored is what the sealer gave. */
const turned = async (text: string) => Buffer.from(text, "base64").reverse().toString("base64");
const SEALER: Sealer = { seal: turned, open: turned };

const enrolmentOf = (terminalId: string): Enrolment => ({
  terminalId: terminalId as TerminalId,
  terminalName: "Till 1",
  stationName: "Station 7",
  merchantId: "station-7" as MerchantId,
  currency: "KRW",
  utcOffsetMinutes: 540,
  serverKey: Buffer.alloc(44, 1).toString("base64"),
  sealKey: Buffer.alloc(32, 2).toString("base64"),
  staffKey: Buffer.alloc(32, 3).toString("base64"),
  serverTime: "2026-03-01T03:00:00.000Z",
});

const enrolAs = (terminalId: string, store: KeyStore, keyStore: KeyStoreKind) =>
  enrol(
    { backofficeUrl: "http://station", code: "code", keyStore, softwareVersion: "test" },
    {
      store,
      now: () => instant(0),
      fetch: async () => Response.json(enrolmentOf(terminalId)),
      stopping: new AbortController().signal,
    },
  );

const earlierAt = async (store: KeyStore) =>
  ((await store.read())?.earlier ?? []).map(({ terminalId }) => terminalId);

test("keeps the signing key of each enrolment that is left, in the same file and as safely", async () => {
  const dir = await newDir();
  const store = keyStoreAt(dir, SEALER);
  const first = await enrolAs("t-1", store, "file");
  expect((await store.read())?.earlier).toBeUndefined();
  await enrolAs("t-2", store, "os");
  await enrolAs("t-3", store, "os");
  const ring = await store.read();
  expect(await earlierAt(store)).toEqual(["t-1", "t-2"]);
  expect(ring?.earlier?.[0]).toEqual({
    terminalId: "t-1",
    signing: first.secrets.signing,
    serverKey: first.enrolment.serverKey,
  });
  expect(ring?.secrets.signing).not.toBe(first.secrets.signing);
  const path = join(dir, "till-keys.json");
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const stored = Buffer.from(JSON.parse(await readFile(path, "utf8")).ring, "base64").toString();
  expect(stored).not.toContain(first.secrets.signing);
});

const asideIn = async (dir: string) => (await readdir(dir)).filter((name) => name.includes("aside"));

/** As the till's process opens it. */
async function openedAt(store: KeyStore) {
  const ring = await store.read();
  if (ring === undefined) throw new Error("the till has keys");
  return ((await takeInAside(store, ring)).earlier ?? []).map(({ terminalId }) => terminalId);
}

test("puts keys aside that the other shell sealed, and takes them in where they can be opened, once", async () => {
  const dir = await newDir();
  const [sealing, plain] = [keyStoreAt(dir, SEALER), keyStoreAt(dir, null)];
  await enrolAs("t-1", sealing, "os");
  const { secrets } = await enrolAs("t-2", sealing, "os");
  await enrolAs("t-3", plain, "file");
  expect(await openedAt(plain)).toEqual([]);
  await enrolAs("t-4", sealing, "os");

  const crashing: KeyStore = {
    ...sealing,
    openAside: async () =>
      (await sealing.openAside()).map((aside) => ({
        ...aside,
        remove: () => Promise.reject(new Error("the power went")),
      })),
  };
  await expect(openedAt(crashing)).rejects.toThrow("the power went");
  expect(await openedAt(sealing)).toEqual(["t-1", "t-2", "t-3"]);
  expect(await earlierAt(sealing)).toEqual(["t-1", "t-2", "t-3"]);
  expect((await sealing.read())?.earlier?.[1]?.signing).toBe(secrets.signing);
  expect(await sealing.read()).toMatchObject({ keyStore: "os", enrolment: { terminalId: "t-4" } });
  expect(await asideIn(dir)).toEqual([]);
});

test("leaves what the system sealed as it is beside a ring that is kept plain, uses it, and forgets it once all of it is over", async () => {
  const dir = await newDir();
  const [sealing, plain] = [keyStoreAt(dir, SEALER), keyStoreAt(dir, null)];
  await enrolAs("t-1", sealing, "os");
  await enrolAs("t-2", sealing, "os");
  await enrolAs("t-3", plain, "file");
  expect(await openedAt(sealing)).toEqual(["t-1", "t-2"]);
  expect(await openedAt(sealing)).toEqual(["t-1", "t-2"]);
  expect(await plain.read()).toMatchObject({ keyStore: "file", enrolment: { terminalId: "t-3" } });
  expect(await earlierAt(plain)).toEqual([]);
  await forgetEarlier(sealing, new Set(["t-1"] as TerminalId[]));
  expect(await asideIn(dir)).toHaveLength(1);
  await forgetEarlier(sealing, new Set(["t-1", "t-2"] as TerminalId[]));
  expect(await asideIn(dir)).toEqual([]);
});

test("is not kept from its own keys by a file that is damaged", async () => {
  const dir = await newDir();
  const store = keyStoreAt(dir, SEALER);
  await enrolAs("t-1", store, "os");
  const name = "till-keys-aside-0123456789abcdef.json";
  await writeFile(join(dir, name), "{");
  expect(await openedAt(store)).toEqual([]);
  expect(await readdir(dir)).toContain(name);
});

test("forgets the keys that are over and no others, and keeps the ring where it is", async () => {
  const store = keyStoreAt(await newDir(), SEALER);
  for (const terminalId of ["t-1", "t-2", "t-3"]) await enrolAs(terminalId, store, "os");
  await forgetEarlier(store, new Set(["t-1", "t-3"] as TerminalId[]));
  expect(await earlierAt(store)).toEqual(["t-2"]);
  expect(await store.read()).toMatchObject({ keyStore: "os", enrolment: { terminalId: "t-3" } });
});
