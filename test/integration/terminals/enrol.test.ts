import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { expect, test } from "vitest";
import { type SignedParts, textToSign } from "#core/contract/terminal-signature.ts";
import { FailureError } from "#core/errors.ts";
import { isoOf, minutes } from "#core/time.ts";
import { aStation } from "#test/world/a-terminal.ts";
import { MERCHANT } from "#test/world/back-office.ts";
import { eachDatabase } from "#test/world/database.ts";

const refused = (work: Promise<unknown>, code: string) =>
  expect(work).rejects.toSatisfy(
    (error) => error instanceof FailureError && error.failure.code === code,
    code,
  );

eachDatabase((databases) => {
  async function aCode() {
    const world = await aStation(databases);
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const otherKey = generateKeyPairSync("ed25519").publicKey;
    const order = { terminalName: "Till 1", merchantId: MERCHANT, madeBy: "mina" };
    const { code } = await world.terminals.createCode(order);
    const enrol = (typed: string, key: KeyObject = publicKey) =>
      world.terminals.enrol({
        code: typed,
        publicKey: key.export({ format: "der", type: "spki" }).toString("base64"),
        keyStore: "file",
        softwareVersion: "test",
      });
    return { world, code, enrol, privateKey, otherKey };
  }

  test("a code enrols one terminal, once, however it is typed", async () => {
    const { world, code, enrol, otherKey } = await aCode();
    await refused(enrol("AAAA-AAAA-AAAA-AAAA"), "ENROLMENT_REFUSED");
    const enrolment = await enrol(code.toLowerCase().replaceAll("-", " "));
    expect(enrolment).toMatchObject({ terminalName: "Till 1", merchantId: MERCHANT, currency: "KRW" });
    await refused(enrol(code, otherKey), "ENROLMENT_REFUSED");
    const rows = await world.database.read.all("SELECT * FROM enrolment_code");
    expect(JSON.stringify(rows)).not.toContain(code.replaceAll("-", ""));
  });

  test("an answer that was lost is given again to the same key, until its terminal has synced", async () => {
    const { world, code, enrol } = await aCode();
    const enrolment = await enrol(code);
    expect(await enrol(code)).toEqual(enrolment);
    expect(await world.terminals.list()).toHaveLength(1);
    await world.database.transaction((tx) =>
      tx.run("UPDATE terminal SET last_sync_at = ? WHERE terminal_id = ?", [
        world.clock.now(),
        enrolment.terminalId,
      ]),
    );
    await refused(enrol(code), "ENROLMENT_REFUSED");
  });

  test("a code is too old after half an hour", async () => {
    const { world, code, enrol } = await aCode();
    world.clock.advance(minutes(30));
    await refused(enrol(code), "ENROLMENT_REFUSED");
  });

  test("a signed request is taken once, within two minutes, from its own key only", async () => {
    const { world, code, enrol, privateKey } = await aCode();
    const { terminalId } = await enrol(code);
    const parts = (over: Partial<SignedParts> = {}): SignedParts => ({
      method: "POST",
      path: "/v1/terminal/journal",
      terminalId,
      at: isoOf(world.clock.now()),
      nonce: `nonce-${Math.random()}-long`,
      bodyHash: "0".repeat(64),
      ...over,
    });
    const signed = (of: SignedParts) =>
      sign(null, Buffer.from(textToSign(of)), privateKey).toString("base64");
    const ask = (of: SignedParts, signature = signed(of)) =>
      world.terminals.terminalOfSignature(of, signature);

    const good = parts();
    expect(await ask(good)).toBe(terminalId);
    await refused(ask(good), "SIGNATURE_WRONG");
    await refused(ask(parts({ terminalId: "t-nobody" })), "TERMINAL_UNKNOWN");
    const other = parts();
    await refused(ask({ ...other, bodyHash: "1".repeat(64) }, signed(other)), "SIGNATURE_WRONG");
    const old = parts();
    world.clock.advance(minutes(2) + 1);
    await refused(ask(old), "SIGNATURE_WRONG");
  });
});
