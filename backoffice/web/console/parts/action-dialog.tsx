// A dialog that asks for what an action needs, shows its failure in place, and closes when it is done. While the answer
// is on its way it stays: what the answer shows once would be shown to nobody.
import { Button, Modal } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";
import { useMessages } from "#renderer/ui/i18n/language.tsx";
import { words } from "../words.ts";
import { ErrorNote } from "./error-note.tsx";
import { useFocusReturn } from "./focus-return.ts";

export type ActionDialogProps = Readonly<{
  title: string;
  opened: boolean;
  onClose(): void;
  onSubmit(): void;
  submit: string;
  pending: boolean;
  error: unknown;
  destructive?: boolean;
  /** The word of the button that does nothing; *Cancel* unless given. */
  back?: string;
  /** What is asked about is not shown yet: nobody says yes to it. */
  unready?: boolean;
  /** For many fields, so that they fit beside one another above the buttons. */
  wide?: boolean;
  children: ReactNode;
}>;

export function ActionDialog(props: ActionDialogProps) {
  const say = useMessages(words);
  useFocusReturn(props.opened);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    props.onSubmit();
  };
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.title}
      centered
      size={props.wide ? "lg" : "md"}
      closeOnClickOutside={!props.pending}
      closeOnEscape={!props.pending}
      transitionProps={{ duration: 0 }}
      returnFocus={false}
      // Cancel and Esc close it; the first field is where the focus goes, not a cross.
      withCloseButton={false}
    >
      <form className="dialog" onSubmit={submit}>
        {props.children}
        {props.error === null || props.error === undefined ? null : <ErrorNote error={props.error} />}
        <div className="dialog-actions">
          <Button variant="default" disabled={props.pending} onClick={props.onClose}>
            {props.back ?? say.cancel}
          </Button>
          <Button
            type="submit"
            loading={props.pending}
            disabled={props.unready === true}
            {...(props.destructive ? { color: "red" } : {})}
          >
            {props.submit}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
