// Where the focus goes at the end of a dialog: back to what opened it, also where one dialog has followed another.
import { useLayoutEffect } from "react";

/** Mantine's own return waits for a dialog that stays mounted when it closes; ours go. */
export function useFocusReturn(opened: boolean): void {
  // Before the dialog takes the focus. One that follows another finds it given back already, and remembers the same opener.
  useLayoutEffect(() => {
    if (!opened) return;
    const opener = document.activeElement;
    return () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
    };
  }, [opened]);
}
