import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type ChannelDisk,
  type InboundFile,
  openFolderChannel,
  realDisk,
} from "#backoffice/bank/channel-folder.ts";
import { fail } from "#core/errors.ts";

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "channel-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const filesIn = async (...folder: string[]) => (await readdir(join(dir, ...folder))).sort();

/** The power goes at the n-th step that changes the disk: that step and all after it never happen. */
function failingDisk(stepsLeft: number): ChannelDisk {
  let left = stepsLeft;
  const step = () => {
    left -= 1;
    if (left < 0) throw new Error("the power is gone");
  };
  return {
    ...realDisk,
    async write(path, content) {
      step();
      await realDisk.write(path, content);
    },
    async move(from, to) {
      step();
      await realDisk.move(from, to);
    },
  };
}

/** Books that outlive the crash: what was committed, by content. */
function aLedgerOfFiles() {
  const taken = new Set<string>();
  const contents: string[] = [];
  return {
    contents,
    async take(file: InboundFile) {
      if (taken.has(file.sha256)) fail("BANK_FILE_DUPLICATE", file.name);
      taken.add(file.sha256);
      contents.push(new TextDecoder().decode(file.bytes));
    },
  };
}

describe("outbound", () => {
  test("shows the bank a file whole under its name, and keeps a copy", async () => {
    const channel = await openFolderChannel({ dir });
    await channel.send("B1.xml", "<a/>");
    expect(await filesIn("out")).toEqual(["B1.xml"]);
    expect(await readFile(join(dir, "archive", "sent", "B1.xml"), "utf8")).toBe("<a/>");
  });

  test("does not show a file again that the bank has taken", async () => {
    const channel = await openFolderChannel({ dir });
    await channel.send("B1.xml", "<a/>");
    await rm(join(dir, "out", "B1.xml"));
    await channel.send("B1.xml", "<a/>");
    expect(await filesIn("out")).toEqual([]);
  });

  test("refuses other content under a name that was sent", async () => {
    const channel = await openFolderChannel({ dir });
    await channel.send("B1.xml", "<a/>");
    await expect(channel.send("B1.xml", "<b/>")).rejects.toThrow("STATE_CONFLICT");
  });

  test.each(["../B1.xml", ".hidden", "a/b", ""])("has no file named %j", async (name) => {
    const channel = await openFolderChannel({ dir });
    await expect(channel.send(name, "<a/>")).rejects.toThrow("plain name");
  });

  test("after a crash between any two steps, sending again leaves one whole file", async () => {
    let steps = 0;
    for (let crashed = true; crashed; steps += 1) {
      await rm(dir, { recursive: true, force: true });
      const broken = await openFolderChannel({ dir, disk: failingDisk(steps) });
      crashed = await broken.send("B1.xml", "<a/>").then(
        () => false,
        () => true,
      );
      for (const name of await filesIn("out")) {
        if (!name.startsWith(".")) expect(await readFile(join(dir, "out", name), "utf8")).toBe("<a/>");
      }
      await (await openFolderChannel({ dir })).send("B1.xml", "<a/>");
      expect(await filesIn("out")).toEqual(["B1.xml"]);
      expect(await filesIn("archive", "sent")).toEqual(["B1.xml"]);
    }
    expect(steps).toBe(5);
  });
});

describe("inbound", () => {
  const put = (name: string, content: string) => writeFile(join(dir, "in", name), content);

  test("takes each file once, in the order of names, and moves it to the archive", async () => {
    const channel = await openFolderChannel({ dir });
    const books = aLedgerOfFiles();
    await put("2.xml", "two");
    await put("1.xml", "one");
    await put(".3.xml.part", "unfinished");
    expect(await channel.receive(books.take)).toMatchObject([
      { name: "1.xml", outcome: "taken" },
      { name: "2.xml", outcome: "taken" },
    ]);
    expect(await channel.receive(books.take)).toEqual([]);
    expect(books.contents).toEqual(["one", "two"]);
    expect(await filesIn("in")).toEqual([".3.xml.part"]);
    expect(await filesIn("archive", "taken")).toHaveLength(2);
  });

  test("takes the same content under another name as a duplicate, and keeps it", async () => {
    const channel = await openFolderChannel({ dir });
    const books = aLedgerOfFiles();
    await put("1.xml", "one");
    await put("2.xml", "one");
    const intakes = await channel.receive(books.take);
    expect(intakes.map((intake) => intake.outcome)).toEqual(["taken", "duplicate"]);
    expect(intakes[1]?.failure?.code).toBe("BANK_FILE_DUPLICATE");
    expect(await filesIn("archive", "duplicate")).toHaveLength(1);
  });

  test("sets a file aside that cannot be read, and goes on with the next", async () => {
    const channel = await openFolderChannel({ dir });
    const books = aLedgerOfFiles();
    await put("1.xml", "broken");
    await put("2.xml", "two");
    const intakes = await channel.receive(async (file) => {
      if (file.name === "1.xml") fail("BANK_FILE_INVALID", "line 1");
      await books.take(file);
    });
    expect(intakes.map((intake) => intake.outcome)).toEqual(["refused", "taken"]);
    expect(await filesIn("archive", "refused")).toHaveLength(1);
  });

  test("leaves a file where it is when the fault is ours", async () => {
    const channel = await openFolderChannel({ dir });
    await put("1.xml", "one");
    await expect(channel.receive(async () => fail("DISK_FULL"))).rejects.toThrow("DISK_FULL");
    expect(await filesIn("in")).toEqual(["1.xml"]);
  });

  test("archives a file with the longest name that there can be, and one with such a name in Korean", async () => {
    const channel = await openFolderChannel({ dir });
    const books = aLedgerOfFiles();
    const long = `${"a".repeat(246)}-camt053.xml`.slice(-255);
    const korean = `${"은".repeat(80)}.xml`;
    await put(long, "one");
    await put(korean, "two");
    await put("b.xml", "three");
    const bomb = `${"z".repeat(246)}bomb.xml`.slice(-255);
    await put(bomb, "");
    await truncate(join(dir, "in", bomb), 50_000_000);
    const intakes = await channel.receive(books.take);
    expect(intakes.map(({ outcome }) => outcome).sort()).toEqual(["refused", "taken", "taken", "taken"]);
    expect(await filesIn("in")).toEqual([]);
    const archived = await filesIn("archive", "taken");
    expect(archived.map((name) => name.slice(-4))).toEqual([".xml", ".xml", ".xml"]);
    expect(archived.filter((name) => name.endsWith("-camt053.xml"))).toHaveLength(1);
  });

  test("takes the files behind one that cannot be moved away, and tells of it", async () => {
    const disk: ChannelDisk = {
      ...realDisk,
      move: (from, to) =>
        from.endsWith("1.xml") ? Promise.reject(new Error("no move")) : realDisk.move(from, to),
    };
    const channel = await openFolderChannel({ dir, disk });
    const books = aLedgerOfFiles();
    await put("1.xml", "one");
    await put("2.xml", "two");
    await expect(channel.receive(books.take)).rejects.toThrow("no move");
    expect(books.contents).toEqual(["one", "two"]);
    expect(await filesIn("in")).toEqual(["1.xml"]);
  });

  test("passes over a file that another process has taken in the meantime", async () => {
    const disk = { ...realDisk, list: async (folder: string) => ["0.xml", ...(await realDisk.list(folder))] };
    const channel = await openFolderChannel({ dir, disk });
    const books = aLedgerOfFiles();
    await put("1.xml", "one");
    expect(await channel.receive(books.take)).toMatchObject([{ name: "1.xml", outcome: "taken" }]);
  });

  test("does not mistake another missing file for one that was taken", async () => {
    const channel = await openFolderChannel({ dir });
    await put("1.xml", "one");
    const take = async () => {
      await readFile(join(dir, "missing.xsd"));
    };
    await expect(channel.receive(take)).rejects.toThrow("ENOENT");
    expect(await filesIn("in")).toEqual(["1.xml"]);
  });

  test("sets 50 MB aside without reading them, and follows no link", async () => {
    const channel = await openFolderChannel({ dir });
    await put("bomb.xml", "");
    await truncate(join(dir, "in", "bomb.xml"), 50_000_000);
    await writeFile(join(dir, "elsewhere"), "not a bank file");
    await symlink(join(dir, "elsewhere"), join(dir, "in", "link.xml"));
    const books = aLedgerOfFiles();
    expect(await channel.receive(books.take)).toMatchObject([
      { name: "bomb.xml", outcome: "refused", failure: { code: "REQUEST_TOO_LARGE" } },
    ]);
    expect(books.contents).toEqual([]);
  });

  test("after a crash between any two steps, every file has been taken once", async () => {
    for (let steps = 0; steps < 4; steps += 1) {
      await rm(dir, { recursive: true, force: true });
      const broken = await openFolderChannel({ dir, disk: failingDisk(steps) });
      const books = aLedgerOfFiles();
      for (const name of ["1.xml", "2.xml", "3.xml"]) await put(name, name);
      await broken.receive(books.take).catch(() => undefined);
      await (await openFolderChannel({ dir })).receive(books.take);
      expect(books.contents).toEqual(["1.xml", "2.xml", "3.xml"]);
      expect(await filesIn("in")).toEqual([]);
      const archived = [...(await filesIn("archive", "taken")), ...(await filesIn("archive", "duplicate"))];
      const hashOf = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 16);
      expect(archived.sort()).toEqual(
        ["1.xml", "2.xml", "3.xml"].map((name) => `${hashOf(name)}-${name}`).sort(),
      );
    }
  });
});
