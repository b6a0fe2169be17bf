// The search box belongs to the sale screen but stands in the head, where the eye looks for it.
import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import { createPortal } from "react-dom";

type Slot = Readonly<{ element: HTMLElement | null; setElement(element: HTMLElement | null): void }>;
const SlotContext = createContext<Slot | null>(null);

export function SearchSlot({ children }: Readonly<{ children: ReactNode }>) {
  const [element, setElement] = useState<HTMLElement | null>(null);
  const slot = useMemo(() => ({ element, setElement }), [element]);
  return <SlotContext.Provider value={slot}>{children}</SlotContext.Provider>;
}

/** The place in the head. */
export function SearchPlace({ className }: Readonly<{ className: string | undefined }>) {
  return <div className={className} ref={useContext(SlotContext)?.setElement} />;
}

/** Puts a screen's search into the head. */
export function InSearchPlace({ children }: Readonly<{ children: ReactNode }>) {
  const element = useContext(SlotContext)?.element;
  return element == null ? null : createPortal(children, element);
}
