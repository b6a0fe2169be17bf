// A new password, typed twice: what was mistyped once would lock its owner out.
import { useState } from "react";
import { STAFF_PASSWORD_CHARACTERS_MAX, STAFF_PASSWORD_CHARACTERS_MIN } from "#core/staff/password.ts";
import { useMessages } from "#renderer/ui/i18n/language.tsx";
import { staffWords } from "../staff-words.ts";
import { PasswordField } from "./password-field.tsx";

export type NewPassword = Readonly<{
  first: string;
  again: string;
  set(part: "first" | "again", text: string): void;
  /** Undefined until both are the same. */
  chosen: string | undefined;
  clear(): void;
}>;

const NOTHING = { first: "", again: "" };

export function useNewPassword(): NewPassword {
  const [typed, setTyped] = useState(NOTHING);
  return {
    ...typed,
    set: (part, text) => setTyped((before) => ({ ...before, [part]: text })),
    chosen: typed.first !== "" && typed.first === typed.again ? typed.first : undefined,
    clear: () => setTyped(NOTHING),
  };
}

export function NewPasswordFields({
  value,
  autoFocus = false,
}: Readonly<{ value: NewPassword; autoFocus?: boolean }>) {
  const say = useMessages(staffWords);
  const differs =
    value.again.length >= value.first.length && value.again !== "" && value.chosen === undefined;
  const both = {
    autoComplete: "new-password",
    required: true,
    size: "md",
    minLength: STAFF_PASSWORD_CHARACTERS_MIN,
    maxLength: STAFF_PASSWORD_CHARACTERS_MAX,
  } as const;
  return (
    <>
      <PasswordField
        {...both}
        label={say.newPassword}
        description={say.newPasswordHelp}
        autoFocus={autoFocus}
        value={value.first}
        onChange={(event) => value.set("first", event.currentTarget.value)}
      />
      <PasswordField
        {...both}
        label={say.repeatPassword}
        value={value.again}
        error={differs ? say.repeatDiffers : null}
        onChange={(event) => value.set("again", event.currentTarget.value)}
      />
    </>
  );
}
