// What a device's own doing last failed with, such as a scanned code that is no item: shown once, in the place where this
// screen shows its own failures.
import { useEffect, useRef } from "react";
import { isErrorCode } from "#core/errors.ts";
import { type Task, useView } from "./desk.tsx";

/** Leaves when it is put away, when the person acts, and when the sale goes on without them: then it has been mended. */
export function useNotice({ refuse, clear }: Task): void {
  const { notice, sale } = useView();
  const number = notice?.number ?? 0;
  const code = notice?.code ?? null;
  // What failed before this screen stood was shown by the one before it.
  const seen = useRef(number);
  const isShown = useRef(false);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of the sale is what puts the notice away
  useEffect(() => {
    if (!isShown.current) return;
    isShown.current = false;
    clear();
  }, [sale, clear]);

  useEffect(() => {
    if (number === seen.current || code === null) return;
    seen.current = number;
    isShown.current = true;
    refuse(isErrorCode(code) ? code : "INTERNAL");
  }, [number, code, refuse]);
}
