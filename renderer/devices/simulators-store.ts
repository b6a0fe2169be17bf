// The state of the simulated devices, pushed by the simulators' process over a line of its own.
import type { ContractRouterClient } from "@orpc/contract";
import { useEffect, useState, useSyncExternalStore } from "react";
import type { SimulatorsState, simulatorsContract } from "#core/contract/simulators.ts";
import { type Connection, connect } from "#renderer/ui/connect.ts";
import { openLine } from "#renderer/ui/text-line.ts";

export type SimulatorsClient = ContractRouterClient<typeof simulatorsContract>;

type Store = Readonly<{
  client: SimulatorsClient;
  state(): SimulatorsState | null;
  subscribe(listen: () => void): () => void;
}>;

/** The line stands as long as the sheet is open. */
export function useSimulators(): Readonly<{
  client: SimulatorsClient;
  state: SimulatorsState | null;
}> | null {
  const [store, setStore] = useState<Store | null>(null);
  useEffect(() => {
    const connection = connect<typeof simulatorsContract>(() => openLine("simulators"));
    setStore(storeOf(connection));
    return () => connection.close();
  }, []);
  const state = useSyncExternalStore(store?.subscribe ?? never, store?.state ?? nothing);
  return store === null ? null : { client: store.client, state };
}

const never = () => () => undefined;
const nothing = () => null;

function storeOf(connection: Connection<typeof simulatorsContract>): Store {
  const listeners = new Set<() => void>();
  let state: SimulatorsState | null = null;
  const become = (next: SimulatorsState | null) => {
    state = next;
    for (const listen of listeners) listen();
  };
  const watch = async () => {
    for await (const next of await connection.client.watch()) become(next);
  };
  connection.subscribe(() => {
    if (connection.state().kind === "open") watch().catch(() => become(null));
  });
  return {
    client: connection.client,
    state: () => state,
    subscribe: (listen) => {
      listeners.add(listen);
      return () => void listeners.delete(listen);
    },
  };
}
