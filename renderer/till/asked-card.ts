// The card that a page of its own asks about: swiped, or its number typed. What was typed is what the person means.
import { useEffect, useState } from "react";
import { maskedGroups } from "./card-entry.tsx";
import { useTill, useView } from "./desk.tsx";

export type AskedCard = Readonly<{
  /** Masked, for the screen; null until there is one. */
  shown: string | null;
  /** To name it by: nothing where it was swiped, as the till keeps that one itself. */
  named: Readonly<{ number?: string }>;
  /** What was wrong with the last swipe. */
  problem: string | null;
  hasReader: boolean;
  type(number: string): void;
  /** Waits for another card. */
  again(): void;
}>;

/** While the page stands, a swipe names its card. */
export function useAskedCard(): AskedCard {
  const till = useTill();
  const { enquiry, devices } = useView();
  const [number, setNumber] = useState<string | null>(null);
  const shown = number === null ? (enquiry?.masked ?? null) : maskedGroups(number);
  useEffect(() => {
    // A till that lost its line to this page takes the typed number all the same.
    void till.openEnquiry().catch(() => undefined);
    return () => void till.closeEnquiry().catch(() => undefined);
  }, [till]);
  return {
    shown,
    named: number === null ? {} : { number },
    problem: shown === null ? (enquiry?.problem ?? null) : null,
    hasReader: devices.some(({ kind, state }) => kind === "card-reader" && state === "ready"),
    type: setNumber,
    again: () => {
      setNumber(null);
      void till.openEnquiry().catch(() => undefined);
    },
  };
}
