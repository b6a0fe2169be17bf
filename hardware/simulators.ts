// All simulated devices of a station and the line that can be cut, behind the contract of the Devices sheet.
import { implement } from "@orpc/server";
import { STATION_DEVICE } from "#core/contract/devices.ts";
import type { DemoCard, DeviceAddresses } from "#core/contract/process.ts";
import {
  type BankBehaviour,
  type SimulatedDevice,
  type SimulatorsState,
  simulatorsContract,
} from "#core/contract/simulators.ts";
import { fail } from "#core/errors.ts";
import { broadcast } from "./broadcast.ts";
import { simulateCardReader } from "./card-reader/simulator.ts";
import { openLineProxy } from "./line-proxy/line-proxy.ts";
import type { InstalledCharacters } from "./printer/paper-roll.ts";
import { simulatePrinter } from "./printer/simulator.ts";
import { simulateScanner } from "./scanner/simulator.ts";
import type { Plug } from "./simulated/plug.ts";

export type SimulatorsNeeds = Readonly<{
  /** Where the line that can be cut leads. */
  backofficeUrl: string;
  /** Addresses to take again after a restart, or serial paths; the others get free TCP ports. */
  devices?: DeviceAddresses;
  /** The line's own address to take again. */
  lineUrl?: string;
  /** A printer without Korean is the till's to draw for; its address says so. Korean where none is given. */
  printerCharacters?: InstalledCharacters;
  /** The demo's cards, shown on the Devices sheet to be swiped; none is known where none is given. */
  cards?: readonly DemoCard[];
  /** Told when the Devices sheet changes how the sandbox bank answers; its failure is the press's failure. */
  onBank: (behaviour: BankBehaviour) => Promise<void> | void;
}>;

export type Simulators = Awaited<ReturnType<typeof createSimulators>>;

/** Opens all simulators; each answers on its address when this resolves. Fails with PORT_TAKEN or DEVICE_ABSENT. */
export async function createSimulators({
  backofficeUrl,
  devices = {},
  lineUrl,
  printerCharacters = "korean",
  cards,
  onBank,
}: SimulatorsNeeds) {
  const changes = broadcast<SimulatorsState>();
  let bank: BankBehaviour = { kind: "honest" };
  // Simulators tell of changes while they open, when there is no whole state to tell yet.
  let tellState = () => {};
  const onChange = () => tellState();

  const opened = allOrNone();
  const linePort = lineUrl === undefined ? 0 : Number(new URL(lineUrl).port);
  const reader = await opened.open(simulateCardReader(devices.cardReader, onChange), ({ plug }) => plug);
  const printer = await opened.open(
    simulatePrinter(devices.printer, onChange, { characters: printerCharacters, answersMarks: true }),
    ({ plug }) => plug,
  );
  const scanner = await opened.open(simulateScanner(devices.scanner, onChange), ({ plug }) => plug);
  const line = await opened.open(openLineProxy(backofficeUrl, linePort, onChange), (proxy) => proxy);

  const plugs = new Map<string, Plug>([
    [STATION_DEVICE.cardReader, reader.plug],
    [STATION_DEVICE.printer, printer.plug],
    [STATION_DEVICE.scanner, scanner.plug],
  ]);
  const plugOf = (id: string): Plug => plugs.get(id) ?? fail("NOT_FOUND", `device ${id}`);
  const only = <T>(id: string, own: string, device: T): T =>
    id === own ? device : fail("NOT_FOUND", `device ${id}`);
  const readerOf = (id: string) => only(id, STATION_DEVICE.cardReader, reader);
  const printerOf = (id: string) => only(id, STATION_DEVICE.printer, printer);
  const scannerOf = (id: string) => only(id, STATION_DEVICE.scanner, scanner);

  const state = (): SimulatorsState => ({
    devices: [
      { kind: "card-reader", ...seen(STATION_DEVICE.cardReader, reader.plug), swipes: reader.swipes() },
      {
        kind: "printer",
        ...seen(STATION_DEVICE.printer, printer.plug),
        paper: printer.paper(),
        cover: printer.cover(),
        fault: printer.fault(),
        receipts: printer.receipts().length,
        drawerKicks: printer.drawerKicks(),
      },
      { kind: "scanner", ...seen(STATION_DEVICE.scanner, scanner.plug), scans: scanner.scans() },
    ] satisfies SimulatedDevice[],
    line: { state: line.state(), connections: line.connections() },
    bank,
    ...(cards === undefined ? {} : { cards: [...cards] }),
  });
  tellState = () => changes.tell(state());

  const os = implement(simulatorsContract);
  const router = os.router({
    watch: os.watch.handler(async function* ({ signal }) {
      yield* changes.listen(signal, () => [state()]);
    }),
    swipe: os.swipe.handler(async ({ input }) => {
      await readerOf(input.reader).swipe(input.cardNumber, input.expiry, input.fault ?? "none");
      return done;
    }),
    scan: os.scan.handler(async ({ input }) => {
      await scannerOf(input.scanner).scan(input.barcode);
      return done;
    }),
    plug: os.plug.handler(async ({ input }) => {
      await plugOf(input.device).plug();
      return done;
    }),
    unplug: os.unplug.handler(async ({ input }) => {
      await plugOf(input.device).unplug();
      return done;
    }),
    receipts: os.receipts.handler(({ input }) => {
      const { receipts, drawerKicks } = printerOf(input.printer);
      return { receipts: receipts().slice(0, input.newest), drawerKicks: drawerKicks() };
    }),
    paper: os.paper.handler(({ input }) => {
      printerOf(input.printer).setPaper(input.state);
      return done;
    }),
    cover: os.cover.handler(({ input }) => {
      printerOf(input.printer).setCover(input.state);
      return done;
    }),
    printerFault: os.printerFault.handler(({ input }) => {
      printerOf(input.printer).setFault(input.fault);
      return done;
    }),
    line: os.line.handler(async ({ input }) => {
      await line.set(input.state);
      return done;
    }),
    bank: os.bank.handler(async ({ input }) => {
      await onBank(input.behaviour);
      bank = input.behaviour;
      tellState();
      return done;
    }),
  });

  return {
    router,
    /** What the device host is given as its addresses. */
    devices: {
      cardReader: reader.plug.address,
      printer: `${printer.plug.address}${printerCharacters === "latin" ? "?characters=raster" : ""}`,
      scanner: scanner.plug.address,
    } satisfies DeviceAddresses,
    /** What the till is given as its back office. */
    backofficeUrl: line.url,
    close: opened.close,
  };
}

const done = { done: true } as const;

type Closeable = Readonly<{ close(): Promise<void> }>;

/** Opens things one by one; where one fails, those before it are closed again. */
function allOrNone() {
  const opened: Closeable[] = [];
  const close = async () => {
    await Promise.all(opened.map((each) => each.close()));
  };
  return {
    open: async <T>(opening: Promise<T>, closeableOf: (thing: T) => Closeable): Promise<T> => {
      try {
        const thing = await opening;
        opened.push(closeableOf(thing));
        return thing;
      } catch (error) {
        await close();
        throw error;
      }
    },
    close,
  };
}

const seen = (id: string, plug: Plug) => ({
  id,
  address: plug.address,
  plugged: plug.isPlugged(),
  connected: plug.isConnected(),
});
