// A PIN for the tills as it is chosen for somebody else; empty where one is to be made.
import { useMessages } from "#renderer/ui/i18n/language.tsx";
import { staffWords } from "../staff-words.ts";
import { PasswordField } from "./password-field.tsx";

export function TillPinInput({ value, onType }: Readonly<{ value: string; onType(pin: string): void }>) {
  const say = useMessages(staffWords);
  return (
    <PasswordField
      label={say.tillPin}
      description={say.pinHelp}
      pattern="\d{4,8}"
      inputMode="numeric"
      maxLength={8}
      autoComplete="off"
      value={value}
      onChange={(event) => onType(event.currentTarget.value)}
    />
  );
}
