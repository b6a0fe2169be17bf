// What still lies in a bank's folders, for books that were restored and do not know it.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { XML_LIMITS } from "./xml.ts";

/** `finished`: a copy under its name means that the bank has had the file; an unfinished one means neither. */
export type SentName = Readonly<{ name: string; finished: boolean }>;

/** `place`: waiting to be taken in, or taken in once. The start of its hash is how the books know it. */
export type Answer = Readonly<{ place: "waiting" | "taken"; name: string; hashStart: string }>;

export type LookBack = Readonly<{
  /** What the bank was sent, as far as copies are left, by name. */
  sent(): Promise<readonly SentName[]>;
  /** Undefined where it is gone by now, or larger than any file of ours. */
  readSent(sent: SentName): Promise<Uint8Array | undefined>;
  answers(): Promise<readonly Answer[]>;
  readAnswer(answer: Answer): Promise<Uint8Array | undefined>;
  /** Lets an answer that was taken in once wait again; one that waits is left where it is. */
  waitAgain(answer: Answer): Promise<void>;
}>;

type Folders = Readonly<{ out: string; in: string; sent: string; taken: string }>;
type Disk = Readonly<{
  list(folder: string): Promise<readonly string[]>;
  sizeOf(path: string): Promise<number>;
  read(path: string): Promise<Uint8Array>;
  move(from: string, to: string): Promise<void>;
}>;

export const HASH_START_CHARACTERS = 16;
export const hashOfBytes = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

const UNFINISHED = /^\.(.+)\.part$/;
const ARCHIVED = /^([0-9a-f]{16})-/;

export function lookBack(disk: Disk, folders: Folders): LookBack {
  const read = async (path: string) => {
    const size = await disk.sizeOf(path).catch(() => Number.POSITIVE_INFINITY);
    return size > XML_LIMITS.bytesMax ? undefined : disk.read(path);
  };
  const placeOf = ({ place }: Answer) => (place === "waiting" ? folders.in : folders.taken);
  return {
    sent: async () => {
      const copies = await disk.list(folders.sent);
      const shown = (await disk.list(folders.out)).filter((name) => !name.startsWith("."));
      const finished = [...new Set([...copies.filter((name) => !name.startsWith(".")), ...shown])];
      const unfinished = copies.flatMap((name) => UNFINISHED.exec(name)?.[1] ?? []);
      return [
        ...finished.map((name) => ({ name, finished: true })),
        ...unfinished.filter((name) => !finished.includes(name)).map((name) => ({ name, finished: false })),
      ].sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    readSent: async ({ name, finished }) => {
      if (!finished) return read(join(folders.sent, `.${name}.part`));
      return (await read(join(folders.sent, name))) ?? read(join(folders.out, name));
    },
    answers: async () => {
      const taken = (await disk.list(folders.taken)).flatMap((name): readonly Answer[] => {
        const hashStart = ARCHIVED.exec(name)?.[1];
        return hashStart === undefined ? [] : [{ place: "taken", name, hashStart }];
      });
      const waiting: Answer[] = [];
      for (const name of (await disk.list(folders.in)).filter((each) => !each.startsWith("."))) {
        const bytes = await read(join(folders.in, name));
        if (bytes === undefined) continue;
        const hashStart = hashOfBytes(bytes).slice(0, HASH_START_CHARACTERS);
        waiting.push({ place: "waiting", name, hashStart });
      }
      return [...waiting, ...taken].sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    readAnswer: (answer) => read(join(placeOf(answer), answer.name)),
    waitAgain: async (answer) => {
      if (answer.place === "taken")
        await disk.move(join(folders.taken, answer.name), join(folders.in, answer.name));
    },
  };
}
