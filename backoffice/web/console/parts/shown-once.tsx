// Secrets that are shown once. A click beside the dialog must not lose them, so it closes by its one button only.
import { Button, Modal } from "@mantine/core";
import { useMessages } from "#renderer/ui/i18n/language.tsx";
import { staffWords } from "../staff-words.ts";
import { useFocusReturn } from "./focus-return.ts";

export type Secrets = Readonly<{
  password?: string | null;
  totpSecret?: string | null;
  pin?: string | null;
}>;

export function ShownOnce({
  name,
  secrets: { password = null, totpSecret = null, pin = null },
  onClose,
}: Readonly<{ name: string; secrets: Secrets; onClose(): void }>) {
  const say = useMessages(staffWords);
  useFocusReturn(true);
  return (
    <Modal
      opened
      onClose={onClose}
      title={`${say.shownOnce}: ${name}`}
      centered
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      transitionProps={{ duration: 0 }}
      returnFocus={false}
    >
      <div className="dialog">
        <p>{say.shownOnceText}</p>
        <dl className="secrets">
          {password === null ? null : <Secret label={say.oneTimePassword} text={password} />}
          {totpSecret === null ? null : (
            <Secret label={say.totpKey} text={inGroups(totpSecret)} help={say.totpKeyHelp} />
          )}
          {pin === null ? null : <Secret label={say.madePin} text={pin} />}
        </dl>
        <div className="dialog-actions">
          <Button data-autofocus onClick={onClose}>
            {say.done}
          </Button>
        </div>
      </div>
    </Modal>
  );
}

function Secret({ label, text, help }: Readonly<{ label: string; text: string; help?: string }>) {
  return (
    <div>
      <dt>{label}</dt>
      <dd className="code-shown">{text}</dd>
      {help === undefined ? null : <dd className="dim small">{help}</dd>}
    </div>
  );
}

/** As people read it out; authenticators leave the blanks away. */
const inGroups = (key: string) => key.replace(/(.{4})(?=.)/g, "$1 ");
