// A password field whose eye is named in the language of the page and is large enough for a finger.
import { PasswordInput, type PasswordInputProps } from "@mantine/core";
import { useMessages } from "#renderer/ui/i18n/language.tsx";
import { words } from "../words.ts";

export function PasswordField(props: PasswordInputProps) {
  const say = useMessages(words);
  return (
    <PasswordInput
      {...props}
      rightSectionWidth={44}
      visibilityToggleButtonProps={{ "aria-label": say.showPassword }}
    />
  );
}
