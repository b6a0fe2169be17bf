// The till's process: enrolled, it is the till; not yet, it is the room where it waits for its code.
import { join } from "node:path";
import type { ContractRouterClient } from "@orpc/contract";
import { type AnyRouter, implement } from "@orpc/server";
import type { devicesContract } from "#core/contract/devices.ts";
import type { keysContract } from "#core/contract/keys.ts";
import type { TillConfig } from "#core/contract/process.ts";
import { tillContract } from "#core/contract/till.ts";
import { type ErrorCode, FailureError, fail } from "#core/errors.ts";
import type { Channels, TextWire } from "../process/channels.ts";
import { keepOpen } from "../process/reopen.ts";
import { clientOf, serve } from "../process/rpc.ts";
import { runChild } from "../process/run-child.ts";
import { takeInAside } from "../till/keys/earlier-keys.ts";
import { type KeyStore, keyStoreAt, type Sealer } from "../till/keys/key-store.ts";
import type { DeviceHost } from "../till/ports.ts";
import { type EnrolledRing, enrol } from "../till/sync/enrol.ts";
import { type EnrolledTill, openEnrolledTill } from "./enrolled-till.ts";
import { logDefect, SOFTWARE_VERSION, systemClock } from "./surroundings.ts";
import { waitingRoom } from "./waiting-room.ts";

/** A long report on a slow line; the device host itself bounds every wait within. */
const PRINT_MS_MAX = 60_000;

runChild("till", async (config, channels) => {
  const stopping = new AbortController();
  const devices = deviceHostOn(channels);
  const store = keyStoreAt(join(config.dataDir, "keys"), sealerOn(channels, config));
  const desk = counter(channels);

  const enrolWith = (code: string): Promise<EnrolledRing> =>
    enrol(
      {
        backofficeUrl: config.backofficeUrl,
        code,
        keyStore: config.keyStore === "sealed" ? "os" : "file",
        softwareVersion: SOFTWARE_VERSION,
      },
      { store, now: systemClock.now, fetch, stopping: stopping.signal },
    );

  let till: EnrolledTill | undefined;
  const open = async (ring: EnrolledRing): Promise<void> => {
    // Enrolled anew: the journal begins another epoch, and nothing of the old terminal may go on beside it.
    await till?.stop();
    till = await openEnrolledTill(config, await withAside(store, ring), store, devices);
    desk.serve(withNewEnrolment(till, openSoon));
  };

  let isEnrolling = false;
  /**
   * The page gets its answer on the line it asked on, which ends once the new till is open. One code at a time (BUSY):
   * two would each make a terminal of this machine.
   */
  const openSoon = async (code: string): Promise<void> => {
    if (isEnrolling) fail("BUSY", "an enrolment is under way");
    isEnrolling = true;
    const ring = await enrolWith(code).catch((error: unknown) => {
      isEnrolling = false;
      throw error;
    });
    open(ring).then(
      () => {
        isEnrolling = false;
      },
      (error: unknown) => {
        logDefect(error, ["open"]);
        // The keys are on the disk: the shell starts this process again, and it opens by them.
        process.exit(1);
      },
    );
  };

  const found = await ringOrReason(store, config, enrolWith);
  if (found.kind === "ring") await open(found.ring);
  else desk.serve(waitingRoom(config, found.alarm, openSoon));

  return {
    ready: { process: "till", enrolled: found.kind === "ring" },
    stop: async () => {
      stopping.abort();
      devices.stop();
      await till?.stop();
    },
  };
});

type Found = Readonly<{ kind: "ring"; ring: EnrolledRing } | { kind: "waiting"; alarm: ErrorCode | null }>;

/** The keys that are here, or an enrolment by the code that the shell knows, or why the screen must ask for one. */
async function ringOrReason(
  store: KeyStore,
  { enrolmentCode }: TillConfig,
  enrolWith: (code: string) => Promise<EnrolledRing>,
): Promise<Found> {
  try {
    const ring = await store.read();
    if (ring !== undefined && ring.enrolment !== null)
      return { kind: "ring", ring: { ...ring, enrolment: ring.enrolment } };
  } catch (error) {
    if (!(error instanceof FailureError) || error.failure.code !== "KEY_SEALED") throw error;
    return { kind: "waiting", alarm: "KEY_SEALED" };
  }
  if (enrolmentCode === undefined) return { kind: "waiting", alarm: null };
  try {
    return { kind: "ring", ring: await enrolWith(enrolmentCode) };
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    logDefect(error, ["enrol"]);
    return { kind: "waiting", alarm: error.failure.code };
  }
}

/** What cannot be taken in now stays where it is for the next start. */
async function withAside(store: KeyStore, ring: EnrolledRing): Promise<EnrolledRing> {
  try {
    return await takeInAside(store, ring);
  } catch (error) {
    logDefect(error, ["keys"]);
    return ring;
  }
}

/** Serves one router at a time. When it is replaced the pages' lines end, and they come back to the new one. */
function counter(channels: Channels) {
  const sessions = new Set<TextWire>();
  let router: AnyRouter | undefined;
  channels.accept("till", (session) => {
    if (router === undefined) {
      session.close();
      return;
    }
    sessions.add(session);
    session.onClose(() => sessions.delete(session));
    serve(router, session, {}, logDefect);
  });
  return {
    serve: (next: AnyRouter) => {
      router = next;
      for (const session of [...sessions]) session.close();
    },
  };
}

/** A till that may take cash only is enrolled again from its own screen. */
function withNewEnrolment(till: EnrolledTill, enrolAnew: (code: string) => Promise<void>): AnyRouter {
  const os = implement(tillContract);
  return {
    ...till.router,
    enrol: os.enrol.handler(async ({ input }) => {
      if (!till.isCashOnly()) fail("STATE_CONFLICT", "the till is enrolled already");
      await enrolAnew(input.code);
      return { done: true } as const;
    }),
  };
}

function deviceHostOn(channels: Channels): DeviceHost & Readonly<{ stop(): void }> {
  let client: ReturnType<DeviceHost["client"]> | undefined;
  const reopening = keepOpen(channels, "devices", (session) => {
    client = clientOf<typeof devicesContract>(session, { timeoutMs: PRINT_MS_MAX });
  });
  return {
    client: () => client ?? fail("PEER_GONE"),
    stop: reopening.stop,
  };
}

/** The operating system's key store, where the shell has one. */
function sealerOn(channels: Channels, { keyStore }: TillConfig): Sealer | null {
  if (keyStore === "file") return null;
  const ask = async <Answer>(
    question: (keys: ContractRouterClient<typeof keysContract>) => Promise<Answer>,
  ) => {
    const session = channels.open("keys");
    try {
      return await question(clientOf<typeof keysContract>(session));
    } finally {
      session.close();
    }
  };
  return {
    seal: async (plain) => (await ask((keys) => keys.seal({ plain }))).sealed,
    open: async (sealed) => (await ask((keys) => keys.open({ sealed }))).plain,
  };
}
