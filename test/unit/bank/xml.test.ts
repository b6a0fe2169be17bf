import { describe, expect, test } from "vitest";
import { parseXml, parseXmlText, textAt, XML_LIMITS, XmlReader } from "#backoffice/bank/xml.ts";
import {
  bankText,
  element,
  escapeXml,
  isBankIdentifier,
  textElement,
  writeDocument,
} from "#backoffice/bank/xml-writer.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

describe("the reader", () => {
  test("gives elements by local name whatever the prefix", () => {
    const root = parseXml(bytesOf('<d:Document xmlns:d="urn:x"><d:A><d:B>1</d:B></d:A></d:Document>'));
    expect(root.ok && root.value.namespace).toBe("urn:x");
    expect(root.ok && textAt(root.value, "A", "B")).toBe("1");
  });

  test("reads a file whose prefix was never declared, and shows that it has no namespace we know", () => {
    const root = parseXml(bytesOf("<d:Document><d:A>1</d:A></d:Document>"));
    expect(root.ok && [root.value.name, root.value.namespace]).toEqual(["Document", "urn:unbound"]);
  });

  test.each([
    ["an external entity", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'],
    ["entities that multiply", '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'],
    ["an external subset", '<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd"><a/>'],
  ])("refuses %s with the document type that declares it", (_what, text) => {
    expect(parseXml(bytesOf(text))).toMatchObject({
      ok: false,
      error: { code: "BANK_FILE_INVALID", detail: expect.stringContaining("document type") },
    });
  });

  test("refuses an entity that nobody declared", () => {
    expect(parseXml(bytesOf("<a>&x;</a>"))).toMatchObject({
      ok: false,
      error: { code: "BANK_FILE_INVALID" },
    });
  });

  test("says where a cut file breaks off", () => {
    const cut = parseXml(bytesOf("<a>\n<b>1</b>\n<c>2"));
    expect(cut).toMatchObject({
      ok: false,
      error: { code: "BANK_FILE_INVALID", detail: expect.stringMatching(/line 3, column \d+/) },
    });
  });

  test("takes nesting as deep as the limit and refuses one deeper", () => {
    const nested = (depth: number) => bytesOf("<a>".repeat(depth) + "</a>".repeat(depth));
    expect(parseXml(nested(XML_LIMITS.depthMax)).ok).toBe(true);
    expect(parseXml(nested(XML_LIMITS.depthMax + 1)).ok).toBe(false);
  });

  test("takes a text as long as the limit and refuses one longer", () => {
    const long = (length: number) => bytesOf(`<a>${"x".repeat(length)}</a>`);
    expect(parseXml(long(XML_LIMITS.textMax)).ok).toBe(true);
    expect(parseXml(long(XML_LIMITS.textMax + 1)).ok).toBe(false);
  });

  test("refuses more elements than its limit", () => {
    const limits = { ...XML_LIMITS, elementsMax: 3 };
    expect(parseXmlText("<a><b/><b/></a>", limits).ok).toBe(true);
    expect(parseXmlText("<a><b/><b/><b/></a>", limits).ok).toBe(false);
  });

  test("refuses 50 MB before it decodes them", () => {
    expect(parseXml(new Uint8Array(50_000_000))).toMatchObject({
      ok: false,
      error: { code: "REQUEST_TOO_LARGE" },
    });
  });

  test("stops a stream at the limit and keeps refusing", () => {
    const reader = new XmlReader({ ...XML_LIMITS, bytesMax: 100 });
    expect(reader.write("<a>").ok).toBe(true);
    expect(reader.write("x".repeat(98)).ok).toBe(false);
    expect(reader.write("</a>").ok).toBe(false);
    expect(reader.close()).toMatchObject({ ok: false, error: { code: "REQUEST_TOO_LARGE" } });
  });

  test("reads the same from any cutting of a stream", () => {
    const text = '<?xml version="1.0"?><a x="1"><b>가나 &amp; 다</b><b><![CDATA[<raw>]]></b></a>';
    const whole = parseXmlText(text);
    for (let cut = 1; cut < text.length; cut += 1) {
      const reader = new XmlReader();
      reader.write(text.slice(0, cut));
      reader.write(text.slice(cut));
      expect(reader.close()).toEqual(whole);
    }
  });

  test("reads the encoding that a file declares", () => {
    const latin = Uint8Array.from(
      Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>Größe</a>', "latin1"),
    );
    const root = parseXml(latin);
    expect(root.ok && root.value.text).toBe("Größe");
  });

  test("refuses bytes that are not in the declared encoding, and encodings it does not read", () => {
    expect(parseXml(Uint8Array.of(0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e)).ok).toBe(false);
    expect(parseXml(bytesOf('<?xml version="1.0" encoding="x-user-defined"?><a/>')).ok).toBe(false);
  });
});

describe("the writer", () => {
  test("escapes what XML needs escaped and reads back the same", () => {
    const awkward = `a<b>&"c"'d'`;
    const document = writeDocument("urn:x", textElement("A", awkward, { Ccy: awkward }));
    const root = parseXmlText(document);
    expect(root.ok && root.value.children[0]).toMatchObject({ text: awkward, attributes: { Ccy: awkward } });
    expect(escapeXml("]]>")).toBe("]]&gt;");
  });

  test("never writes an element without content", () => {
    expect(() => writeDocument("urn:x", element("Empty"))).toThrow("Empty has children");
  });

  test("keeps Korean where the bank takes it, and writes the basic set where it does not", () => {
    expect(bankText("가게 카페 Über", 140, "unicode")).toBe("가게 카페 Über");
    expect(bankText("Café Zoë & Søn", 140, "latin")).toBe("Cafe Zoe . S.n");
  });

  test("cuts by characters, not in the middle of one, and drops what no file may hold", () => {
    expect(bankText("a😀b", 2, "unicode")).toBe("a😀");
    expect(bankText("a\u0000b\n c\ud800", 10, "unicode")).toBe("ab c");
  });

  test("knows what banks take as an identifier", () => {
    expect(isBankIdentifier("A".repeat(35))).toBe(true);
    expect(isBankIdentifier("A".repeat(36))).toBe(false);
    for (const bad of ["", "/A", "A/", "A//B", "A_B", " A", "가"]) expect(isBankIdentifier(bad)).toBe(false);
  });
});
