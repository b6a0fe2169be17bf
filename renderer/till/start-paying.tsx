// From the sale to the payment. Which tender was pressed is remembered for the payment screen that comes next.
import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import { type Task, useTill } from "./desk.tsx";

export type TenderChoice = "cash" | "prepaid";
type Chosen = Readonly<{ choice: TenderChoice | null; setChoice(choice: TenderChoice | null): void }>;

const ChosenContext = createContext<Chosen | null>(null);

export function ChosenTenderProvider({ children }: Readonly<{ children: ReactNode }>) {
  const [choice, setChoice] = useState<TenderChoice | null>(null);
  const chosen = useMemo(() => ({ choice, setChoice }), [choice]);
  return <ChosenContext.Provider value={chosen}>{children}</ChosenContext.Provider>;
}

export function useChosenTender(): Chosen {
  const chosen = useContext(ChosenContext);
  if (chosen === null) throw new Error("a payment stands in a ChosenTenderProvider");
  return chosen;
}

/** Freezes the basket; null lets the payment screen offer all tenders. */
export function useStartPaying(task: Task) {
  const till = useTill();
  const { setChoice } = useChosenTender();
  return {
    start: (choice: TenderChoice | null) => {
      setChoice(choice);
      void task.once(() => till.startPaying());
    },
  };
}
