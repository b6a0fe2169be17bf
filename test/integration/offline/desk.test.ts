// The offline desk with a real journal, store and line, against the small back office.
import { afterEach, expect, test } from "vitest";
import { after, days, instant } from "#core/time.ts";
import { soundLine } from "#test/world/faulty-line.ts";
import { balanceOf, faultOfBooks } from "#test/world/small-books.ts";
import {
  anAuthorisation,
  aWorld,
  CARD,
  closeWorlds,
  eventually,
  grantsAt,
  offline,
  POLICY,
  payOnline,
  sealedSlips,
  startOf,
} from "#test/world/small-world.ts";

afterEach(closeWorlds);

test("learns a card online, gets a grant for it, and pays from it while the line is cut", async () => {
  const world = await aWorld();
  await payOnline(world, 5_000);
  await world.till.desk.learn({ ...CARD, passwordVersion: 1 });
  await world.connection.push();
  await eventually(async () => expect(await grantsAt(world)).toHaveLength(1));

  world.faults.isCut = true;
  expect(await offline(world, 12_000)).toBe("escrow");
  expect(await offline(world, 25_000)).toBe("risk");
  expect(await offline(world, 30_001)).toBe("needs-manager");
  world.faults.isCut = false;
  await world.connection.push();

  await world.connection.push();
  const { books } = world.office.state;
  expect(faultOfBooks(books)).toBeUndefined();
  expect(balanceOf(books, "merchant")).toBe(42_000n);
  expect(balanceOf(books, "offline-loss")).toBe(0n);
  expect(world.till.journal.unsynced().count).toBe(0);
});

test("knows a learnt card by its number and by its PIN#, and blocks it after three wrong passwords", async () => {
  const world = await aWorld();
  await world.till.desk.learn({ ...CARD, passwordVersion: 1 });
  await world.till.desk.learn({ ...CARD, number: CARD.pin, passwordVersion: 1 });
  const [byNumber, byPin] = [
    await world.till.desk.mention(CARD.number),
    await world.till.desk.mention(CARD.pin),
  ];
  expect(byPin).toMatchObject({ cardId: "card-1", cardRef: byNumber.cardRef });
  await world.connection.push();

  world.faults.isCut = true;
  expect(await offline(world, 1_000, { password: "wrong one" })).toBe("PASSWORD_WRONG");
  expect(await offline(world, 1_000, { password: "wrong two", number: CARD.pin })).toBe("PASSWORD_WRONG");
  expect(await offline(world, 1_000, { password: "wrong three" })).toBe("OFFLINE_TRIES");
  expect(await offline(world, 1_000)).toBe("OFFLINE_TRIES");
  world.faults.isCut = false;
  await world.connection.push();
  world.faults.isCut = true;
  expect(await offline(world, 1_000)).not.toBe("OFFLINE_TRIES");
});

test("forgets a verifier when the password changes", async () => {
  const world = await aWorld();
  await world.till.desk.learn({ ...CARD, passwordVersion: 1 });
  world.office.changePassword(CARD.cardId, "another one");
  await world.connection.push();
  const row = await world.till.database.read.get("SELECT count(*) AS n FROM verifier_secrets");
  expect(row?.n).toBe(0);
  // Nothing here knows the new password, so the card is taken only with credentials that the server will judge.
  world.faults.isCut = true;
  expect(await offline(world, 1_000)).toBe("risk");
});

test("refuses a card of the hot list first, and any stored value once the till is too old", async () => {
  const world = await aWorld();
  await world.till.desk.learn({ ...CARD, passwordVersion: 1 });
  await world.connection.push();
  world.office.block(CARD.cardId);
  await world.connection.push();
  world.faults.isCut = true;
  expect(await offline(world, 1_000)).toBe("CARD_BLOCKED");
  world.clock.at = instant(world.clock.at + POLICY.ageMaxMs + 60_000);
  expect(await offline(world, 1_000, { number: "9410009999999999" })).toBe("OFFLINE_TOO_OLD");
});

test("sends sealed credentials with their slip and erases them once no restore can ask for them again", async () => {
  const world = await aWorld();
  await world.connection.push();
  world.faults.isCut = true;
  expect(await offline(world, 9_000)).toBe("risk");
  expect(await sealedSlips(world)).toBe(1);
  const stored = JSON.stringify(await world.till.database.read.all("SELECT * FROM sealed_slips"));
  expect(stored).not.toContain(CARD.password);
  const journal = JSON.stringify(await world.till.journal.entriesAfter(startOf(world), 500));
  expect(journal).not.toContain(CARD.number);
  expect(journal).toContain("sealedHash");
  world.faults.isCut = false;
  await world.connection.push();
  expect(await sealedSlips(world)).toBe(1);
  world.clock.at = after(world.clock.at, days(8));
  await world.connection.push();
  expect(await sealedSlips(world)).toBe(0);
  expect([...world.office.state.terminals.values()][0]?.sealed.size).toBe(1);
});

test("closes its own grants for a card that is short, and the card can pay", async () => {
  const world = await aWorld({ balance: 30_000n, grantMax: 20_000n });
  await world.till.desk.learn({ ...CARD, passwordVersion: 1 });
  await world.connection.push();
  await eventually(async () => expect(await grantsAt(world)).toHaveLength(1));
  const short = await world.connection.backOffice.authorise(anAuthorisation(25_000));
  expect(short).toMatchObject({ kind: "declined", code: "FUNDS_HELD_OFFLINE" });
  if (short.kind === "declined") await world.till.desk.closeGrants(short.ownGrants);
  expect(await world.connection.backOffice.authorise(anAuthorisation(25_000))).toMatchObject({
    kind: "approved",
  });
});

test("fails closing grants with a code while the line is cut, and keeps the closing for later", async () => {
  const world = await aWorld();
  await world.till.desk.learn({ ...CARD, passwordVersion: 1 });
  await world.connection.push();
  await eventually(async () => expect(await grantsAt(world)).toHaveLength(1));
  const ids = (await grantsAt(world)).map((row) => String(row.grant_id));
  world.faults.isCut = true;
  await expect(world.till.desk.closeGrants(ids as never)).rejects.toMatchObject({
    failure: { code: "LINE_CUT" },
  });
  expect(await grantsAt(world)).toHaveLength(0);
});

test("pays once though requests and answers are lost and doubled", async () => {
  const world = await aWorld();
  await world.till.desk.learn({ ...CARD, passwordVersion: 1 });
  Object.assign(world.faults, { lostThere: 150, lostBack: 250, doubled: 200 });
  for (let sale = 0; sale < 15; sale += 1) expect(["escrow", "risk"]).toContain(await offline(world, 1_000));
  Object.assign(world.faults, soundLine());
  await world.connection.push();
  expect(balanceOf(world.office.state.books, "merchant")).toBe(15_000n);
  expect(faultOfBooks(world.office.state.books)).toBeUndefined();
});
