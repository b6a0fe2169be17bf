// A sheet over all. While it stands nothing beneath it can be touched or reached with Tab; the focus goes back there at its end.
import { type ReactNode, useLayoutEffect, useRef } from "react";

type ModalProps = Readonly<{
  label: string;
  /** The veil: it fills the screen, and the sheet stands on it. */
  className: string | undefined;
  /** A touch on the veil, outside of the sheet. */
  onOutside?: (() => void) | undefined;
  children: ReactNode;
}>;

/** The first button has the focus, and the arrows walk on from there: see `walkButtons`. Keys are the sheet's own. */
export function Modal({ label, className, onOutside, children }: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={className}
      aria-label={label}
      // Escape is one of the sheet's keys: it may go back a step instead of closing.
      onCancel={(event) => event.preventDefault()}
      onPointerDown={(event) => event.target === event.currentTarget && onOutside?.()}
    >
      {children}
    </dialog>
  );
}
