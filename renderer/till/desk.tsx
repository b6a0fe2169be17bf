// What every screen of the till reaches for: the view, the client, and a way to do something and hear how it went.
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import type { TillView } from "#core/contract/till.ts";
import type { ErrorCode } from "#core/errors.ts";
import { toFailure } from "#renderer/ui/connect.ts";
import type { TillClient, TillState, TillStore } from "./till-store.ts";

const StoreContext = createContext<TillStore | null>(null);
const ViewContext = createContext<TillView | null>(null);

export function DeskProvider({ store, children }: Readonly<{ store: TillStore; children: ReactNode }>) {
  return <StoreContext.Provider value={store}>{children}</StoreContext.Provider>;
}

/** For what stands inside a view: screens never ask whether there is one. */
export function ViewProvider({ view, children }: Readonly<{ view: TillView; children: ReactNode }>) {
  return <ViewContext.Provider value={view}>{children}</ViewContext.Provider>;
}

export function useTillState(): TillState {
  const store = useStore();
  return useSyncExternalStore(store.subscribe, store.state);
}

export function useView(): TillView {
  const view = useContext(ViewContext);
  if (view === null) throw new Error("a screen of the till stands in a ViewProvider");
  return view;
}

export function useTill(): TillClient {
  return useStore().client;
}

function useStore(): TillStore {
  const store = useContext(StoreContext);
  if (store === null) throw new Error("a screen of the till stands in a DeskProvider");
  return store;
}

export type Task = Readonly<{
  /** Does it. Resolves to what it gave, or to null when it failed; the code is then in `failure`. */
  run<T>(act: () => Promise<T>): Promise<T | null>;
  /** Like `run`, for what must not be done twice: a second press while the first is under way does nothing. */
  once<T>(act: () => Promise<T>): Promise<T | null>;
  isBusy: boolean;
  failure: ErrorCode | null;
  refuse(code: ErrorCode): void;
  clear(): void;
}>;

/** A screen's way to act on the till. Failures of the last act stay until the next one or until they are put away. */
export function useTask(): Task {
  const [failure, setFailure] = useState<ErrorCode | null>(null);
  const [isBusy, setBusy] = useState(false);
  const underWay = useRef(0);
  const isOnceUnderWay = useRef(false);

  const run = useCallback(async <T,>(act: () => Promise<T>): Promise<T | null> => {
    underWay.current += 1;
    setBusy(true);
    setFailure(null);
    try {
      return await act();
    } catch (error) {
      setFailure(toFailure(error).failure.code);
      return null;
    } finally {
      underWay.current -= 1;
      setBusy(underWay.current > 0);
    }
  }, []);
  const once = useCallback(
    async <T,>(act: () => Promise<T>): Promise<T | null> => {
      if (isOnceUnderWay.current) return null;
      isOnceUnderWay.current = true;
      try {
        return await run(act);
      } finally {
        isOnceUnderWay.current = false;
      }
    },
    [run],
  );
  const clear = useCallback(() => setFailure(null), []);
  return { run, once, isBusy, failure, refuse: setFailure, clear };
}
