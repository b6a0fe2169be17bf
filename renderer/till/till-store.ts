// What the screen knows: the last view of the till, its items, and whether the line to it stands.
import type { ContractRouterClient } from "@orpc/contract";
import type { CatalogueItem } from "#core/contract/terminal.ts";
import type { TillView, tillContract } from "#core/contract/till.ts";
import { instantOf } from "#core/contract/values.ts";
import type { Connection, ConnectionState } from "#renderer/ui/connect.ts";

export type TillClient = ContractRouterClient<typeof tillContract>;

export type TillState = Readonly<{
  connection: ConnectionState;
  view: TillView | null;
  items: readonly CatalogueItem[];
  /** What to add to this machine's clock to have the till's. */
  clockOffsetMs: number;
}>;

export type TillStore = Readonly<{
  client: TillClient;
  state(): TillState;
  subscribe(listen: () => void): () => void;
}>;

/** Between the end of a watch whose line still stands and the next one: a till that fails at once is not pressed. */
const WATCH_AGAIN_MS = 1_000;

/** Watches the till for as long as the page lives; a new line begins a new watch. */
export function makeTillStore(connection: Connection<typeof tillContract>): TillStore {
  const listeners = new Set<() => void>();
  let state: TillState = { connection: connection.state(), view: null, items: [], clockOffsetMs: 0 };
  const become = (next: Partial<TillState>) => {
    state = { ...state, ...next };
    for (const listen of listeners) listen();
  };
  const { client } = connection;

  const watch = async () => {
    let catalogueVersion = -1;
    let revision = -1;
    for await (const view of await client.watch()) {
      // The till pushes in order; this holds even where two answers cross.
      if (view.revision < revision) continue;
      revision = view.revision;
      become({ view, clockOffsetMs: instantOf(view.now) - Date.now() });
      // Items are for those who sell: nobody signed in, nothing to show.
      if (view.person === null || view.catalogueVersion === catalogueVersion) continue;
      catalogueVersion = view.catalogueVersion;
      void client.catalogue().then(
        ({ items }) => become({ items }),
        // The next view asks again.
        () => {
          catalogueVersion = -1;
        },
      );
    }
  };
  /** Most watches end with their line, which the screen shows. One that fails before would leave it as it was. */
  const keepWatching = async (line: ConnectionState) => {
    while (connection.state() === line) {
      await watch().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, WATCH_AGAIN_MS));
    }
  };
  const follow = () => {
    const now = connection.state();
    const isNewLine = now.kind === "open" && state.connection !== now;
    become({ connection: now });
    // It never fails; the next line begins the next one.
    if (isNewLine) void keepWatching(now);
  };
  connection.subscribe(follow);
  follow();

  return {
    client,
    state: () => state,
    subscribe: (listen) => {
      listeners.add(listen);
      return () => void listeners.delete(listen);
    },
  };
}
