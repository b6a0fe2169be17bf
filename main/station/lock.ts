// One Countersign per data folder: a local socket in the folder, which the system lets go when its holder dies.
import { createHash, randomUUID } from "node:crypto";
import { mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FailureError } from "#core/errors.ts";

const SOCKET_NAME = "lock.sock";
/** A socket's path has at most 103 bytes on macOS and 107 on Linux; a data folder's may have far more. */
const SOCKET_PATH_BYTES_MAX = 100;
/** A holder that lives accepts at once, even when it is busy: the system does it. */
const ANSWER_MS_MAX = 2_000;

export type Lock = Readonly<{ release(): void }>;

/**
 * Takes the data folder. Fails with DATA_IN_USE where another Countersign holds it.
 * What a crash left behind is taken over.
 */
export async function lockFolder(dataDir: string): Promise<Lock> {
  if (process.platform === "win32") {
    const name = createHash("sha256").update(realpathSync.native(dataDir).toLowerCase()).digest("hex");
    const server = await listen(`\\\\.\\pipe\\countersign-${name.slice(0, 32)}`);
    if (server === undefined) throw inUse(dataDir);
    return { release: () => void server.close() };
  }
  return withShortPath(dataDir, async (folder) => {
    const path = join(folder, SOCKET_NAME);
    const server = (await listen(path)) ?? (await takeOver(path, folder));
    if (server === undefined) throw inUse(dataDir);
    return {
      release: () => {
        // Node would remove the socket by the short path, which is gone by now.
        rmSync(join(dataDir, SOCKET_NAME), { force: true });
        server.close();
      },
    };
  });
}

const inUse = (dataDir: string) => new FailureError({ code: "DATA_IN_USE", detail: dataDir });

/** Resolves undefined where the address is taken. */
function listen(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE" || error.code === "EACCES") resolve(undefined);
      else reject(error);
    });
    server.listen(path, () => {
      // The lock alone keeps no process alive.
      server.unref();
      resolve(server);
    });
  });
}

/**
 * Removes a dead socket and listens. It is first moved aside and asked once more there: of two that start at the same
 * moment after a crash, the slower would otherwise remove the live socket of the quicker.
 */
async function takeOver(path: string, folder: string): Promise<Server | undefined> {
  if (await answers(path)) return undefined;
  const aside = join(folder, `${randomUUID().slice(0, 8)}.old`);
  try {
    renameSync(path, aside);
  } catch {
    // The other one was quicker.
    return undefined;
  }
  if (await answers(aside)) {
    renameSync(aside, path);
    return undefined;
  }
  rmSync(aside, { force: true });
  return listen(path);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const end = (isAlive: boolean) => {
      socket.destroy();
      resolve(isAlive);
    };
    socket.setTimeout(ANSWER_MS_MAX, () => end(true));
    socket.once("connect", () => end(true));
    socket.once("error", (error: NodeJS.ErrnoException) => end(error.code === "EAGAIN"));
  });
}

/** Gives a long folder a short name for as long as it takes to bind: the socket itself lies in the folder. */
async function withShortPath<T>(dataDir: string, work: (folder: string) => Promise<T>): Promise<T> {
  if (Buffer.byteLength(join(dataDir, SOCKET_NAME)) <= SOCKET_PATH_BYTES_MAX) return work(dataDir);
  const temporary = mkdtempSync(join(tmpdir(), "cs-"));
  const link = join(temporary, "d");
  symlinkSync(realpathSync(dataDir), link);
  try {
    return await work(link);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
