import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EntryId, Epoch, StaffId, TerminalId } from "#core/ids.ts";
import { chainStart, checkChain, hashedText } from "#core/journal/chain.ts";
import type { EntryContent, SignedEntry } from "#core/journal/entry.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
/** A signature that only its hash can have: enough to see one that was moved or made up. */
const signed = (hash: string) => Buffer.from(`signed ${hash}`).toString("base64");
const isSigned = (hash: string, sig: string) => sig === signed(hash);

const terminalId = "term-1" as TerminalId;
const epoch = "epoch-1" as Epoch;
const start = chainStart(terminalId, epoch);

function chainOf(reasons: readonly string[]): readonly SignedEntry[] {
  let prevHash = start.hash;
  return reasons.map((reason, index) => {
    const content: EntryContent = {
      terminalId,
      epoch,
      seq: index + 1,
      id: `entry-${index}` as EntryId,
      kind: "drawer-opened",
      at: "2026-03-01T12:00:00.000Z",
      staffId: "kim" as StaffId,
      body: { reason },
      prevHash,
    };
    const hash = sha256(hashedText(content));
    prevHash = hash;
    return { ...content, hash, sig: signed(hash) };
  });
}

const chains = fc
  .array(fc.string({ unit: "grapheme", maxLength: 20 }), { minLength: 2, maxLength: 12 })
  .map(chainOf);
const check = (entries: readonly SignedEntry[]) => checkChain(entries, start, sha256, isSigned);

describe("a chain", () => {
  it("holds as it was written", () => {
    fc.assert(fc.property(chains, (entries) => check(entries).kind === "holds"));
  });

  it("is broken at the entry that was changed, whatever was changed in it", () => {
    const change = fc.constantFrom<(entry: SignedEntry) => SignedEntry>(
      (entry) => ({ ...entry, body: { ...entry.body, more: 1 } }),
      (entry) => ({ ...entry, at: "2026-03-01T12:00:00.001Z" }),
      (entry) => ({ ...entry, staffId: null }),
      (entry) => ({ ...entry, kind: "signed-out" }),
      (entry) => ({ ...entry, id: "other" as EntryId }),
      (entry) => ({ ...entry, sig: signed("other") }),
      (entry) => ({ ...entry, hash: sha256("other") }),
      (entry) => ({ ...entry, prevHash: sha256("other") }),
      (entry) => ({ ...entry, terminalId: "term-2" as TerminalId }),
    );
    fc.assert(
      fc.property(chains, fc.nat(), change, (entries, at, changed) => {
        const index = at % entries.length;
        const found = check(entries.map((entry, place) => (place === index ? changed(entry) : entry)));
        expect(found).toMatchObject({ kind: "broken", seq: index + 1 });
      }),
    );
  });

  it("is broken where an entry is missing, doubled or out of its place", () => {
    fc.assert(
      fc.property(chains, fc.nat(), (entries, at) => {
        const index = at % (entries.length - 1);
        const missing = entries.filter((_, place) => place !== index);
        const doubled = entries.flatMap((entry, place) => (place === index ? [entry, entry] : [entry]));
        const swapped = entries.map((entry, place) =>
          place === index
            ? (entries[index + 1] ?? entry)
            : place === index + 1
              ? (entries[index] ?? entry)
              : entry,
        );
        expect(check(missing)).toMatchObject({ kind: "broken", seq: index + 1, fault: "gap" });
        expect(check(doubled)).toMatchObject({ kind: "broken", seq: index + 2, fault: "gap" });
        expect(check(swapped)).toMatchObject({ kind: "broken", seq: index + 1, fault: "gap" });
      }),
    );
  });

  it("cannot be re-hashed from the middle without the key", () => {
    fc.assert(
      fc.property(chains, fc.nat(), (entries, at) => {
        const index = at % entries.length;
        let prevHash = entries[index]?.prevHash ?? "";
        const forged = entries.map((entry, place) => {
          if (place < index) return entry;
          const content = { ...entry, body: { reason: "forged" }, prevHash };
          const hash = sha256(hashedText(content));
          prevHash = hash;
          return { ...content, hash };
        });
        const isSame = entries.every(({ hash }, place) => hash === forged[place]?.hash);
        if (!isSame) expect(check(forged).kind).toBe("broken");
      }),
    );
  });
});
