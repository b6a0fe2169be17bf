// The simulators' contract in memory, for the Devices sheet of a page. A swipe goes straight to the made-up till.
import { EventPublisher, implement, type Router } from "@orpc/server";
import { type SimulatorsState, simulatorsContract } from "#core/contract/simulators.ts";
import type { FakeTill } from "./fake-till.ts";

const DONE = { done: true } as const;

export function fakeSimulators(till: FakeTill): Router<typeof simulatorsContract, Record<never, never>> {
  const publisher = new EventPublisher<{ state: SimulatorsState }>();
  let state: SimulatorsState = {
    devices: [
      {
        kind: "card-reader",
        id: "reader",
        address: "tcp://127.0.0.1:1",
        plugged: true,
        connected: true,
        swipes: 0,
      },
      {
        kind: "scanner",
        id: "scanner",
        address: "tcp://127.0.0.1:2",
        plugged: true,
        connected: true,
        scans: 0,
      },
      {
        kind: "printer",
        id: "printer",
        address: "tcp://127.0.0.1:3",
        plugged: true,
        connected: true,
        paper: "ok",
        cover: "closed",
        fault: "none",
        receipts: 1,
        drawerKicks: 2,
      },
    ].map((device) => device as SimulatorsState["devices"][number]),
    line: { state: "up", connections: 1 },
    bank: { kind: "honest" },
    cards: [
      { number: "9990001234567890", pin: "123456789014", password: "4321", balanceMinor: "60000" },
      {
        number: "9990001234567908",
        pin: "223456789013",
        password: "2468",
        balanceMinor: "12500",
        note: "low",
      },
      { number: "9990001234567916", pin: "323456789012", password: "1357", balanceMinor: "250000" },
      {
        number: "9990001234567924",
        pin: "423456789011",
        password: "8642",
        balanceMinor: "0",
        note: "blocked",
      },
    ],
  };
  const change = (patch: Partial<SimulatorsState>) => {
    state = { ...state, ...patch };
    publisher.publish("state", state);
    return DONE;
  };
  const plug = (id: string, plugged: boolean) =>
    change({
      devices: state.devices.map((device) =>
        device.id === id ? { ...device, plugged, connected: plugged } : device,
      ),
    });
  const os = implement(simulatorsContract);
  return os.router({
    watch: os.watch.handler(async function* ({ signal }) {
      const changes = publisher.subscribe("state", { signal });
      yield state;
      yield* changes;
    }),
    swipe: os.swipe.handler(() => till.swipe()),
    scan: os.scan.handler(() => DONE),
    plug: os.plug.handler(({ input }) => plug(input.device, true)),
    unplug: os.unplug.handler(({ input }) => plug(input.device, false)),
    receipts: os.receipts.handler(() => ({
      receipts: [
        {
          number: 1,
          cut: true,
          rows: [
            { text: "               Station 7", bold: true, tall: true },
            { text: "아메리카노                           9,000", bold: false, tall: false },
            { text: "------------------------------------------", bold: false, tall: false },
          ],
        },
      ],
      drawerKicks: 2,
    })),
    paper: os.paper.handler(() => DONE),
    cover: os.cover.handler(() => DONE),
    printerFault: os.printerFault.handler(() => DONE),
    line: os.line.handler(({ input }) => change({ line: { ...state.line, state: input.state } })),
    bank: os.bank.handler(() => DONE),
  });
}
